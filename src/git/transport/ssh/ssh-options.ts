import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { knownHostName } from './ssh-address.js'
import type { SshAddress } from './ssh-address.js'
import { runSshTool } from './ssh-tool.js'

/** Every option of ssh's with its values; empty where the program is not OpenSSH. */
export type SshOptions = ReadonlyMap<string, readonly string[]>

/** ssh's own idea of home, which HOME does not change. */
const sshHome = (): string => {
  try {
    return userInfo().homedir
  } catch {
    return homedir()
  }
}

/** A path as ssh means it. */
export const expanded = (path: string): string =>
  path.startsWith('~/') ? join(sshHome(), path.slice(2)) : path

const readOptions = (text: string): SshOptions => {
  const options = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined)
      options.set(name, [...(options.get(name) ?? []), value])
  }
  return options
}

/** What an ssh command would do for an address (`ssh -G`); it connects to nobody. */
export const askOptions = async (
  command: string,
  { host, port, user }: SshAddress,
): Promise<SshOptions> => {
  const login = user === null ? host : `${user}@${host}`
  const place = [...(port === null ? [] : ['-p', String(port)]), '--', login]
  const told = await runSshTool('sh', ['-c', `${command} -G "$@"`, 'sh', ...place]).catch(
    () => null,
  )
  return readOptions(told?.stdout ?? '')
}

/** What known_hosts calls the host that is connected to; null where ssh did not say. */
export const hostNameIn = (options: SshOptions): string | null => {
  const [host] = options.get('hostname') ?? []
  if (host === undefined) return null
  const [alias] = options.get('hostkeyalias') ?? []
  return alias ?? knownHostName(host, Number(options.get('port')?.[0] ?? 22))
}

/** The files of known hosts, the user's first. ssh lists them without quotes: each begins at a root or at home. */
export const knownHostFilesIn = (options: SshOptions): readonly string[] =>
  ['userknownhostsfile', 'globalknownhostsfile']
    .flatMap((name) => (options.get(name)?.[0] ?? '').split(/ (?=["~/])/))
    .map((file) => file.replace(/^"|"$/g, ''))
    .filter((file) => file !== '' && file !== 'none')
    .map(expanded)

/** ProxyJump or ProxyCommand, in words; null where the host is connected to as it stands. */
export const throughIn = (options: SshOptions): string | null =>
  options.get('proxyjump')?.[0] ?? (options.has('proxycommand') ? 'a ProxyCommand' : null)
