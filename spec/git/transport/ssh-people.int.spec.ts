import { execFileSync, execSync, spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lookAtRemote } from '../../../src/git/transport/remote/remote-look.js'
import { findAgent } from '../../../src/git/transport/ssh/agent-socket.js'
import type { TransportSettings } from '../../../src/git/transport/transport.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  git,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'
import { algorithms, answering, makeKey, startAgent, startDaemon } from './ssh-daemon.js'
import type { SshDaemon } from './ssh-daemon.js'

let daemon: SshDaemon
let key: string
let bare: string
let tip: string

beforeAll(async () => {
  daemon = await startDaemon()
  key = makeKey('mine')
  daemon.authorize(key)
  bare = bareRepository()
  tip = advance(bare, 'one')
})

const variables = [
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'XDG_RUNTIME_DIR',
  'GITSYNC_SSH_PASSPHRASE',
  'GIT_SSH_COMMAND',
] as const

const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]))

afterEach(() => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
})

type Wishes = Partial<TransportSettings> & { readonly url?: string }

const fetching = ({ url, ...settings }: Wishes) => {
  const clone = cloneOf(url ?? daemon.urlOf(bare))
  return transportFor(clone, settings).fetch(requestFor(clone))
}

const fetched = async (wishes: Wishes): Promise<string | null> => (await fetching(wishes)).oid
const refused = (wishes: Wishes) => problemFrom(fetching(wishes))

/** The lines to type, as they are printed. */
const commandsIn = (remedy: string): readonly string[] =>
  [
    /ssh-keygen -f \S+ -R '[^']*'/,
    /ssh-keyscan [^,]*? >> [^\s,]+/,
    /(?<=\()ssh-keygen -l [^)]*/,
  ].flatMap((command) => command.exec(remedy) ?? [])

describe.each(both)('the %s transport and known hosts', (transport) => {
  it('takes hashed names', async () => {
    const knownHosts = daemon.knownHosts('ed25519', 'ecdsa', 'rsa')
    execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHosts], { stdio: 'pipe' })
    expect(await fetched({ transport, sshKey: key, knownHosts })).toBe(tip)
  })

  it.each(algorithms)('takes the one key that is known of several, %s', async (type) => {
    const knownHosts = daemon.knownHosts(type)
    expect(await fetched({ transport, sshKey: key, knownHosts })).toBe(tip)
  })

  it('refuses an unknown host with the line that makes it known', async () => {
    const knownHosts = daemon.knownHosts()
    const problem = await refused({ transport, sshKey: key, knownHosts })
    expect(problem.kind).toBe('host-key')
    expect(problem.remedy).toContain(
      `ssh-keyscan -p ${String(daemon.port)} 127.0.0.1 >> ${knownHosts}`,
    )
    expect(problem.remedy).not.toContain('changed')
    for (const command of commandsIn(problem.remedy)) execSync(command, { stdio: 'pipe' })
    expect(await fetched({ transport, sshKey: key, knownHosts })).toBe(tip)
  })

  it('refuses a changed key with the line that forgets the old one', async () => {
    const other = await startDaemon()
    const knownHosts = join(freshFolder('hosts'), 'known_hosts')
    const lines = algorithms.map((type) => other.line(type).replace(other.host, daemon.host))
    writeFileSync(knownHosts, lines.join(''))
    const problem = await refused({ transport, sshKey: key, knownHosts })
    expect(problem.kind).toBe('host-key')
    expect(problem.remedy).toContain(`ssh-keygen -f ${knownHosts} -R '${daemon.host}'`)
    expect(problem.remedy).toContain('somebody may be in between')
    for (const command of commandsIn(problem.remedy)) execSync(command, { stdio: 'pipe' })
    expect(await fetched({ transport, sshKey: key, knownHosts })).toBe(tip)
  })

  it('refuses a revoked key, also where it is known', async () => {
    const knownHosts = daemon.knownHosts('ed25519')
    appendFileSync(knownHosts, algorithms.map((type) => `@revoked ${daemon.line(type)}`).join(''))
    expect((await refused({ transport, sshKey: key, knownHosts })).kind).toBe('host-key')
  })
})

