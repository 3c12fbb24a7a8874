import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { freePort, freshFolder, serve } from './playground.js'

export interface SshServer {
  /** A real one, or the stand-in for the ssh program where this machine has no sshd. */
  readonly kind: 'sshd' | 'stand-in'
  urlOf(path: string): string
  readonly key: string
  readonly wrongKey: string
  readonly knownHosts: string
  readonly noHosts: string
}

const makeKey = (folder: string, name: string): string => {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path])
  return path
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => {
      resolve(false)
    })
  })

const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((path) =>
  existsSync(path),
)

/** At most ten seconds, on any machine. */
const attempts = 100

/** Says and does what ssh would: refuses an empty list of hosts, then every key but the right one, then runs the command. */
const standIn = (folder: string, key: string): string => {
  const path = join(folder, 'ssh')
  writeFileSync(
    path,
    `#!/bin/sh
for last; do case "$last" in -oUserKnownHostsFile=*) hosts=$(echo "\${last#*=}" | tr -d '"');; esac; done
test -s "$hosts" || { echo "Host key verification failed." >&2; exit 255; }
case "$*" in *"-i ${key} "*) exec sh -c "$last";; esac
echo "bob@host: Permission denied (publickey)." >&2; exit 255
`,
  )
  chmodSync(path, 0o755)
  return path
}

export const startSsh = async (): Promise<SshServer> => {
  const folder = freshFolder('ssh server')
  const [noHosts, knownHosts, keys] = [
    join(folder, 'no_hosts'),
    join(folder, 'known_hosts'),
    join(folder, 'keys'),
  ]
  writeFileSync(noHosts, '')
  if (sshd === undefined) {
    const [key, wrongKey] = [join(folder, 'right'), join(folder, 'wrong')]
    for (const file of [key, wrongKey, knownHosts]) writeFileSync(file, 'stands for a key\n')
    process.env.GIT_SSH_COMMAND = `'${standIn(folder, key)}'`
    process.env.GIT_SSH_VARIANT = 'ssh'
    return {
      kind: 'stand-in',
      urlOf: (path) => `ssh://bob@host${path}`,
      key,
      wrongKey,
      knownHosts,
      noHosts,
    }
  }
  const [key, wrongKey, hostKey] = [
    makeKey(folder, 'right'),
    makeKey(folder, 'wrong'),
    makeKey(folder, 'host'),
  ]
  copyFileSync(`${key}.pub`, keys)
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  const options = [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey "${hostKey}"`,
    `AuthorizedKeysFile "${keys}"`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
  ]
  writeFileSync(config, `${options.join('\n')}\n`)
  // sshd wants this empty folder when root starts it; a package's service would make it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  serve(sshd, ['-D', '-e', '-f', config])
  for (let i = 0; i < attempts && !(await listens(port)); i += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const [type = '', data = ''] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ')
  writeFileSync(knownHosts, `[127.0.0.1]:${String(port)} ${type} ${data}\n`)
  const urlOf = (path: string): string =>
    `ssh://${userInfo().username}@127.0.0.1:${String(port)}${path}`
  return { kind: 'sshd', urlOf, key, wrongKey, knownHosts, noHosts }
}
