import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, freshFolder, serve } from './playground.js'

export const algorithms = ['ed25519', 'ecdsa', 'rsa'] as const
export type Algorithm = (typeof algorithms)[number]

/** A key pair in files; the public half beside it as `.pub`. */
export const makeKey = (name: string, type: Algorithm = 'ed25519', passphrase = ''): string => {
  const path = join(freshFolder('key'), name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', path])
  return path
}

export interface SshDaemon {
  readonly port: number
  readonly user: string
  readonly host: string
  urlOf(path: string, host?: string): string
  /** Lets in who has the private half; with a command, to that alone. */
  authorize(key: string, command?: string): void
  /** A file of known hosts: these keys of the server, under the name that ssh looks for. */
  knownHosts(...types: readonly Algorithm[]): string
  /** What such a file has for one of them. */
  line(type: Algorithm): string
}

/** Whether somebody listens there. */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    const settle = (listens: boolean) => () => {
      socket.destroy()
      resolve(listens)
    }
    socket.on('connect', settle(true)).on('error', settle(false))
  })

/** At most ten seconds, on any machine. */
const attempts = 100

const program = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((path) =>
  existsSync(path),
)

/** A real OpenSSH server with a host key of each kind; without one these tests fail. */
export const startDaemon = async (): Promise<SshDaemon> => {
  if (program === undefined) throw new Error('sshd is missing: install openssh-server')
  const folder = freshFolder('sshd')
  const keys = join(folder, 'authorized')
  writeFileSync(keys, '', { mode: 0o600 })
  const hostKeys = Object.fromEntries(algorithms.map((type) => [type, makeKey('host', type)]))
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  const options = [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    ...algorithms.map((type) => `HostKey "${hostKeys[type] ?? ''}"`),
    `AuthorizedKeysFile "${keys}"`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    // A test is quicker than what is meant for strangers.
    'MaxStartups 100',
    'LoginGraceTime 20',
  ]
  writeFileSync(config, `${options.join('\n')}\n`)
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  serve(program, ['-D', '-e', '-f', config])
  for (let n = 0; n < attempts && !(await answers(port)); n += 1) await sleep(100)
  const host = `[127.0.0.1]:${String(port)}`
  const user = userInfo().username
  const line = (type: Algorithm): string => {
    const [kind = '', data = ''] = readFileSync(`${hostKeys[type] ?? ''}.pub`, 'utf8').split(' ')
    return `${host} ${kind} ${data}\n`
  }
  return {
    port,
    user,
    host,
    urlOf: (path, name) =>
      name === undefined ? `ssh://${user}@127.0.0.1:${String(port)}${path}` : `${name}:${path}`,
    authorize: (key, command) => {
      const only = command === undefined ? '' : `command="${command}" `
      appendFileSync(keys, `${only}${readFileSync(`${key}.pub`, 'utf8')}`)
    },
    line,
    knownHosts: (...types) => {
      const file = join(freshFolder('hosts'), 'known_hosts')
      writeFileSync(file, types.map(line).join(''))
      return file
    },
  }
}

/** An agent of its own at this socket, ended with the tests. */
export const startAgent = async (socket: string, ...keys: readonly string[]): Promise<void> => {
  serve('ssh-agent', ['-D', '-a', socket])
  for (let n = 0; n < attempts && !existsSync(socket); n += 1) await sleep(50)
  for (const key of keys)
    execFileSync('ssh-add', ['-q', key], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: 'pipe',
    })
}

/** A program that answers each question with these words. */
export const answering = (words: string): string => {
  const path = join(freshFolder('askpass'), 'answer')
  writeFileSync(path, `#!/bin/sh\necho '${words}'\n`, { mode: 0o755 })
  return path
}