describe.each(both)('the %s transport and keys', (transport) => {
  it('takes a key and known hosts from a folder with a percent sign in its name', async () => {
    const folder = join(freshFolder('odd'), '100% mine')
    mkdirSync(folder)
    for (const file of [key, `${key}.pub`]) copyFileSync(file, join(folder, basename(file)))
    const sshKey = join(folder, basename(key))
    const knownHosts = join(folder, 'known_hosts')
    copyFileSync(daemon.knownHosts('ed25519', 'ecdsa', 'rsa'), knownHosts)
    expect(await fetched({ transport, sshKey, knownHosts })).toBe(tip)
  })

  it.each(algorithms)('signs in with one of %s', async (type) => {
    const sshKey = makeKey('other', type)
    daemon.authorize(sshKey)
    const knownHosts = daemon.knownHosts('ed25519', 'ecdsa', 'rsa')
    expect(await fetched({ transport, sshKey, knownHosts })).toBe(tip)
  })

  it('is refused with an encrypted key that nobody unlocks, at once', async () => {
    const sshKey = makeKey('locked', 'ed25519', 'open sesame')
    daemon.authorize(sshKey)
    const knownHosts = daemon.knownHosts('ed25519')
    expect((await refused({ transport, sshKey, knownHosts })).kind).toBe('authentication')
  })

  it('unlocks a key with the passphrase of the environment', async () => {
    const sshKey = makeKey('locked', 'ed25519', 'open sesame')
    daemon.authorize(sshKey)
    const knownHosts = daemon.knownHosts('ed25519')
    process.env.GITSYNC_SSH_PASSPHRASE = 'open sesame'
    expect(await fetched({ transport, sshKey, knownHosts })).toBe(tip)
    process.env.GITSYNC_SSH_PASSPHRASE = 'hunter2-wrong'
    const problem = await refused({ transport, sshKey, knownHosts })
    expect(problem.kind).toBe('authentication')
    expect(JSON.stringify(problem)).not.toContain('hunter2')
  })

  it('finds the agent that has a key behind a dead socket and an agent without any', async () => {
    const runtime = freshFolder('runtime')
    process.env.XDG_RUNTIME_DIR = runtime
    Reflect.deleteProperty(process.env, 'SSH_AUTH_SOCK')
    const dying = 'net.createServer().listen(process.argv[1], () => process.kill(process.pid, 9))'
    spawnSync(process.execPath, ['-e', dying, join(runtime, 'ssh-agent.socket')])
    expect(existsSync(join(runtime, 'ssh-agent.socket'))).toBe(true)
    await startAgent(join(runtime, 'openssh_agent'))
    mkdirSync(join(runtime, 'keyring'))
    await startAgent(join(runtime, 'keyring/ssh'), key)
    expect(await findAgent()).toBe(join(runtime, 'keyring/ssh'))
    const knownHosts = daemon.knownHosts('ed25519')
    expect(await fetched({ transport, sshKey: null, knownHosts })).toBe(tip)
  })

  it('takes a key from the agent, also where that is found by its place alone', async () => {
    const locked = makeKey('locked', 'ed25519', 'open sesame')
    daemon.authorize(locked)
    const runtime = freshFolder('runtime')
    const socket = join(runtime, 'ssh-agent.socket')
    process.env.SSH_ASKPASS = answering('open sesame')
    process.env.SSH_ASKPASS_REQUIRE = 'force'
    await startAgent(socket, locked)
    Reflect.deleteProperty(process.env, 'SSH_ASKPASS')
    Reflect.deleteProperty(process.env, 'SSH_ASKPASS_REQUIRE')
    const knownHosts = daemon.knownHosts('ed25519')

    expect((await refused({ transport, knownHosts })).kind).toBe('authentication')
    process.env.XDG_RUNTIME_DIR = runtime
    expect(await fetched({ transport, knownHosts })).toBe(tip)
    process.env.SSH_AUTH_SOCK = ''
    expect((await refused({ transport, knownHosts })).kind).toBe('authentication')
    process.env.SSH_AUTH_SOCK = socket
    Reflect.deleteProperty(process.env, 'XDG_RUNTIME_DIR')
    expect(await fetched({ transport, knownHosts })).toBe(tip)
  })
})

