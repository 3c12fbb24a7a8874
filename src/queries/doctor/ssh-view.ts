import { homedir } from 'node:os'
import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { findAgent } from '../../git/transport/ssh/agent-socket.js'
import { readRemoteConfig } from '../../git/transport/remote/remote-config.js'
import { placeOf } from '../../git/transport/ssh/host-key-place.js'
import { signInsFor } from '../../git/transport/libgit2/sign-in.js'
import { knownHostName, sshAddressOf } from '../../git/transport/ssh/ssh-address.js'
import { sshCommand, usersSshCommand } from '../../git/transport/ssh/ssh-command.js'
import {
  askOptions,
  expanded,
  knownHostFilesIn,
  throughIn,
} from '../../git/transport/ssh/ssh-options.js'
import type { Credential, RemoteFacts } from './facts.js'
import { hostKeyOf } from './known-hosts.js'
import { keyFilesOf, keysIn } from './ssh-keys.js'

type SignIn = Pick<RemoteFacts, 'credential' | 'hostKey'>

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
  const options = address === null ? null : await askOptions(command, address)
  const place = options === null || address === null ? null : placeOf(options, command, address)
  // Not OpenSSH: what it would do is its own affair.
  if (options === null || place === null)
    return { credential: { kind: 'other', ways: [`what ${command} has`] }, hostKey: null }
  const one = (name: string): string | undefined => options.get(name)?.[0]
  const socket = await agentOf(one('identityagent'))
  const [keys, keyFiles] = await Promise.all([
    socket === null ? null : keysIn(socket),
    keyFilesOf((options.get('identityfile') ?? []).map(expanded)),
  ])
  const credential: Credential = {
    kind: 'ssh',
    user: one('user') ?? '',
    agent: socket === null ? null : { socket, keys },
    keyFiles,
    through: throughIn(options),
  }
  return {
    credential,
    hostKey: await hostKeyOf(
      place,
      knownHostFilesIn(options),
      one('stricthostkeychecking') ?? 'ask',
    ),
  }
}

/** libgit2 reads no configuration of ssh's. */
export const withLibgit2 = async (url: string, settings: RepoSettings): Promise<SignIn> => {
  const account = { url, cwd: settings.path, sshKey: settings.sshKey, agent: await findAgent() }
  const address = sshAddressOf(url)
  const ways = signInsFor(account).map(({ name }) => name)
  const file = settings.knownHosts ?? join(homedir(), '.ssh', 'known_hosts')
  const place =
    address === null
      ? null
      : { name: knownHostName(address.host, address.port), file, connect: null }
  return {
    credential: { kind: 'other', ways },
    hostKey: place === null ? null : await hostKeyOf(place, [file], 'yes'),
  }
}
