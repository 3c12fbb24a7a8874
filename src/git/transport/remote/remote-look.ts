import type { Oid } from '../../../actors/outcome.js'
import type { GitOutput } from '../../program/git-program.js'
import { credentialsAsFound } from '../../program/as-found.js'
import { settingsIn } from '../../program/git-settings.js'
import { runGit, withoutHooks, withoutMaintenance } from '../../program/git-program.js'
import { GitFailure, problemOfGitStderr } from '../../problem/problem.js'
import type { TransportSettings } from '../port.js'
import { agentEnvironment } from '../ssh/agent-socket.js'
import { askpassEnvironment } from '../askpass.js'
import { hostKeyProblemOf } from '../ssh/host-key-problem.js'
import { refusedRedirect } from './refused-redirect.js'
import type { RemoteConfig } from './remote-config.js'
import { redirecting, redirectsFrom, settingsLike } from './remote-config.js'
import { rewritten } from './rewritten-url.js'
import { sshCommand, usersSshCommand } from '../ssh/ssh-command.js'
import { hiddenCredentials } from './url-credentials.js'

/** An address that no repository is configured with yet, and how to get there. */
export interface Address extends Pick<
  TransportSettings,
  'sshKey' | 'knownHosts' | 'networkTimeout' | 'credentials'
> {
  readonly url: string
  readonly signal?: AbortSignal | undefined
}

/** What a remote has. */
export interface RemoteLook {
  readonly branches: ReadonlyMap<string, Oid>
  /** The branch that its HEAD is on, which `git clone` would check out. */
  readonly head: string | null
}

const name = 'gitsync-setup'

/** What lets git reach the address: the user's ssh and its keys, what is asked for here, and the password out of sight. */
export const addressEnv = async (
  { url, sshKey, knownHosts }: Address,
  cwd: string,
): Promise<NodeJS.ProcessEnv> => {
  const settings = await settingsLike(cwd, '^(core\\.sshcommand|url\\..*\\.insteadof)$')
  const [, configured = null] = settings.findLast(([key]) => key === 'core.sshcommand') ?? []
  const users = usersSshCommand(process.env, configured)
  return {
    GIT_SSH_COMMAND: sshCommand(users, { sshKey, knownHosts }),
    ...(await agentEnvironment()),
    ...askpassEnvironment(process.env),
    ...hiddenCredentials([rewritten(url, settings)], process.env),
  }
}

/** What was in the way of reaching it, with this environment. */
export const addressFailure = async (
  { url }: Address,
  { GIT_SSH_COMMAND: command = 'ssh' }: NodeJS.ProcessEnv,
  { stderr, code }: GitOutput,
  config: Pick<RemoteConfig, 'redirects'>,
): Promise<GitFailure> => {
  const told = problemOfGitStderr(stderr, code, url)
  return new GitFailure(
    refusedRedirect(await hostKeyProblemOf(command, told, stderr, url), url, config),
  )
}

/** `args` have the address at their end, by a name that the environment explains. */
export const talk = async (
  address: Address,
  cwd: string,
  args: readonly string[],
  refs: readonly string[],
  isAnswer: (output: GitOutput) => boolean = ({ code }) => code === 0,
): Promise<GitOutput> => {
  const hidden = await addressEnv(address, cwd)
  const named = {
    ...hidden,
    ...settingsIn({ ...process.env, ...hidden }, [[`remote.${name}.url`, address.url]]),
  }
  const env =
    address.credentials === undefined
      ? named
      : { ...named, ...credentialsAsFound({ ...process.env, ...named }) }
  const { networkTimeout: idleTimeout, signal } = address
  const config = await redirectsFrom(cwd, address.url)
  const output = await runGit(
    [...withoutHooks, ...withoutMaintenance, ...redirecting(config), ...args, '--', name, ...refs],
    { cwd, env, idleTimeout, ...(signal === undefined ? {} : { signal }) },
  )
  if (isAnswer(output)) return output
  throw await addressFailure(address, hidden, output, config)
}

/** Asks the remote which branches it has. @throws GitFailure */
export const lookAtRemote = async (address: Address, cwd: string): Promise<RemoteLook> => {
  const { stdout } = await talk(address, cwd, ['ls-remote', '--symref'], ['HEAD', 'refs/heads/*'])
  const lines = stdout.toString().split('\n')
  const branches = new Map<string, Oid>()
  for (const one of lines) {
    const [, oid, branch] = /^([0-9a-f]{40})\trefs\/heads\/(.+)$/.exec(one) ?? []
    if (oid !== undefined && branch !== undefined) branches.set(branch, oid)
  }
  const head = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(stdout.toString())?.[1] ?? null
  return { branches, head: head !== null && branches.has(head) ? head : null }
}

/**
 * Whether a commit here and the remote's branch have a common one. What is not here yet is fetched, without any
 * reference to it: `git gc` takes it away again. @throws GitFailure
 */
export const isRelated = async (
  address: Address,
  cwd: string,
  head: Oid,
  [branch, theirs]: readonly [branch: string, oid: Oid],
): Promise<boolean> => {
  const known = await runGit(['cat-file', '-e', `${theirs}^{commit}`], { cwd })
  if (known.code !== 0) {
    const flags = ['--no-tags', '--refmap=', '--no-recurse-submodules', '--no-write-fetch-head']
    await talk(address, cwd, ['fetch', '--quiet', ...flags], [`refs/heads/${branch}`])
  }
  return (await runGit(['merge-base', head, theirs], { cwd })).code === 0
}
