import { openCalls } from './calls.js'
import { durably, runGit, withoutHooks, withoutMaintenance } from '../program/git-program.js'
import type { GitOutput } from '../program/git-program.js'
import { credentialsAsFound } from '../program/as-found.js'
import { withFewSignIns } from '../program/refused-sign-in.js'
import { GitFailure, problemOfTalk } from '../problem/problem.js'
import { agentEnvironment } from './ssh/agent-socket.js'
import { askpassEnvironment } from './askpass.js'
import { hostKeyProblemOf } from './ssh/host-key-problem.js'
import type { Onlooker, TransportSettings } from './port.js'
import { configStamp, readRemoteConfig, redirecting } from './remote/remote-config.js'
import { refusedRedirect } from './remote/refused-redirect.js'
import type { RemoteConfig } from './remote/remote-config.js'
import { sshCommand, usersSshCommand } from './ssh/ssh-command.js'
import { progressIn } from './transfer-progress.js'
import { hiddenCredentials } from './remote/url-credentials.js'
import type { TransportRequest } from '../../actors/ports.js'

/** The git program's talks with the remotes of one repository. */
export interface GitTalk {
  readonly configOf: (request: TransportRequest) => Promise<RemoteConfig>
  /** Any end of git's is a result, see `runGit`. */
  readonly talk: (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    args: readonly string[],
    stdin?: string,
  ) => Promise<GitOutput>
  /** What a talk that ended badly failed of. */
  readonly failed: (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    output: GitOutput,
  ) => Promise<GitFailure>
  readonly close: () => void
}

/** The address at which a push failed: git says where it pushed to after each of them, and ends at the first out of reach. */
const failedAt = (urls: RemoteConfig['push'] | RemoteConfig['fetch'], stdout: Buffer): string => {
  const done = stdout.toString().match(/^To /gm)?.length ?? 0
  return (urls[done] ?? urls[0]).used
}

/** Should we be killed, and not be there to end it, git itself gives up a server that is silent over http. */
export const givenUp = (networkTimeout: number): readonly string[] => {
  const seconds = 2 * Math.ceil(networkTimeout / 1000)
  return ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${String(seconds)}`]
}

export const openGitTalk = (settings: TransportSettings, onlooker: Onlooker): GitTalk => {
  const calls = openCalls()
  // Read again after git's configuration changed, and after a failure: then the user's own may have.
  const known = new Map<string, { readonly stamp: number; readonly config: RemoteConfig }>()

  const configOf = async ({ gitDir, remote }: TransportRequest): Promise<RemoteConfig> => {
    const stamp = await configStamp(gitDir)
    const kept = known.get(remote)
    if (kept?.stamp === stamp) return kept.config
    const config = await readRemoteConfig(settings.path, gitDir, remote)
    known.set(remote, { stamp, config })
    return config
  }

  const commandOf = (config: RemoteConfig): string =>
    sshCommand(usersSshCommand(process.env, config.sshCommand), settings)

  const talk = async (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    args: readonly string[],
    stdin = '',
  ): Promise<GitOutput> => {
    const config = await configOf(request)
    const env = {
      GIT_SSH_COMMAND: commandOf(config),
      GIT_LFS_FORCE_PROGRESS: '1',
      ...(await agentEnvironment()),
      ...askpassEnvironment(process.env),
      ...hiddenCredentials(config[operation], process.env),
    }
    const asked =
      settings.credentials === undefined
        ? env
        : { ...env, ...credentialsAsFound({ ...process.env, ...env }) }
    const { networkTimeout } = settings
    const flags = [...withoutHooks, ...withoutMaintenance, ...durably, ...givenUp(networkTimeout)]
    const call = calls.begin()
    const onProgress = (text: string): void => {
      const progress = progressIn(text, operation)
      if (progress !== null) onlooker(progress)
    }
    return runGit([`--git-dir=${request.gitDir}`, ...flags, ...redirecting(config), ...args], {
      cwd: settings.path,
      env: args[0] === 'lfs' ? withFewSignIns(asked) : asked,
      stdin,
      idleTimeout: networkTimeout,
      onProgress,
      signal: call.signal,
    }).finally(call.end)
  }

  const failed = async (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    output: GitOutput,
  ): Promise<GitFailure> => {
    const config = await configOf(request)
    known.delete(request.remote)
    const url = failedAt(config[operation], output.stdout)
    const problem = problemOfTalk(output.stderr, output.code, url)
    const told = await hostKeyProblemOf(commandOf(config), problem, output.stderr, url)
    return new GitFailure(refusedRedirect(told, url, config))
  }

  return { configOf, talk, failed, close: calls.close }
}
