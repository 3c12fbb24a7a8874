import type { PushResult } from '../../actors/ports.js'
import type { Place, Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import { isSsh } from '../../git/problem/address.js'
import { findGit, runGit } from '../../git/program/git-program.js'
import { refuseUnknownRemote } from '../../git/refs/position.js'
import type { Repository } from '../../git/repository.js'
import { configOf } from '../../git/config.js'
import { rehearseAt } from '../../git/transport/rehearse-at.js'
import { openTransport } from '../../git/transport/transport.js'
import type { RemoteFacts } from './facts.js'
import { readHttpCredential } from './http-credential.js'
import type { Limits } from './limits.js'
import { refuseUnwritable } from './local-remote.js'
import type { Asked } from './question.js'
import { readDate } from './remote-date.js'
import { readSsh, withLibgit2 } from './ssh-view.js'
import type { Told } from './told.js'
import { orElse, patience, told } from './told.js'

/** Milliseconds of silence, however patient a sync is. */
const longestSilence = 10_000

/** Where a branch is brought in from, and where it is pushed to: most often the same. */
interface Ends {
  readonly upstream: Place
  readonly pushTo: Place
}

interface Addresses {
  readonly fetchUrl: string
  readonly pushUrl: string
  /** Those that are pushed to as well. */
  readonly others: readonly string[]
}

/** As git rewrites them (`url.*.insteadOf`); as they are configured where there is no git. */
const readAddresses = async (
  { git, workTree }: Repository,
  { upstream, pushTo }: Ends,
): Promise<Addresses> => {
  const read = async (
    { remote }: Place,
    ...flags: readonly string[]
  ): Promise<readonly string[]> => {
    const { stdout } = await runGit(['remote', 'get-url', ...flags, '--', remote], {
      cwd: workTree,
      env: { GIT_OPTIONAL_LOCKS: '0' },
      idleTimeout: patience,
    })
    return stdout.toString().trim().split('\n')
  }
  if ((await findGit()) !== null) {
    const [[fetchUrl = ''], [pushUrl = '', ...others]] = [
      await read(upstream),
      await read(pushTo, '--push', '--all'),
    ]
    return { fetchUrl, pushUrl, others }
  }
  const config = await configOf(git)
  const fetchUrl = await config.getStringBuf(`remote.${upstream.remote}.url`)
  const pushUrl = await config
    .getStringBuf(`remote.${pushTo.remote}.pushurl`)
    .catch(() => config.getStringBuf(`remote.${pushTo.remote}.url`))
  return { fetchUrl, pushUrl, others: [] }
}

const usesLibgit2 = async ({ transport }: RepoSettings): Promise<boolean> =>
  transport === 'libgit2' || (transport === 'auto' && (await findGit()) === null)

type Talk = Pick<Asked<RemoteFacts>, 'tip' | 'push'> & {
  /** What one of the others says to a push. */
  readonly pushTo: (url: string) => RemoteFacts['push'] | Promise<RemoteFacts['push']>
}

/** What a sync would hear: where the remote's branch is, and whether a push is let in. */
const talk = (
  { gitDir, workTree }: Repository,
  { upstream, pushTo: { remote, branch } }: Ends,
  { pushUrl, others }: Addresses,
  head: string | null,
  settings: RepoSettings,
  { there }: Limits,
): Talk => {
  const networkTimeout = Math.min(settings.networkTimeout, longestSilence)
  const quiet = { ...settings, networkTimeout, credentials: 'as-found' } as const
  const transport = openTransport(quiet)
  const request = { gitDir, remote, branch }
  const tip = there(() =>
    told(() => transport.ask({ gitDir, remote: upstream.remote, branch: upstream.branch })),
  )
  const rehearse = async (url: string, oid: string): Promise<PushResult> => {
    await refuseUnwritable(url, branch)
    // By its name a remote is pushed to at all of its addresses; libgit2 refuses that, and says so.
    return others.length === 0 || (await usesLibgit2(settings))
      ? transport.rehearsePush({ ...request, oid })
      : rehearseAt({ ...quiet, url }, workTree, { oid, branch })
  }
  const pushTo: Talk['pushTo'] = (url) =>
    head === null || !settings.push ? null : there(() => told(() => rehearse(url, head)))
  const push = Promise.resolve(pushTo(pushUrl))
  void Promise.all([tip, push]).then(() => {
    transport.close()
  })
  return { tip, push, pushTo }
}

type SignIn = Pick<RemoteFacts, 'credential' | 'hostKey'>

const signIn = async (
  { workTree, gitDir }: Repository,
  { remote }: Place,
  url: string,
  settings: RepoSettings,
): Promise<SignIn> => {
  const by = (await usesLibgit2(settings)) ? 'libgit2' : 'git'
  if (/^(?:https?|ftps?):/i.test(url))
    return { credential: await readHttpCredential(workTree, url, by), hostKey: null }
  if (!isSsh(url)) {
    const why = url.startsWith('git:') ? 'git:// lets everybody in' : 'it is not signed in to'
    return { credential: { kind: 'needless', why }, hostKey: null }
  }
  return by === 'libgit2'
    ? withLibgit2(url, settings)
    : readSsh({ workTree, gitDir, remote, url, settings })
}

const gather = async (
  repository: Repository,
  ends: Ends,
  head: string | null,
  settings: RepoSettings,
  limits: Limits,
): Promise<Asked<RemoteFacts>> => {
  const { upstream, pushTo: place } = ends
  for (const { remote } of [upstream, place]) await refuseUnknownRemote(repository.git, remote)
  const addresses = await readAddresses(repository, ends)
  const { fetchUrl, pushUrl, others } = addresses
  const signedInTo = async (url: string): Promise<SignIn> => {
    const answer = await limits.there(() => told(() => signIn(repository, place, url, settings)))
    return answer.kind === 'answer'
      ? answer.value
      : { credential: { kind: 'other', ways: [answer.problem.message] }, hostKey: null }
  }
  const signedIn = signedInTo(pushUrl)
  const { tip, push, pushTo } = talk(repository, ends, addresses, head, settings, limits)
  return {
    settings: Promise.resolve(settings),
    name: Promise.resolve(upstream.remote),
    branch: Promise.resolve(upstream.branch),
    fetchUrl: Promise.resolve(fetchUrl),
    pushUrl: Promise.resolve(pushUrl),
    tip,
    push,
    credential: signedIn.then(({ credential }) => credential),
    hostKey: signedIn.then(({ hostKey }) => hostKey),
    others: Promise.all(
      others.map(async (url) => {
        const [heard, known] = await Promise.all([pushTo(url), signedInTo(url)])
        return { url, push: heard, ...known }
      }),
    ),
    clocks: limits
      .there(() => told(() => readDate(fetchUrl)))
      .then((answer) => orElse(answer, null)),
  }
}

/** Null where there is no remote. The address is known first, what the remote says later. */
export const gatherRemote = async (
  opened: Promise<Told<Repository>>,
  position: Promise<Told<Position>>,
  settings: RepoSettings,
  limits: Limits,
): Promise<Told<Asked<RemoteFacts>> | null> => {
  const [repository, where] = [await opened, await position]
  if (repository.kind === 'problem') return repository
  if (where.kind === 'problem') return where
  const { upstream, pushTo, head } = where.value
  if (upstream === null) return null
  const ends = { upstream, pushTo: pushTo ?? upstream }
  return limits.here(() => told(() => gather(repository.value, ends, head, settings, limits)))
}
