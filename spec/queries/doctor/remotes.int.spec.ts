import {
  bareRepository,
  cloneOf,
  freePort,
  freshFolder,
  git,
  homeFolder,
} from '../../git/transport/playground.js'
import type { Clone } from '../../git/transport/playground.js'
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RepoConfig } from '../../../src/config/sync-config.js'
import type { Check, CheckName } from '../../../src/queries/doctor/check.js'
import { diagnose } from '../../../src/queries/doctor/diagnose.js'
import { serveHttp } from '../../git/transport/http-server.js'
import { makeKey, startAgent, startDaemon } from '../../git/transport/ssh-daemon.js'
import type { SshDaemon } from '../../git/transport/ssh-daemon.js'

const password = 'hunter2-very-secret'

let daemon: SshDaemon
let key: string

beforeAll(async () => {
  process.env.XDG_STATE_HOME = freshFolder('state')
  daemon = await startDaemon()
  key = makeKey('mine')
  daemon.authorize(key)
})

afterEach(() => {
  Reflect.deleteProperty(process.env, 'SSH_AUTH_SOCK')
})

const all = async (clone: Clone, wishes: Partial<RepoConfig>): Promise<readonly Check[]> => {
  const checks = await lastValueFrom(
    diagnose({ repos: [{ ...wishes, path: clone.path }] }).pipe(toArray()),
  )
  expect(JSON.stringify(checks)).not.toContain(password)
  return checks
}

const examined = async (clone: Clone, wishes: Partial<RepoConfig> = {}) => {
  const checks = await all(clone, wishes)
  return (name: CheckName): Check => {
    const found = checks.find(({ check }) => check === name)
    if (found === undefined) throw new Error(`nothing is said of ${name}`)
    return found
  }
}

const committed = (url: string): Clone => {
  const clone = cloneOf(url)
  clone.commit('a')
  return clone
}

describe('a remote by ssh', () => {
  it('is told with the key, the host key and a rehearsed push', async () => {
    const bare = bareRepository()
    const clone = committed(daemon.urlOf(bare))
    const knownHosts = daemon.knownHosts('ed25519', 'rsa')
    const check = await examined(clone, { sshKey: key, knownHosts })
    expect(check('credential')).toMatchObject({
      level: 'ok',
      message: `${daemon.user} with the key ${key}`,
    })
    expect(check('host-key')).toMatchObject({
      level: 'ok',
      message: `${daemon.host} is known by ssh-ed25519, ssh-rsa`,
    })
    expect([check('reachable').level, check('push').level]).toEqual(['ok', 'ok'])
    expect(git(bare, 'for-each-ref')).toBe('')
  })

  it('counts the keys of the agent', async () => {
    const socket = join(freshFolder('agent'), 'socket')
    await startAgent(socket, key)
    process.env.SSH_AUTH_SOCK = socket
    const knownHosts = daemon.knownHosts('ed25519')
    const check = await examined(committed(daemon.urlOf(bareRepository())), { knownHosts })
    expect(check('credential').message).toContain(`the agent at ${socket} (1 key)`)
    expect(check('reachable').level).toBe('ok')
  })

  it.each(['git', 'libgit2'] as const)(
    'whose host is unknown has the line that makes it known, by %s',
    async (transport) => {
      const knownHosts = daemon.knownHosts()
      const clone = committed(daemon.urlOf(bareRepository()))
      const check = await examined(clone, { sshKey: key, knownHosts, transport })
      expect(check('host-key')).toMatchObject({
        level: 'fail',
        remedy: expect.stringContaining(
          `ssh-keyscan -p ${String(daemon.port)} 127.0.0.1 >> ${knownHosts}`,
        ) as string,
      })
      expect(check('reachable').level).toBe('fail')
    },
  )

  it('is not called unknown where there is no ssh-keygen to look for it', async () => {
    const path = process.env.PATH ?? ''
    const programs = freshFolder('programs')
    for (const name of ['git', 'ssh', 'sh']) {
      const found = path.split(':').map((folder) => join(folder, name))
      symlinkSync(found.find((file) => existsSync(file)) ?? '', join(programs, name))
    }
    const clone = committed(daemon.urlOf(bareRepository()))
    process.env.PATH = programs
    try {
      const known = daemon.knownHosts('ed25519')
      const check = await examined(clone, { sshKey: key, knownHosts: known })
      expect(check('host-key')).toMatchObject({
        level: 'warn',
        message: expect.stringContaining(
          `without ssh-keygen it cannot be told whether ${daemon.host} is in ${known}`,
        ) as string,
      })
      expect(check('credential').message).not.toContain('encrypted')
      expect(check('reachable').level).toBe('ok')
    } finally {
      process.env.PATH = path
    }
  })

  it('needs a key that ssh takes', async () => {
    const locked = makeKey('locked', 'ed25519', 'open sesame')
    const knownHosts = daemon.knownHosts('ed25519')
    const clone = committed(daemon.urlOf(bareRepository()))
    const check = await examined(clone, { sshKey: locked, knownHosts })
    expect(check('credential')).toMatchObject({
      level: 'fail',
      message: `${daemon.user} with the key ${locked} (encrypted)`,
    })
  })
})

