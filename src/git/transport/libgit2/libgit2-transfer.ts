import type { Oid } from '../../../actors/outcome.js'
import type {
  FetchResult,
  PushResult,
  TransferProgress,
  TransportRequest,
} from '../../../actors/ports.js'
import { localPath } from '../../problem/address.js'
import { failure, GitFailure, problemOf } from '../../problem/problem.js'
import { unreadableHere } from '../damaged-here.js'
import { hostKeyProblem } from '../ssh/host-key-problem.js'
import { whileAtWork } from './at-work.js'
import { api, eachAnew } from './libgit2-api.js'
import type { Callbacks, Remote, Repository } from './libgit2-api.js'
import type { PushRequest, TransportSettings } from '../port.js'
import { trackingRef } from '../port.js'
import { rejectionOf } from '../rejection.js'
import { fromWorkTree, refuseUnasked } from './local-remote.js'
import { refuseRevocations } from './revocations.js'
import { refuseSeveral } from './several-addresses.js'
import { signedIn } from './signed-in.js'
import { firstBytes, linesOf } from './words.js'
import { progressAt } from '../transfer-progress.js'

/** What a transfer needs beside the request. */
export interface Surroundings extends Pick<TransportSettings, 'credentials'> {
  readonly cwd: string
  readonly sshKey: string | null
  readonly agent: string | null
  readonly knownHosts: string | null
  /** Called whenever the remote is heard of. @param progress null where it tells none */
  readonly heard: (progress: TransferProgress | null) => void
}

const eNonFastForward = -11

const unpackFailed = 'unpacking the sent packfile failed on the remote'

const errnoOf = (error: unknown): unknown =>
  error instanceof Error ? Reflect.get(error, 'errno') : undefined

const goOn =
  ({ heard }: Surroundings) =>
  (): 0 => {
    heard(null)
    return 0
  }

interface Talk {
  readonly repo: Repository
  readonly remote: Remote
  readonly callbacks: Callbacks
}

/**
 * Opens the repository and the remote and signs in. The remote is taken by its address, without its configured refspecs:
 * libgit2 would follow those too, and a mirror's move local branches.
 */
const talk = async <T>(
  request: TransportRequest,
  surroundings: Surroundings,
  addressOf: (remote: Remote) => string,
  speak: (talk: Talk) => Promise<T>,
): Promise<T> => {
  await refuseSeveral(request.gitDir, request.remote)
  const repo = await api.Repository.open(request.gitDir)
  const told = addressOf(await api.Remote.lookup(repo, request.remote))
  const url = fromWorkTree(told, surroundings.cwd)
  await refuseRevocations(url, surroundings.knownHosts)
  try {
    return await signedIn({ ...surroundings, url }, async (guard) => {
      const remote = await api.Remote.createAnonymous(repo, url)
      return speak({
        repo,
        remote,
        callbacks: { ...guard, sidebandProgress: goOn(surroundings) },
      })
    })
  } catch (error) {
    if (error instanceof GitFailure) throw error
    const { knownHosts } = surroundings
    throw new GitFailure(await hostKeyProblem(problemOf(error, url), url, knownHosts))
  }
}

const tipOf = (repo: Repository, ref: string): Promise<string | null> =>
  api.Reference.nameToId(repo, ref).then(
    (oid) => oid.tostrS(),
    () => null,
  )

/** libgit2 forgets where the history of a shallow clone ends, and git can read nothing of it any more. @throws GitFailure */
const refuseShallow = (repo: Repository): void => {
  if (repo.isShallow() === 0) return
  throw failure(
    'unexpected',
    'This is a shallow clone, which libgit2 cannot fetch into without harm.',
    'Install git and use "transport": "auto", or make it whole once: git fetch --unshallow.',
  )
}

const point = (repo: Repository, ref: string, oid: string, log: string): Promise<unknown> =>
  api.Reference.create(repo, ref, api.Oid.fromString(oid), 1, log)

const direction = { fetch: 0, push: 1 } as const

/** Connects, and tells where the remote's branch is. */
const connected = async (
  { remote, callbacks }: Talk,
  { branch }: TransportRequest,
  { heard }: Surroundings,
  purpose: keyof typeof direction,
): Promise<Oid | null> => {
  await remote.connect(direction[purpose], callbacks, undefined, eachAnew)
  heard(null)
  const heads = await remote.referenceList()
  const head = heads.find((one) => one.name() === `refs/heads/${branch}`)
  return head?.oid().tostrS() ?? null
}

