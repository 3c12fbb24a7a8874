import {
  bareRepository,
  cloneOf,
  freePort,
  freshFolder,
  git,
  homeFolder,
} from '../git/transport/playground.js'
import type { Clone } from '../git/transport/playground.js'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { serveHttp } from '../git/transport/http-server.js'
import { makeKey, startDaemon } from '../git/transport/ssh-daemon.js'
import type { SshDaemon } from '../git/transport/ssh-daemon.js'
import { endAll, start } from '../support/program.js'

const secret = 'hunter2-planted-secret'
const encoded = Buffer.from(`bob:${secret}`).toString('base64')

const netrc = join(homeFolder, '.netrc')
afterEach(() => {
  endAll()
  rmSync(netrc, { force: true })
})

let daemon: SshDaemon
beforeAll(async () => {
  // The set-ups of two kinds of tests come together here: this home is the one that holds.
  const config = join(homeFolder, '.gitconfig')
  writeFileSync(config, '[user]\n\tname = Ann\n\temail = ann@example.org\n')
  Object.assign(process.env, { HOME: homeFolder, GIT_CONFIG_GLOBAL: config })
  daemon = await startDaemon()
})

interface Case {
  readonly clone: Clone
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

const committed = (url: string): Clone => {
  const clone = cloneOf(url)
  clone.commit('a')
  return clone
}

/** A web server that wants this login, and a clone of what it has. */
const served = async (login: string, given = ''): Promise<Clone> => {
  const port = await serveHttp(dirname(bareRepository()), login)
  return committed(`http://${given}127.0.0.1:${String(port)}/x.git`)
}

const right = `bob:${secret}`

const withHelper = async (login: string): Promise<Case> => {
  const clone = await served(login)
  const file = join(freshFolder('store'), 'credentials')
  const { host } = new URL(git(clone.path, 'remote', 'get-url', 'origin'))
  writeFileSync(file, `http://${right}@${host}\n`, { mode: 0o600 })
  git(clone.path, 'config', 'credential.helper', `store --file=${file}`)
  return { clone }
}

const withHeader = async (login: string): Promise<Case> => {
  const clone = await served(login)
  git(clone.path, 'config', 'http.extraHeader', `Authorization: Basic ${encoded}`)
  return { clone }
}

const withNetrc = async (login: string): Promise<Case> => {
  writeFileSync(netrc, `machine 127.0.0.1 login bob password ${secret}\n`, { mode: 0o600 })
  return { clone: await served(login) }
}

/** The passphrase of the key is the secret. */
const withPassphrase = (given: string): Case => {
  const key = makeKey('locked', 'ed25519', given)
  daemon.authorize(key)
  return {
    clone: committed(daemon.urlOf(bareRepository())),
    args: ['--ssh-key', key, '--known-hosts', daemon.knownHosts('ed25519')],
    env: { GITSYNC_SSH_PASSPHRASE: secret },
  }
}

const hookSays = async (): Promise<Case> => {
  const bare = bareRepository()
  const hook = `#!/bin/sh\necho "see https://${right}@host/rules" >&2\nexit 1\n`
  writeFileSync(join(bare, 'hooks', 'pre-receive'), hook, { mode: 0o755 })
  return { clone: committed(`http://127.0.0.1:${String(await serveHttp(dirname(bare)))}/x.git`) }
}

/** As many keep a token out of each repository. */
const rewritten = async (): Promise<Case> => {
  const clone = await served(right)
  const { host } = new URL(git(clone.path, 'remote', 'get-url', 'origin'))
  git(clone.path, 'remote', 'set-url', 'origin', 'forge:x.git')
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.http://${right}@${host}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'forge:',
  }
  return { clone, env }
}

/** A remote that is fetched from without a password, and pushed to there and at another place, with one. */
const withTwoToPush = async (key: 'url' | 'pushurl', login: string): Promise<Case> => {
  const bare = bareRepository()
  const port = await serveHttp(dirname(bareRepository()), login)
  const clone = committed(bare)
  const there = `http://${right}@127.0.0.1:${String(port)}/x.git`
  if (key === 'pushurl') git(clone.path, 'config', '--add', 'remote.origin.pushurl', bare)
  git(clone.path, 'config', '--add', `remote.origin.${key}`, there)
  return { clone }
}