describe('the git transport and what ssh is configured to', () => {
  const configured = (...lines: readonly string[]): string => {
    const file = join(freshFolder('ssh'), 'config')
    const common = [
      `User ${daemon.user}`,
      `Port ${String(daemon.port)}`,
      'HostName 127.0.0.1',
      `UserKnownHostsFile ${daemon.knownHosts('ed25519')}`,
    ]
    writeFileSync(file, [...lines, ...common].join('\n'))
    process.env.GIT_SSH_COMMAND = `ssh -oBatchMode=yes -F '${file}'`
    return file
  }

  it('follows an alias', async () => {
    configured('Host notes', `IdentityFile ${key}`, 'IdentitiesOnly yes')
    expect(await fetched({ url: daemon.urlOf(bare, 'notes') })).toBe(tip)
  })

  it('jumps over a host, and through a command', async () => {
    configured('Host notes gate', `IdentityFile ${key}`)
    const file = configured(
      'Host notes',
      'ProxyJump gate',
      'Host notes gate',
      `IdentityFile ${key}`,
    )
    expect(existsSync(file)).toBe(true)
    expect(await fetched({ url: daemon.urlOf(bare, 'notes') })).toBe(tip)
    configured(
      'Host notes',
      `ProxyCommand ssh -oBatchMode=yes -F '${file}' -W 127.0.0.1:${String(daemon.port)} gate`,
      `IdentityFile ${key}`,
    )
    expect(await fetched({ url: daemon.urlOf(bare, 'notes') })).toBe(tip)
  })

  it('tells how the host behind an alias becomes known, in a file of the configuration’s', async () => {
    const knownHosts = join(freshFolder('hosts'), 'my known hosts')
    configured('Host notes', `IdentityFile ${key}`, `UserKnownHostsFile "${knownHosts}"`)
    const url = daemon.urlOf(bare, 'notes')
    const { kind, remedy } = await refused({ url })
    expect(kind).toBe('host-key')
    const [scan = ''] = /ssh-keyscan .*? >> '[^']*'/.exec(remedy) ?? []
    expect(scan).toBe(`ssh-keyscan -p ${String(daemon.port)} 127.0.0.1 >> '${knownHosts}'`)
    execSync(scan, { stdio: 'pipe' })
    expect(await fetched({ url })).toBe(tip)
  })

  it.each(['ProxyJump gate', 'HostKeyAlias other'])(
    'tells how a host becomes known that ssh-keyscan does not get at (%s)',
    async (line) => {
      const knownHosts = join(freshFolder('hosts'), 'known_hosts')
      configured(
        'Host gate',
        `UserKnownHostsFile ${daemon.knownHosts('ed25519')}`,
        'Host notes',
        line,
        'Host notes gate',
        `IdentityFile ${key}`,
        `UserKnownHostsFile ${knownHosts}`,
      )
      const url = daemon.urlOf(bare, 'notes')
      const { kind, remedy } = await refused({ url })
      expect(kind).toBe('host-key')
      const [connect = ''] = /ssh .*? notes exit/.exec(remedy) ?? []
      expect(connect).toContain('-oStrictHostKeyChecking=ask')
      execSync(connect, {
        stdio: 'pipe',
        env: { ...process.env, SSH_ASKPASS: answering('yes'), SSH_ASKPASS_REQUIRE: 'force' },
      })
      expect(await fetched({ url })).toBe(tip)
    },
  )

  it('tells how a host becomes known that is jumped over, in a file of its own', async () => {
    const knownHosts = join(freshFolder('hosts'), 'of the gate')
    configured(
      'Host gate',
      'HostName localhost',
      `UserKnownHostsFile "${knownHosts}"`,
      'Host notes',
      'ProxyJump gate',
      'Host notes gate',
      `IdentityFile ${key}`,
    )
    const url = daemon.urlOf(bare, 'notes')
    const { kind, remedy } = await refused({ url })
    expect(kind).toBe('host-key')
    const [scan = ''] = /ssh-keyscan .*? >> '[^']*'/.exec(remedy) ?? []
    expect(scan).toBe(`ssh-keyscan -p ${String(daemon.port)} localhost >> '${knownHosts}'`)
    execSync(scan, { stdio: 'pipe' })
    expect(await fetched({ url })).toBe(tip)
  })

  it('asks the agent that the configuration names, not the environment’s', async () => {
    const socket = join(freshFolder('named'), 'agent')
    await startAgent(socket, key)
    process.env.SSH_AUTH_SOCK = '/nowhere/at/all'
    configured('Host notes', `IdentityAgent ${socket}`)
    expect(await fetched({ url: daemon.urlOf(bare, 'notes') })).toBe(tip)
  })

  it('unlocks a key by a program that is always to be asked, and asks it of nothing else', async () => {
    const sshKey = makeKey('locked', 'ed25519', 'open sesame')
    daemon.authorize(sshKey)
    process.env.SSH_ASKPASS = answering('open sesame')
    process.env.SSH_ASKPASS_REQUIRE = 'force'
    expect(await fetched({ sshKey, knownHosts: daemon.knownHosts('ed25519') })).toBe(tip)
    const unknown = await refused({ sshKey, knownHosts: daemon.knownHosts() })
    expect(unknown.kind).toBe('host-key')
  })

  it('pushes to an alias with the key and the known hosts of the settings', async () => {
    const remote = bareRepository()
    configured('Host notes')
    const clone = cloneOf(daemon.urlOf(remote, 'notes'))
    const wire = transportFor(clone, { sshKey: key, knownHosts: daemon.knownHosts('rsa') })
    const oid = clone.commit('a')
    const request = { ...requestFor(clone), oid }
    expect(await wire.rehearsePush(request)).toMatchObject({ kind: 'accepted', moved: true })
    expect(git(remote, 'for-each-ref')).toBe('')
    expect(await wire.push(request)).toMatchObject({ kind: 'accepted', moved: true })
    expect(await wire.rehearsePush(request)).toMatchObject({ kind: 'accepted', moved: false })
  })
})