describe('a remote that is pushed to elsewhere', () => {
  it('is judged by what that place answers, and not by the one that is fetched from', async () => {
    const clone = committed(bareRepository())
    git(clone.path, 'config', 'remote.origin.pushurl', daemon.urlOf(bareRepository()))
    const check = await examined(clone, { sshKey: key, knownHosts: daemon.knownHosts() })
    expect(check('reachable').level).toBe('ok')
    expect(check('host-key')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('ssh-keyscan') as string,
    })
    expect(check('push').level).toBe('fail')
  })

  it('is asked at each of its addresses', async () => {
    const [first, second] = [bareRepository(), bareRepository()]
    const gone = `${freshFolder('gone')}/x.git`
    const ssh = daemon.urlOf(second)
    const clone = committed(first)
    for (const url of [gone, first, ssh])
      git(clone.path, 'config', '--add', 'remote.origin.pushurl', url)
    const told = (await all(clone, { sshKey: key, knownHosts: daemon.knownHosts('ed25519') }))
      .filter(({ check }) => ['credential', 'host-key', 'push'].includes(check))
      .map(({ check, level, message }) => `${check} ${level} ${message}`)
    expect(told.filter((line) => line.startsWith('push'))).toEqual([
      expect.stringMatching(`^push fail network: .*${gone}`) as string,
      expect.stringMatching(`^push ok ${first}: let in`) as string,
      expect.stringMatching(`^push ok ${ssh}: let in`) as string,
    ])
    expect(told).toContainEqual(expect.stringMatching(`^credential ok ${ssh}: .*${key}`))
    expect(told).toContainEqual(expect.stringMatching(`^host-key ok ${ssh}: .*is known`))
    expect([first, second].map((bare) => git(bare, 'for-each-ref'))).toEqual(['', ''])
  })
})