const withSecondRewritten = async (): Promise<Case> => {
  const { clone } = await withTwoToPush('pushurl', right)
  const url = git(clone.path, 'config', '--get-all', 'remote.origin.pushurl').split('\n')[1] ?? ''
  git(clone.path, 'config', '--replace-all', 'remote.origin.pushurl', 'forge:x.git', '^http')
  git(clone.path, 'config', `url.${url.replace('x.git', '')}.insteadOf`, 'forge:')
  return { clone }
}

/** A header for this host alone, where git is told to trace what it sends. */
const withHostHeader = async (login: string): Promise<Case> => {
  const clone = await served(login)
  const { origin } = new URL(git(clone.path, 'remote', 'get-url', 'origin'))
  git(clone.path, 'config', `http.${origin}.extraHeader`, `Authorization: Basic ${encoded}`)
  git(clone.path, 'config', '--add', `http.${origin}.extraHeader`, `X-Token: ${secret}`)
  return { clone, env: { GIT_TRACE_CURL: '1', GIT_CURL_VERBOSE: '1' } }
}

const withProxy = async (scheme: string, host?: string): Promise<Case> => {
  const clone = committed('http://example.invalid/x.git')
  const proxy = `${scheme}${right}@${host ?? `127.0.0.1:${String(await freePort())}`}`
  git(clone.path, 'config', 'http.proxy', proxy)
  return { clone }
}

/** git itself would push the submodule first, to an address with a password in it. */
const withSubmodule = async (): Promise<Case> => {
  const port = await serveHttp(dirname(bareRepository()), right)
  const url = `http://${right}@127.0.0.1:${String(port)}/x.git`
  const clone = committed(bareRepository())
  const part = join(clone.path, 'part')
  mkdirSync(part)
  git(part, 'init', '--quiet', '--initial-branch=main')
  git(part, 'commit', '--quiet', '--allow-empty', '-m', 'part')
  git(part, 'remote', 'add', 'origin', url)
  git(part, 'config', 'branch.main.remote', 'origin')
  git(part, 'config', 'branch.main.merge', 'refs/heads/main')
  git(part, 'config', 'push.default', 'upstream')
  git(clone.path, 'submodule', '--quiet', 'add', url, 'part')
  git(clone.path, 'config', 'submodule.part.url', url)
  git(clone.path, 'config', 'push.recurseSubmodules', 'on-demand')
  return { clone }
}

/** ssh passes on what the program says that it connects by. */
const throughCommand = (): Case => {
  const said = [
    `http://${right}@gate:3128 does not answer`,
    `usage: tunnel --proxy-auth ${right} host port`,
    `${right}@gate:3128: refused`,
  ]
  const command = join(freshFolder('tunnel'), 'tunnel')
  const lines = said.map((line) => `echo '${line}' >&2\n`).join('')
  writeFileSync(command, `#!/bin/sh\n${lines}exit 1\n`, { mode: 0o755 })
  const config = join(freshFolder('ssh'), 'config')
  writeFileSync(config, `Host notes\n  ProxyCommand ${command}\n`)
  const env = { GIT_SSH_COMMAND: `ssh -oBatchMode=yes -F '${config}'` }
  return { clone: committed('git@notes:x.git'), env }
}

/** A helper that tells what it does. */
const helperSays = async (): Promise<Case> => {
  const { clone } = await withHelper('bob:no')
  const said = [`password=${secret}`, `access_token=${secret}&x`, JSON.stringify({ token: secret })]
  const helper = join(freshFolder('helper'), 'helper')
  writeFileSync(helper, `#!/bin/sh\ncat >&2 <<'END'\n${said.join('\n')}\nEND\n`, { mode: 0o755 })
  git(clone.path, 'config', '--add', 'credential.helper', helper)
  return { clone }
}