describe('an address that no repository has yet', () => {
  const looking = (sshKey: string | null, knownHosts: string) =>
    lookAtRemote(
      { url: daemon.urlOf(bare), sshKey, knownHosts, networkTimeout: 20_000 },
      freshFolder('cwd'),
    )

  it('is reached with the passphrase of the environment, and by the agent at its usual place', async () => {
    const locked = makeKey('locked', 'ed25519', 'open sesame')
    daemon.authorize(locked)
    const knownHosts = daemon.knownHosts('ed25519')
    process.env.GITSYNC_SSH_PASSPHRASE = 'open sesame'
    expect((await looking(locked, knownHosts)).branches.get('main')).toBe(tip)
    Reflect.deleteProperty(process.env, 'GITSYNC_SSH_PASSPHRASE')
    process.env.XDG_RUNTIME_DIR = freshFolder('runtime')
    await startAgent(join(process.env.XDG_RUNTIME_DIR, 'ssh-agent.socket'), key)
    expect((await looking(null, knownHosts)).branches.get('main')).toBe(tip)
  })

  it('is told the line that makes its host known', async () => {
    const knownHosts = daemon.knownHosts()
    const problem = await problemFrom(looking(key, knownHosts))
    expect(problem.kind).toBe('host-key')
    expect(problem.remedy).toContain(
      `ssh-keyscan -p ${String(daemon.port)} 127.0.0.1 >> ${knownHosts}`,
    )
  })
})
