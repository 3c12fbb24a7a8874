import {
  bareRepository,
  cloneOf,
  freshFolder,
  git,
  homeFolder,
} from '../git/transport/playground.js'
import type { Clone } from '../git/transport/playground.js'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serveHttp } from '../git/transport/http-server.js'
import { temporaryFolder } from '../support/temp-repositories.js'
import { endAll, outcomesOf, program, start, until } from '../support/program.js'

afterEach(endAll)

beforeAll(() => {
  const config = join(homeFolder, '.gitconfig')
  writeFileSync(config, '[user]\n\tname = Ann\n\temail = ann@example.org\n')
  Object.assign(process.env, { HOME: homeFolder, GIT_CONFIG_GLOBAL: config })
})

const closing: (() => unknown)[] = []
afterAll(() => {
  for (const close of closing) close()
})

type Guarded = 'everything' | 'pushes'

const isPush = ({ url = '' }: IncomingMessage): boolean => url.includes('git-receive-pack')

/** A server that lets nobody in, to what it guards; `tries` are the credentials it was given. */
const guard = async (root: string, guarded: Guarded) => {
  const tries: string[] = []
  const port = await serveHttp(root)
  const server = createServer((incoming, response) => {
    const { headers, method, url } = incoming
    if (headers.authorization !== undefined) tries.push(headers.authorization)
    if (guarded === 'everything' || isPush(incoming)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="here"' }).end()
      return
    }
    const onwards = ask({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(onwards)
  })
  closing.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { tries, host: `127.0.0.1:${String((server.address() as AddressInfo).port)}` }
}

/** How somebody comes to have a wrong password. */
const sources: Readonly<Record<string, (clone: Clone, host: string) => void>> = {
  'in the address': ({ path }, host) => {
    git(path, 'remote', 'set-url', 'origin', `http://bob:wrong@${host}/x.git`)
  },
  'of a helper': ({ path }) => {
    const helper = '!f() { test "$1" != get || printf "username=bob\\npassword=wrong\\n"; }; f'
    git(path, 'config', 'credential.helper', helper)
  },
}

const cases = Object.keys(sources).flatMap((source) =>
  (['git', 'libgit2'] as const).flatMap((transport) =>
    (['everything', 'pushes'] as const).map((guarded) => ({ source, transport, guarded })),
  ),
)

describe('a wrong password', () => {
  it.each(cases)(
    '$source, by $transport to who guards $guarded, is tried twice a cycle',
    async (one) => {
      const bare = bareRepository()
      const { tries, host } = await guard(dirname(bare), one.guarded)
      const clone = cloneOf(`http://${host}/x.git`)
      sources[one.source]?.(clone, host)
      writeFileSync(join(clone.path, 'kept'), 'kept\n')
      const pass = ['once', '--json', '--transport', one.transport, clone.path]
      const finished = await start(pass).finished
      expect(finished.code, finished.stderr).toBe(1)
      const halted = outcomesOf(finished).filter(({ type }) => type === 'Halted')
      expect(halted).toMatchObject([{ problem: { kind: 'authentication' } }])
      expect(git(clone.path, 'ls-files')).toBe('kept')
      expect(tries.length).toBeGreaterThan(0)
      expect(tries.length).toBeLessThanOrEqual(2)
    },
  )

  it('is not tried more for each save, and the right one is noticed', async () => {
    const bare = bareRepository()
    const { tries, host } = await guard(dirname(bare), 'everything')
    const clone = cloneOf(`http://bob:wrong@${host}/x.git`)
    clone.commit('first')
    const flags = ['--json', '--debounce', '100ms', '--fetch-interval', '1h']
    const running = start(['run', clone.path, ...flags])
    await until('it is watched', () => running.outcomes.some(({ type }) => type === 'WatchStarted'))
    await until('it halts', () => running.outcomes.some(({ type }) => type === 'Halted'))
    await sleep(500)
    const before = tries.length
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(join(clone.path, name), `${name}\n`)
      await until('it is committed', () => git(clone.path, 'ls-files').includes(name))
    }
    expect(tries.length).toBe(before)
    expect(running.outcomes.filter(({ type }) => type === 'Halted')).toHaveLength(1)
    // The next fetch is an hour away: that git was told another address is noticed.
    git(clone.path, 'remote', 'set-url', 'origin', bare)
    await until('it goes on', () => running.outcomes.some(({ type }) => type === 'Resumed'))
    await until('the push', () => git(bare, 'branch').includes('main'))
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
  })
})

/** A remote helper of git's that does this. */
const helperThat = (script: string): NodeJS.ProcessEnv => {
  const folder = freshFolder('bin')
  writeFileSync(join(folder, 'git-remote-odd'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return {
    PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
    XDG_STATE_HOME: freshFolder('state'),
  }
}

describe('a talk that fails', () => {
  it('in words that nobody knows stops no commit', async () => {
    const clone = cloneOf('odd::x')
    writeFileSync(join(clone.path, 'kept'), 'kept\n')
    const env = helperThat('echo "fatal: the moon is in the wrong house" >&2; exit 128')
    const finished = await start(['once', '--json', clone.path], env).finished
    expect(finished.code, finished.stderr).toBe(75)
    const failed = outcomesOf(finished).find((one) => one.type === 'OperationFailed')
    expect(failed?.problem.message).toContain('the moon is in the wrong house')
    expect(git(clone.path, 'ls-files')).toBe('kept')
  })

  it('for want of a program says which and how it comes', async () => {
    const clone = cloneOf('gcrypt::/nowhere')
    writeFileSync(join(clone.path, 'kept'), 'kept\n')
    const finished = await start(['once', '--json', clone.path]).finished
    expect(finished.code).toBe(1)
    const halted = outcomesOf(finished).find((one) => one.type === 'Halted')
    expect(halted?.problem).toMatchObject({
      kind: 'not-found',
      message: expect.stringMatching(/^git-remote-gcrypt is not installed/) as string,
      remedy: expect.stringContaining('apt install git-remote-gcrypt') as string,
    })
    expect(git(clone.path, 'ls-files')).toBe('kept')
  })
})

/** Says how far it is for three seconds, then that it went wrong. */
const slow =
  'for n in 1 2 3 4 5 6; do printf "Receiving objects:  %s0%% (%s/10)\\r" $n $n >&2; sleep 0.5; done; echo "fatal: gone" >&2; exit 1'

describe('on a terminal', () => {
  it.each([
    { flags: '', shown: true },
    { flags: '--json', shown: false },
    { flags: '-q', shown: false },
  ])('a bar for a fetch that takes long, with "$flags": $shown', ({ flags, shown }) => {
    const clone = cloneOf('odd::x')
    clone.commit('a')
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${program}' once '${clone.path}' ${flags}`
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, ...helperThat(slow) },
    })
    const text = stdout.toString()
    expect(/fetching █+░+ +\d0% Receiving objects/.test(text), text).toBe(shown)
    // What is told after it stands on a line of its own.
    if (shown) expect(text).toMatch(/\r\u001b\[K(?:\u001b\[\d+m|[\d:]+ )/)
  })

  it('the same bar for a clone, and of what is printed beside it no secret', () => {
    const secret = ['ghp', 'k3J9vQ2mX7pL4sT8wB6nR1yZ5cD0fG3hA9eU'].join('_')
    const says = `echo "remote: your token is ${secret}" >&2; ${slow}`
    const target = join(temporaryFolder(), 'place')
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${program}' clone odd::x '${target}'`
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, ...helperThat(says), HOME: temporaryFolder() },
    })
    const text = stdout.toString()
    expect(text).toMatch(/place: fetching █+░+ +\d0% Receiving objects/)
    expect(text).toContain('gone')
    expect(text).not.toContain(secret)
  })

  it('and nowhere else', async () => {
    const clone = cloneOf('odd::x')
    clone.commit('a')
    const finished = await start(['once', clone.path], helperThat(slow)).finished
    expect(finished.stderr + finished.stdout).not.toMatch(/█|\u001b/)
  })
})