/** Where the remote's branch is; nothing is fetched. */
export const askBranch = (
  request: TransportRequest,
  surroundings: Surroundings,
): Promise<Oid | null> =>
  talk(
    request,
    surroundings,
    (named) => named.url(),
    async (line) => {
      const oid = await connected(line, request, surroundings, 'fetch')
      await line.remote.disconnect()
      return oid
    },
  )

/** The remote's branch into its tracking ref. Nothing new costs one look at the remote's refs. */
export const fetchBranch = (
  request: TransportRequest,
  surroundings: Surroundings,
): Promise<FetchResult> =>
  talk(
    request,
    surroundings,
    (named) => named.url(),
    async (line) => {
      const { repo, remote, callbacks } = line
      const ref = trackingRef(request)
      const received = { bytes: 0 }
      const theirs = await connected(line, request, surroundings, 'fetch')
      const ours = await tipOf(repo, ref)
      if (theirs === null && ours !== null) (await api.Reference.lookup(repo, ref)).delete()
      if (theirs !== null && theirs !== ours) {
        refuseShallow(repo)
        // Not `fetch`, which empties the FETCH_HEAD that a person may be about to merge.
        await remote.download([`+refs/heads/${request.branch}:${ref}`], {
          callbacks: {
            ...callbacks,
            transferProgress: (seen) => {
              surroundings.heard(progressAt('fetch', seen.receivedObjects(), seen.totalObjects()))
              return 0
            },
          },
          customHeaders: eachAnew,
          downloadTags: api.Remote.AUTOTAG_OPTION.DOWNLOAD_TAGS_NONE,
        })
        received.bytes = remote.stats()?.receivedBytes() ?? 0
        await point(repo, ref, theirs, 'gitsync: fetch')
      }
      await remote.disconnect()
      return { oid: theirs, bytes: received.bytes }
    },
  )

/** The commit to the remote's branch. Resolving means nothing: only the status that the server gave the ref tells. */
export const pushCommit = (request: PushRequest, surroundings: Surroundings): Promise<PushResult> =>
  talk(
    request,
    surroundings,
    (named) => named.pushurl() ?? named.url(),
    async (line) => {
      const { repo, remote, callbacks } = line
      await refuseUnasked(remote.url())
      const branch = `refs/heads/${request.branch}`
      const statuses = new Map<string, string>()
      const words: string[] = []
      const sent = { bytes: 0 }
      const own: Callbacks = {
        ...callbacks,
        sidebandProgress: {
          // Neither thinned out nor read after libgit2 has let go of the bytes.
          throttle: 0,
          waitForResult: true,
          callback: (text, length) => {
            words.push(firstBytes(text, length))
            surroundings.heard(null)
            return 0
          },
        },
        pushTransferProgress: (current, total, bytes) => {
          // To a local repository libgit2 counts on from what stood in its memory.
          sent.bytes = localPath(remote.url()) === null ? bytes : 0
          surroundings.heard(progressAt('push', current, total))
          return 0
        },
        pushUpdateReference: (ref, status) => {
          statuses.set(ref, status)
          return 0
        },
      }
      const before = await connected(line, request, surroundings, 'push')
      const moved = before !== request.oid
      const options = { callbacks: own, customHeaders: eachAnew, pbParallelism: 0 }
      const send = () => remote.push([`${request.oid}:${branch}`], options)
      try {
        if (moved) await whileAtWork(goOn(surroundings), send)
      } catch (error) {
        const damage = await unreadableHere(surroundings.cwd, request, String(error))
        if (damage !== null) throw damage
        if (errnoOf(error) === eNonFastForward) return rejectionOf('non-fast-forward', '')
        // What the server said of it went before, and no status follows.
        if (String(error).includes(unpackFailed))
          return rejectionOf('unpacker error', linesOf(words.join('')))
        throw error
      }
      const status = moved ? statuses.get(branch) : ''
      if (status === undefined)
        throw failure('declined', 'The remote did not say what became of the push')
      if (status !== '') return rejectionOf(status, linesOf(words.join('')))
      await point(repo, trackingRef(request), request.oid, 'gitsync: push')
      return { kind: 'accepted', moved, bytes: sent.bytes }
    },
  )

/** Connects for a push and hears what the remote has; whether that is behind us is not asked. */
export const rehearsePush = (
  request: PushRequest,
  surroundings: Surroundings,
): Promise<PushResult> =>
  talk(
    request,
    surroundings,
    (named) => named.pushurl() ?? named.url(),
    async (line) => {
      const before = await connected(line, request, surroundings, 'push')
      await line.remote.disconnect()
      return { kind: 'accepted', moved: before !== request.oid, bytes: 0 }
    },
  )
