import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { keysOf } from './agent-answer.js'

/** Where a desktop or a service puts its agent's socket, the session’s own first. */
export const agentPlaces = (
  env: NodeJS.ProcessEnv,
  home: string,
  user: number,
): readonly string[] => {
  const xdg = env.XDG_RUNTIME_DIR ?? ''
  const runtime = isAbsolute(xdg) ? xdg : `/run/user/${String(user)}`
  const own = ['ssh-agent.socket', 'openssh_agent', 'gcr/ssh', 'keyring/ssh', 'keyring/.ssh']
  return [
    ...own.map((name) => join(runtime, name)),
    join(home, '.1password', 'agent.sock'),
    join(home, 'Library/Group Containers/2BUA8C4S2C.com.1password/t/agent.sock'),
  ]
}

/** What is known of one place where a socket may be. */
export interface Candidate {
  readonly path: string
  readonly isSocket: boolean
  /** Null where there is nothing. */
  readonly owner: number | null
  /** That its agent has; null where none answers. */
  readonly keys: number | null
}

/**
 * The first of this user whose agent has a key, else the first that answers, else the first: a session may leave a dead
 * socket, or start an agent that nobody uses. Somebody else's would be asked to sign for us.
 */
export const chooseAgent = (candidates: readonly Candidate[], user: number): string | null => {
  const ours = candidates.filter(({ isSocket, owner }) => isSocket && owner === user)
  const best =
    ours.find(({ keys }) => (keys ?? 0) > 0) ?? ours.find(({ keys }) => keys !== null) ?? ours[0]
  return best?.path ?? null
}

const lookAs =
  (user: number) =>
  async (path: string): Promise<Candidate> => {
    const found = await stat(path).catch(() => null)
    const isSocket = found?.isSocket() === true
    const owner = found?.uid ?? null
    return { path, isSocket, owner, keys: isSocket && owner === user ? await keysOf(path) : null }
  }

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** launchd makes one for each login and tells where. */
const ofLaunchd = async (): Promise<readonly string[]> => {
  if (process.platform !== 'darwin') return []
  const { stdout } = await promisify(execFile)('launchctl', ['getenv', 'SSH_AUTH_SOCK'], {
    timeout: 2_000,
  }).catch(() => ({ stdout: '' }))
  return stdout.trim() === '' ? [] : [stdout.trim()]
}

/**
 * The agent's socket: the environment's, and where this was started without one (a service, cron), or has outlived the
 * session that it was of, that of the session.
 * What `IdentityAgent` of ssh's configuration names goes before either; ssh sees to that.
 */
export const findAgent = async (env: NodeJS.ProcessEnv = process.env): Promise<string | null> => {
  const given = env.SSH_AUTH_SOCK
  if (given === '') return null
  const user = process.getuid?.()
  if (given !== undefined && (user === undefined || (await isThere(given)))) return given
  if (user === undefined) return null
  const places = [...(await ofLaunchd()), ...agentPlaces(env, homedir(), user)]
  return chooseAgent(await Promise.all(places.map(lookAs(user))), user)
}

/** For a program that is to find it. */
export const agentEnvironment = async (): Promise<NodeJS.ProcessEnv> => {
  const agent = await findAgent()
  return agent === null ? {} : { SSH_AUTH_SOCK: agent }
}