describe('a remote by http', () => {
  const served = async (login: string | null, url: (port: string) => string): Promise<Clone> => {
    const bare = bareRepository()
    return committed(url(String(await serveHttp(join(bare, '..'), login))))
  }

  it('tells the time, and needs no credential where none is asked for', async () => {
    const check = await examined(await served(null, (port) => `http://127.0.0.1:${port}/x.git`))
    expect(check('clock').message).toBe('agrees with a remote’s')
    expect(check('credential')).toMatchObject({
      level: 'ok',
      message: 'none, and none was asked for',
    })
    expect(check('push').level).toBe('ok')
  })

  it('is warned of a password in its address, which is not shown', async () => {
    const login = `bob:${password}`
    const clone = await served(login, (port) => `http://${login}@127.0.0.1:${port}/x.git`)
    const check = await examined(clone)
    expect([check('reachable').level, check('credential').level]).toEqual(['ok', 'warn'])
    expect(check('remote').message).toContain('http://***@127.0.0.1')
  })

  it('is warned of a token in its address, which has an empty password', async () => {
    const login = `${password}:`
    const clone = await served(login, (port) => `http://${login}@127.0.0.1:${port}/x.git`)
    const check = await examined(clone)
    expect(check('reachable').level).toBe('ok')
    expect(check('credential')).toMatchObject({
      level: 'warn',
      message: 'the credential in the address, which stands readable in the configuration',
    })
  })

  it('is warned of a token that stands alone in its address', async () => {
    const check = await examined(
      await served(`${password}-a1:`, (port) => `http://${password}-a1@127.0.0.1:${port}/x.git`),
    )
    expect(check('credential')).toMatchObject({
      level: 'warn',
      message: 'the credential in the address, which stands readable in the configuration',
    })
  })

  it('is not warned of a login alone in its address', async () => {
    const check = await examined(await served(null, (port) => `http://bob@127.0.0.1:${port}/x.git`))
    expect(check('credential').message).toBe('none, and none was asked for')
  })

  it('names by libgit2 only what libgit2 heeds', async () => {
    const clone = await served(`bob:${password}`, (port) => `http://127.0.0.1:${port}/x.git`)
    git(clone.path, 'config', 'http.extraHeader', `Authorization: Basic ${password}`)
    const header = await examined(clone)
    expect(header('credential').message).toContain('http.extraHeader')
    const check = await examined(clone, { transport: 'libgit2' })
    expect(check('credential')).toMatchObject({ level: 'fail', message: 'none' })
  })

  it('names the helper and netrc, not what they hold', async () => {
    const clone = await served(`bob:${password}`, (port) => `http://127.0.0.1:${port}/x.git`)
    const line = `!f() { echo username=bob; echo password=${password}; }; f`
    git(clone.path, 'config', 'credential.http://elsewhere.example.helper', 'unmeant')
    const stored = join(freshFolder('credentials'), 'stored')
    git(clone.path, 'config', 'credential.helper', `store --file ${stored}`)
    git(clone.path, 'config', '--add', 'credential.helper', line)
    const check = await examined(clone)
    expect(check('credential').message).toBe(
      'the credential helper store, then the credential helper that is a shell command',
    )
    expect(check('reachable').level).toBe('ok')
    const netrc = join(homeFolder, '.netrc')
    writeFileSync(netrc, `machine 127.0.0.1 login bob password ${password}\n`, { mode: 0o600 })
    expect((await examined(clone))('credential').message).toContain(`${netrc} (netrc)`)
    rmSync(netrc)
  })

  it.each(['git', 'libgit2'] as const)(
    'has the helper forget no password that is refused, and keep none, by %s',
    async (transport) => {
      const clone = await served('bob:right', (port) => `http://127.0.0.1:${port}/x.git`)
      const address = new URL(git(clone.path, 'config', 'remote.origin.url').trim())
      const stored = join(freshFolder('credentials'), 'stored')
      const heard = join(freshFolder('heard'), 'verbs')
      git(clone.path, 'config', `credential.${address.href}.helper`, `store --file ${stored}`)
      git(clone.path, 'config', '--add', 'credential.helper', `!f() { echo $1 >> ${heard}; }; f`)
      for (const [secret, level] of [
        [password, 'fail'],
        ['right', 'ok'],
      ] as const) {
        const line = `http://bob:${secret}@${address.host}\n`
        writeFileSync(stored, line)
        const check = await examined(clone, { transport })
        expect([check('reachable').level, check('push').level]).toEqual([level, level])
        expect(readFileSync(stored, 'utf8')).toBe(line)
      }
      expect(existsSync(heard) ? readFileSync(heard, 'utf8') : '').not.toMatch(/store|erase/)
    },
  )

  it('that asks for one where there is none says so, and one that nobody serves too', async () => {
    const check = await examined(await served('bob:x', (port) => `http://127.0.0.1:${port}/x.git`))
    expect(check('credential').level).toBe('fail')
    expect(check('reachable').message).toMatch(/^authentication/)
    const gone = committed(`http://127.0.0.1:${String(await freePort())}/x.git`)
    expect((await examined(gone))('reachable').message).toMatch(/^network/)
  })
})
