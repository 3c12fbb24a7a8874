import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/index.js'
import { serveHttp } from '../git/transport/http-server.js'
import { slowLineTo } from '../git/transport/slow-line.js'
import { endAll, start, until, untilWatched } from '../support/program.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'

afterEach(endAll)

/** Bytes of noise, and those that the line lets through in a second. */
const [size, rate] = [6_000_000, 400_000]

const transports = ['git', 'libgit2'] as const

it.each(transports)(
  'I18 commits what is saved during a slow push by %s, and pushes it after',
  async (transport) => {
    const remote = bareRemote()
    git(remote, ['config', 'http.receivepack', 'true'])
    const path = cloneOf(remote)
    writeFiles(path, { first: 'first\n' })
    commitAll(path, 'First')
    git(path, ['push', '-q', '-u', 'origin', 'main'])
    const port = await slowLineTo(await serveHttp(dirname(remote)), rate)
    git(path, [
      'remote',
      'set-url',
      'origin',
      `http://127.0.0.1:${String(port)}/${basename(remote)}`,
    ])
    const flags = ['--json', '--debounce', '200ms', '--fetch-interval', '1h', '--guard', 'off']
    const running = start(['run', path, ...flags, '--transport', transport])
    const those = <Type extends SyncOutcome['type']>(type: Type) =>
      running.outcomes.filter(
        (one): one is Extract<SyncOutcome, { type: Type }> => one.type === type,
      )
    await untilWatched(running)
    await until('it is at rest', () => running.outcomes.at(-1)?.type !== 'CycleStarted')
    writeFileSync(join(path, 'noise'), randomBytes(size))
    await until('the large commit', () => those('CommitCreated').length === 1)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(those('Pushed')).toEqual([])
    const saves = ['one', 'two']
    for (const [n, name] of saves.entries()) {
      const saved = performance.now()
      writeFileSync(join(path, name), name)
      await until(`${name} is committed`, () => those('CommitCreated').length === n + 2)
      expect(performance.now() - saved).toBeLessThan(5_000)
    }
    expect(those('Pushed')).toEqual([])
    await until('all of it is pushed', () => those('Pushed').length === 2)
    const oids = those('CommitCreated').map(({ oid }) => oid)
    expect(those('Pushed').map(({ to }) => to)).toEqual([oids[0], oids[2]])
    await until('the cycle is over', () => running.outcomes.at(-1)?.type === 'CycleSettled')
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expect(git(remote, ['rev-parse', 'main']).trim()).toBe(oids[2])
    expect(those('OperationFailed')).toEqual([])
    // The end of a cycle tells of what was committed beside its talk, too.
    const commits = running.outcomes.findIndex(({ type }) => type === 'CommitCreated')
    const ends = running.outcomes.slice(commits).filter(({ type }) => type === 'CycleSettled')
    expect(ends.map((end) => 'head' in end && end.head)).toEqual(ends.map(() => oids[2]))
    for (const repository of [path, remote]) git(repository, ['fsck', '--strict'])
  },
)

/** Seconds that the remote thinks about a push. */
const long = 20

describe('a push that takes long', () => {
  const pushing = async (...more: readonly string[]) => {
    const remote = bareRemote()
    const path = cloneOf(remote)
    writeFiles(path, { first: 'first\n' })
    commitAll(path, 'First')
    git(path, ['push', '-q', '-u', 'origin', 'main'])
    writeFileSync(join(remote, 'hooks', 'pre-receive'), `#!/bin/sh\nsleep ${String(long)}\n`, {
      mode: 0o755,
    })
    const flags = ['--json', '--debounce', '200ms', '--fetch-interval', '1h', '--guard', 'off']
    const running = start(['run', path, ...flags, '--transport', 'git', ...more])
    const count = (type: SyncOutcome['type']) =>
      running.outcomes.filter((one) => one.type === type).length
    await untilWatched(running)
    await until('it is at rest', () => running.outcomes.at(-1)?.type !== 'CycleStarted')
    writeFileSync(join(path, 'one'), 'one')
    await until('the first commit', () => count('CommitCreated') === 1)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(count('Pushed')).toBe(0)
    return { path, running, count }
  }

  const manyIn = (path: string): void => {
    mkdirSync(join(path, 'many'))
    for (let n = 0; n < 1_000; n += 1) writeFileSync(join(path, 'many', String(n)), String(n))
  }

  const saves: readonly [string, readonly string[], (path: string) => void][] = [
    [
      'by polling',
      ['--watch', 'poll', '--poll-interval', '1s'],
      (path) => {
        writeFileSync(join(path, 'two'), 'two')
      },
    ],
    ['as very many paths', [], manyIn],
    [
      'under a name that is not UTF-8',
      [],
      (path) => {
        writeFileSync(Buffer.concat([Buffer.from(`${path}/caf`), Buffer.from([0xe9])]), 'x')
      },
    ],
  ]

  it.each(saves)('I18 keeps no save waiting that is found %s', async (_how, more, save) => {
    const { path, running, count } = await pushing(...more)
    const saved = performance.now()
    save(path)
    await until('it is committed', () => count('CommitCreated') === 2)
    expect(performance.now() - saved).toBeLessThan(8_000)
    expect(count('Pushed')).toBe(0)
    running.child.kill('SIGKILL')
  })

  it('I12 is ended by a stop, whose last commit is made and is no fault', async () => {
    const { path, running, count } = await pushing()
    manyIn(path)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const asked = performance.now()
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(git(path, ['status', '--porcelain'])).toBe('')
    expect(count('Pushed')).toBe(0)
    expect(count('Halted')).toBe(0)
  })

  it('I18 has a commit tried again that a person was in the way of', async () => {
    const { path, running, count } = await pushing()
    const lock = join(path, '.git', 'index.lock')
    writeFileSync(lock, '')
    writeFileSync(join(path, 'two'), 'two')
    await new Promise((resolve) => setTimeout(resolve, 3_500))
    expect(count('CommitCreated')).toBe(1)
    rmSync(lock)
    await until('it is committed', () => count('CommitCreated') === 2)
    expect(count('Pushed')).toBe(0)
    running.child.kill('SIGKILL')
  })
})
