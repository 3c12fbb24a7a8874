import { faultsOf, openWorld } from '../support/three-machines.js'
import type { Machine, World } from '../support/three-machines.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/index.js'
import type { Peaks } from '../support/bulk.js'
import { bulk, differencesIn, pathOf, watchMemory, writeBlob, writeMany } from '../support/bulk.js'
import type { Running } from '../support/program.js'
import { endAll, start } from '../support/program.js'
import {
  bareRemote,
  commitAll,
  git,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  endAll()
  for (const world of worlds.splice(0)) world.close()
})

/** Milliseconds within which a second signal ends the program, as the contract has it. */
const answered = 10_000

/** Milliseconds for a test. */
const timeout = 300_000 + 20 * bulk.files

const options = ['--json', '-q', '--max-file-size', 'off'] as const

interface Run extends Peaks {
  readonly outcomes: readonly SyncOutcome[]
  readonly milliseconds: number
}

/** To its end, with an eye on its memory. */
const watch = async (running: Running): Promise<Run> => {
  const began = performance.now()
  const peaks = watchMemory(running.child.pid ?? 0)
  const { code, stderr } = await running.finished
  const found = peaks()
  expect([0, 1], stderr).toContain(code)
  const milliseconds = Math.round(performance.now() - began)
  return { ...found, outcomes: running.outcomes, milliseconds }
}

/** Ends a daemon, by somebody who asks twice, while it is at the work that follows an outcome. */
const interrupted = async (path: string, type: SyncOutcome['type']): Promise<Run> => {
  const running = start(['run', path, ...options])
  const run = watch(running)
  // As long as it takes: the time of the test is its bound.
  while (!running.outcomes.some((one) => one.type === type)) {
    expect(running.child.exitCode, running.stderr()).toBeNull()
    await sleep(25)
  }
  await sleep(50)
  const began = performance.now()
  running.child.kill('SIGTERM')
  await sleep(50)
  running.child.kill('SIGTERM')
  const peaks = await run
  return { ...peaks, milliseconds: Math.round(performance.now() - began) }
}

/** A pass after one that was interrupted. */
const finished = async (path: string): Promise<Run> => {
  const running = start(['once', path, ...options])
  const run = await watch(running)
  expect((await running.finished).code).toBe(0)
  return run
}

/** Of the program itself, in mebibytes: no large file is held as a whole, and of each other what fits into three and a quarter kilobytes. */
const bound = 170 + bulk.files / 320

/** Of what it starts: git maps a whole pack, and holds no large file beside it. */
const boundOfOthers = 170 + 1.2 * bulk.megabytes

const expectWhole = (what: string, folder: string, first: Run, second: Run): void => {
  const size = `${String(bulk.files)} files and ${String(bulk.megabytes)} MB by ${what}`
  const [own, others] = [Math.max(first.own, second.own), Math.max(first.others, second.others)]
  const times = [first, second].map(({ milliseconds }) => milliseconds).join(' and ')
  console.info(`${size}: ${times} ms, ${String(own)} MB, and ${String(others)} MB of a helper`)
  expect(first.milliseconds).toBeLessThan(answered)
  expect(differencesIn(folder)).toEqual([])
  const at = (file: string): string => join(folder, file)
  expect(faultsOf({ git: (...args) => git(folder, args), at })).toEqual([])
  expect(own).toBeLessThan(bound)
  expect(others).toBeLessThan(boundOfOthers)
}

/** A clone, and then, by somebody else, a commit of many files and a large one. */
const setUp = (): { readonly world: World; readonly b: Machine; readonly tip: string } => {
  const world = openWorld((folder) =>
    writeFiles(folder, { 'goes.txt': 'goes\n', [pathOf(0)]: 'base\n', [pathOf(1)]: 'base\n' }),
  )
  worlds.push(world)
  const b = world.machine('b')
  const theirs = join(world.root, 'first')
  writeMany(theirs, bulk.files, (n) => `${String(n)} of the remote\n`)
  writeBlob(join(theirs, 'large.bin'), bulk.megabytes)
  git(theirs, ['rm', '-q', 'goes.txt'])
  const tip = commitAll(theirs, 'Many')
  git(theirs, ['push', '-q'])
  return { world, b, tip }
}

const expectLevel = (b: Machine, world: World): void => {
  expect(git(world.remote, ['rev-parse', 'main'])).toBe(b.git('rev-parse', 'HEAD'))
}

describe('many files and a large one', { timeout }, () => {
  it('arrive by a fast-forward', async () => {
    const { world, b, tip } = setUp()
    const first = await interrupted(b.path, 'RemoteFetched')
    const second = await finished(b.path)
    expect(b.git('rev-parse', 'HEAD')).toBe(tip)
    expectLevel(b, world)
    expectWhole('fast-forward', b.path, first, second)
  })

  it('arrive by a merge, with nothing of ours lost', async () => {
    const { world, b, tip } = setUp()
    b.write(pathOf(0), 'ours\n')
    b.write('ours.txt', 'ours\n')
    const first = await interrupted(b.path, 'RemoteFetched')
    b.write(pathOf(1), 'ours, later\n')
    const second = await finished(b.path)
    expect(b.git('rev-list', 'HEAD')).toContain(tip)
    expect(b.git('ls-files')).toContain('ours.txt')
    expect(readFileSync(b.at(pathOf(0)), 'utf8')).toBe('0 of the remote\n')
    const copy = b.git('ls-files', 'many/0/0.sync-conflict-*')
    expect(readFileSync(b.at(copy), 'utf8')).toBe('ours\n')
    // An edit of the old version or of the new one, as far as the merge had come.
    expect(b.git('log', '-p', '-m', '--format=', '--', 'many/1')).toContain('+ours, later\n')
    expectLevel(b, world)
    expectWhole('merge', b.path, first, second)
  })

  it('of our own go into one first commit, and to a remote', async () => {
    const remote = bareRemote()
    const dir = temporaryRepository()
    git(dir, ['remote', 'add', 'origin', remote])
    writeMany(dir, bulk.files, (n) => `${String(n)} of ours\n`)
    writeBlob(join(dir, 'large.bin'), bulk.megabytes)
    const first = await interrupted(dir, 'CycleStarted')
    const second = await finished(dir)
    const skipped = second.outcomes.filter(({ type }) => type === 'PathSkipped')
    expect(skipped).toEqual([])
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
    expect(git(remote, ['rev-parse', 'main'])).toBe(git(dir, ['rev-parse', 'HEAD']))
    expectWhole('first commit', dir, first, second)
  })
})
