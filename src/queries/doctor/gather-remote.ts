import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import { isSsh } from '../../git/problem/address.js'
import { findGit, runGit } from '../../git/program/git-program.js'
import { refuseUnknownRemote } from '../../git/refs/position.js'
import type { Repository } from '../../git/repository.js'
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

type Upstream = NonNullable<Position['upstream']>

/** As git rewrites it (`url.*.insteadOf`); as it is configured where there is no git. */
const readAddresses = async (
  { git, workTree }: Repository,
  { remote }: Upstream,
): Promise<{ readonly fetchUrl: string; readonly pushUrl: string }> => {
  const read = async (...flags: readonly string[]): Promise<string> => {
    const { stdout } = await runGit(['remote', 'get-url', ...flags, '--', remote], {
      cwd: workTree,
      env: { GIT_OPTIONAL_LOCKS: '0' },
      idleTimeout: patience,
    })
    return stdout.toString().trim()
  }
  if ((await findGit()) !== null) return { fetchUrl: await read(), pushUrl: await read('--push') }
  const config = await (await git.config()).snapshot()
  const fetchUrl = await config.getStringBuf(`remote.${remote}.url`)
  const pushUrl = await config.getStringBuf(`remote.${remote}.pushurl`).catch(() => fetchUrl)
  return { fetchUrl, pushUrl }
}

/** What a sync would hear: where the remote's branch is, and whether a push is let in. */
const talk = (
  { gitDir }: Repository,
  { remote, branch }: Upstream,
  pushUrl: string,
  head: string | null,
  settings: RepoSettings,
  { there }: Limits,
): Pick<Asked<RemoteFacts>, 'tip' | 'push'> => {
  const networkTimeout = Math.min(settings.networkTimeout, longestSilence)
  const transport = openTransport({ ...settings, networkTimeout })
  const request = { gitDir, remote, branch }
  const tip = there(() => told(() => transport.ask(request)))
  const push =
    head === null || !settings.push
      ? Promise.resolve(null)
      : there(() =>
          told(async () => {
            await refuseUnwritable(pushUrl, branch)
            return transport.rehearsePush({ ...request, oid: head })
          }),
        )
  void Promise.all([tip, push]).then(() => {
    transport.close()
  })
  return { tip, push }
}

const usesLibgit2 = async ({ transport }: RepoSettings): Promise<boolean> =>
  transport === 'libgit2' || (transport === 'auto' && (await findGit()) === null)

const signIn = async (
  { workTree, gitDir }: Repository,
  { remote }: Upstream,
  url: string,
  settings: RepoSettings,
): Promise<Pick<RemoteFacts, 'credential' | 'hostKey'>> => {
  if (/^(?:https?|ftps?):/i.test(url))
    return { credential: await readHttpCredential(workTree, url), hostKey: null }
  if (!isSsh(url)) {
    const why = url.startsWith('git:') ? 'git:// lets everybody in' : 'it is not signed in to'
    return { credential: { kind: 'needless', why }, hostKey: null }
  }
  return (await usesLibgit2(settings))
    ? withLibgit2(url, settings)
    : readSsh({ workTree, gitDir, remote, url, settings })
}

const gather = async (
  repository: Repository,
  upstream: Upstream,
  head: string | null,
  settings: RepoSettings,
  limits: Limits,
): Promise<Asked<RemoteFacts>> => {
  await refuseUnknownRemote(repository.git, upstream.remote)
  const { fetchUrl, pushUrl } = await readAddresses(repository, upstream)
  const signedIn = limits.there(() => told(() => signIn(repository, upstream, pushUrl, settings)))
  return {
    settings: Promise.resolve(settings),
    name: Promise.resolve(upstream.remote),
    branch: Promise.resolve(upstream.branch),
    fetchUrl: Promise.resolve(fetchUrl),
    pushUrl: Promise.resolve(pushUrl),
    ...talk(repository, upstream, pushUrl, head, settings, limits),
    credential: signedIn.then((answer) =>
      answer.kind === 'answer'
        ? answer.value.credential
        : { kind: 'other', ways: [answer.problem.message] },
    ),
    hostKey: signedIn.then((answer) => orElse(answer, { hostKey: null }).hostKey),
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
  const { upstream, head } = where.value
  if (upstream === null) return null
  return limits.here(() => told(() => gather(repository.value, upstream, head, settings, limits)))
}