const cases: readonly (readonly [string, number, () => Promise<Case> | Case])[] = [
  [
    'the right password in the address',
    0,
    async () => ({ clone: await served(right, `${right}@`) }),
  ],
  ['a token alone in the address', 1, async () => ({ clone: await served(right, `${secret}@`) })],
  ['a password that comes by a rewritten address', 0, rewritten],
  [
    'a wrong password in the address',
    1,
    async () => ({ clone: await served('bob:no', `${right}@`) }),
  ],
  [
    'a password in the address of a server that is gone',
    75,
    async () => ({
      clone: committed(`http://${right}@127.0.0.1:${String(await freePort())}/x.git`),
    }),
  ],
  ['a helper’s right password', 0, () => withHelper(right)],
  ['a helper’s wrong password', 1, () => withHelper('bob:no')],
  ['what a helper says beside', 1, helperSays],
  ['a header that is right', 0, () => withHeader(right)],
  ['a header that is wrong', 1, () => withHeader('bob:no')],
  ['netrc that is right', 0, () => withNetrc(right)],
  ['netrc that is wrong', 1, () => withNetrc('bob:no')],
  ['the right passphrase', 0, () => withPassphrase(secret)],
  ['a wrong passphrase', 1, () => withPassphrase('another one')],
  ['what a hook says', 1, hookSays],
  ['the right password of a second pushurl', 0, () => withTwoToPush('pushurl', right)],
  ['a wrong password of a second pushurl', 1, () => withTwoToPush('pushurl', 'bob:no')],
  ['the right password of a second url', 0, () => withTwoToPush('url', right)],
  ['a second pushurl that is rewritten', 0, withSecondRewritten],
  ['the right header of one host', 0, () => withHostHeader(right)],
  ['a wrong header of one host', 1, () => withHostHeader('bob:no')],
  ['the proxy that is gone', 75, () => withProxy('http://')],
  ['the proxy without a scheme', 75, () => withProxy('')],
  ['the proxy of an address that is none', 75, () => withProxy('nonsense://')],
  ['the proxy without a host', 75, () => withProxy('', '')],
  ['an address of a submodule', 0, withSubmodule],
  ['what ssh’s ProxyCommand says', 75, throughCommand],
]

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

/** How often the process list is looked at, in milliseconds. */
const look = 50

describe('no sink has a secret (P7)', () => {
  it.each(cases)('of %s', async (_, code, make) => {
    const { clone, args = [], env = {} } = await make()
    const state = freshFolder('state')
    // Each program that git starts, also one that no look at the list would meet.
    const trace = join(freshFolder('trace'), 'trace')
    const traced = { ...env, GIT_TRACE: trace, GIT_TRACE_REDACT: '0', XDG_STATE_HOME: state }
    const log = join(freshFolder('log'), 'log')
    const listed = new Set<string>()
    const watch = setInterval(() => {
      for (const line of execFileSync('ps', ['-A', '-ww', '-o', 'args']).toString().split('\n'))
        listed.add(line)
    }, look)
    const finished = await start(
      ['once', '--json', '-v', '--log-file', log, ...args, clone.path],
      traced,
    ).finished.finally(() => {
      clearInterval(watch)
    })
    const doctor = await start(['doctor', ...args, clone.path], traced).finished
    const config = join(freshFolder('config'), 'config.json')
    const url = git(clone.path, 'config', 'remote.origin.url')
    const copy = join(freshFolder('copy'), 'x')
    const cloned = await start(['clone', '--config', config, ...args, url, copy], traced).finished
    expect(finished.code, finished.stderr).toBe(code)
    expect(existsSync(log)).toBe(true)
    const sinks = {
      out: finished.stdout,
      err: finished.stderr,
      log: readFileSync(log, 'utf8'),
      journal: filesBelow(state).join('\n'),
      processes: [...listed].join('\n'),
      // Below git's own words, which it prints before it rewrites: what it started.
      started: (
        readFileSync(trace, 'utf8').match(/^.*(?:run_command|exec|built-in): .*$/gm) ?? []
      ).join('\n'),
      doctor: doctor.stdout + doctor.stderr,
      clone: cloned.stdout + cloned.stderr,
    }
    expect(sinks.journal).toContain('CycleSettled')
    expect(sinks.processes).toContain('once --json')
    expect(sinks.started).toMatch(/ls-remote|git fetch/)
    for (const [name, text] of Object.entries(sinks)) {
      expect(text, name).not.toContain(secret)
      expect(text, name).not.toContain(encoded)
    }
  })
})

it('an address on the command line is in no process list for longer than the start takes', async () => {
  // Another one than the cases look for, for it is seen at first.
  const given = 'hunter3-given-secret'
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const url = `http://bob:${given}@127.0.0.1:${String(port)}/x.git`
  const { child } = start(['clone', url, join(freshFolder('cloned'), 'x')])
  const told = (): string =>
    execFileSync('ps', ['-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' })
  await vi.waitFor(() => expect(told()).not.toContain(given), { timeout: 20_000, interval: 50 })
  expect(told().trim()).not.toBe('')
  silent.close()
})
