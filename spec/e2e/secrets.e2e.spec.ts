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
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
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
  ['a header that is right', 0, () => withHeader(right)],
  ['a header that is wrong', 1, () => withHeader('bob:no')],
  ['netrc that is right', 0, () => withNetrc(right)],
  ['netrc that is wrong', 1, () => withNetrc('bob:no')],
  ['the right passphrase', 0, () => withPassphrase(secret)],
  ['a wrong passphrase', 1, () => withPassphrase('another one')],
  ['what a hook says', 1, hookSays],
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
    expect(sinks.started).toContain('ls-remote')
    for (const [name, text] of Object.entries(sinks)) {
      expect(text, name).not.toContain(secret)
      expect(text, name).not.toContain(encoded)
    }
  })
})
