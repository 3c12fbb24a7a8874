import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { findAgent } from '../../git/transport/agent-socket.js'
import { readRemoteConfig } from '../../git/transport/remote-config.js'
import { signInsFor } from '../../git/transport/sign-in.js'
import { knownHostName, sshAddressOf } from '../../git/transport/ssh-address.js'
import { sshCommand, usersSshCommand } from '../../git/transport/ssh-command.js'
import type { Credential, RemoteFacts } from './facts.js'
import { hostKeyOf } from './known-hosts.js'
import { keyFilesOf, keysIn } from './ssh-keys.js'
import { runSshTool } from './ssh-tool.js'

type SignIn = Pick<RemoteFacts, 'credential' | 'hostKey'>

/** ssh's own idea of home, which HOME does not change. */
const sshHome = (): string => {
  try {
    return userInfo().homedir
  } catch {
    return homedir()
  }
}

const expanded = (path: string): string =>
  path.startsWith('~/') ? join(sshHome(), path.slice(2)) : path

/** What `ssh -G` says: every option with its values. */
export const readOptions = (text: string): ReadonlyMap<string, readonly string[]> => {
  const options = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined)
      options.set(name, [...(options.get(name) ?? []), value])
  }
  return options
}

/** `none` and `SSH_AUTH_SOCK` are words of ssh's; a name that begins with `$` is a variable's. */
const agentOf = async (identityAgent: string | undefined): Promise<string | null> => {
  if (identityAgent === 'none') return null
  if (identityAgent === undefined || identityAgent === 'SSH_AUTH_SOCK') return findAgent()
  return identityAgent.startsWith('$')
    ? (process.env[identityAgent.slice(1)] ?? null)
    : expanded(identityAgent)
}

interface Asked {
  readonly workTree: string
  readonly gitDir: string
  readonly remote: string
  readonly url: string
  readonly settings: RepoSettings
}

/** What the user's ssh, given the settings of this repository, would do for this address; it connects to nobody. */
export const readSsh = async ({
  workTree,
  gitDir,
  remote,
  url,
  settings,
}: Asked): Promise<SignIn> => {
  const address = sshAddressOf(url)
  const config = await readRemoteConfig(workTree, gitDir, remote)
  const command = sshCommand(usersSshCommand(process.env, config.sshCommand), settings)
  const port = typeof address?.port === 'number' ? ['-p', String(address.port)] : []
  const user = typeof address?.user === 'string' ? `${address.user}@` : ''
  const told =
    address === null
      ? null
      : await runSshTool('sh', [
          '-c',
          `${command} -G "$@"`,
          'sh',
          ...port,
          '--',
          user + address.host,
        ]).catch(() => null)
  const options = readOptions(told?.stdout ?? '')
  const one = (name: string): string | undefined => options.get(name)?.[0]
  const host = one('hostname')
  // Not OpenSSH: what it would do is its own affair.
  if (host === undefined)
    return { credential: { kind: 'other', ways: [`what ${command} has`] }, hostKey: null }
  const socket = await agentOf(one('identityagent'))
  const [keys, keyFiles] = await Promise.all([
    socket === null ? null : keysIn(socket),
    keyFilesOf((options.get('identityfile') ?? []).map(expanded)),
  ])
  const through = one('proxyjump') ?? (one('proxycommand') === undefined ? null : 'a ProxyCommand')
  const credential: Credential = {
    kind: 'ssh',
    user: one('user') ?? '',
    agent: socket === null ? null : { socket, keys },
    keyFiles,
    through,
  }
  const files = [one('userknownhostsfile') ?? '', one('globalknownhostsfile') ?? '']
    .flatMap((list) =>
      settings.knownHosts !== null && list.includes(settings.knownHosts)
        ? [list.replace(/^"|"$/g, '')]
        : list.split(' '),
    )
    .filter((file) => file !== '')
    .map(expanded)
  const name = one('hostkeyalias') ?? knownHostName(host, Number(one('port') ?? 22))
  return {
    credential,
    hostKey: await hostKeyOf(name, files, one('stricthostkeychecking') ?? 'ask'),
  }
}

/** libgit2 reads no configuration of ssh's. */
export const withLibgit2 = async (url: string, settings: RepoSettings): Promise<SignIn> => {
  const account = { url, cwd: settings.path, sshKey: settings.sshKey, agent: await findAgent() }
  const address = sshAddressOf(url)
  const ways = signInsFor(account).map(({ name }) => name)
  const file = settings.knownHosts ?? join(homedir(), '.ssh', 'known_hosts')
  return {
    credential: { kind: 'other', ways },
    hostKey:
      address === null
        ? null
        : await hostKeyOf(knownHostName(address.host, address.port), [file], 'yes'),
  }
}
