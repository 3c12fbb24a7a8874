import { faultsOf, machineAt, openWorld, pass, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMove } from '../../../src/git/checkout/move-journal.js'
import { openRepository } from '../../../src/git/repository.js'
import { build } from '../../support/built.js'
import { settingsOf } from '../../support/settings.js'
import { git } from '../../support/temp-repositories.js'

const script = new URL('../../support/move-child.mjs', import.meta.url).pathname

/** Every kind of change, over some 200 files, beside a commit of our own with a conflict in it. */
const files = 120
const nameOf = (n: number): string => `folder ${n % 7}/sub ${n % 3}/file ${n}.txt`

const world = openWorld((folder) => {
  const machine = machineAt(folder)
  for (let n = 0; n < files; n += 1) machine.write(nameOf(n), `base ${n}\n`)
  machine.write('becomes a folder', 'file\n')
  machine.write('becomes a file/inner', 'inner\n')
})
const built = { dist: '' }
const made = { count: 0, template: '', expected: {} as Readonly<Record<string, string>> }
const opened: Machine[] = []

/** The tree, with no time in the names of copies: a commit by hand is another losing commit. */
const contentOf = (machine: Machine): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(treeOf(machine)).map(([path, content]) => [
      path.replace(/sync-conflict-\d+-\d+/, 'copy'),
      content,
    ]),
  )

const copyOf = (template: string): string => {
  made.count += 1
  const path = join(world.root, `copy-${made.count}`)
  execFileSync('cp', ['-a', template, path])
  execFileSync('cp', ['-a', world.remote, `${path}.git`])
  git(path, ['remote', 'set-url', 'origin', `${path}.git`])
  return path
}

const machineOf = (path: string): Machine => {
  const machine = machineAt(path)
  opened.push(machine)
  return machine
}

beforeAll(async () => {
  built.dist = build()
  const a = world.machine('a')
  const b = world.machine('b')
  b.write(nameOf(0), 'ours 0\n')
  b.write('only ours', 'ours\n')
  b.git('add', '-A')
  b.git('commit', '-q', '-m', 'ours')
  for (let n = 0; n < files; n += 1)
    if (n % 5 === 4) a.remove(nameOf(n))
    else a.write(nameOf(n), `theirs ${n}\n`)
  for (let n = 0; n < 60; n += 1) a.write(`new ${n % 4}/${n}`, `new ${n}\n`)
  a.remove('becomes a folder')
  a.write('becomes a folder/inner', 'inner\n')
  a.remove('becomes a file')
  a.write('becomes a file', 'file\n')
  expect((await pass(a)).problem).toBeNull()
  made.template = b.path
  const control = machineOf(copyOf(made.template))
  expect((await pass(control)).problem).toBeNull()
  made.expected = contentOf(control)
})

afterAll(() => {
  for (const { workTree } of opened) workTree.close()
  world.close()
})

interface Killed {
  readonly path: string
  readonly signal: NodeJS.Signals | null
}

/** Lets a process of its own integrate until it is killed: at a step, or so many milliseconds after it began. */
const killed = async (at: string | number): Promise<Killed> => {
  const path = copyOf(made.template)
  const settings = JSON.stringify(settingsOf(path, { transport: 'git' }))
  const child = spawn(process.execPath, [script, built.dist, settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(typeof at === 'string' ? { GITSYNC_TEST_KILL_AT: at } : {}) },
  })
  if (typeof at === 'number')
    child.stdout.once('data', () => {
      void setTimeout(at).then(() => child.kill('SIGKILL'))
    })
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('exit', (_, by) => resolve(by))
  })
  return { path, signal }
}

const expectSound = (path: string): void => {
  git(path, ['fsck', '--no-dangling', '--no-progress'])
  expect(git(path, ['status']), 'no state of a merge').not.toMatch(/merging|rebase|unmerged/i)
}

const expectDone = async (path: string): Promise<void> => {
  const machine = machineOf(path)
  expect((await pass(machine)).problem).toBeNull()
  expect(contentOf(machine)).toEqual(made.expected)
  expect(faultsOf(machine)).toEqual([])
  expect(git(path, ['rev-list', '--count', 'HEAD..origin/main'])).toBe('0')
}

/** What a person does after a crash: removes the lock that git names, and commits everything tracked. */
const commitByHand = (path: string, ...args: readonly string[]): void => {
  rmSync(join(path, '.git/index.lock'), { force: true })
  try {
    git(path, ['commit', '-q', ...args, '-m', 'by hand'])
  } catch {
    // Nothing to commit.
  }
}

const steps = [
  'journal-written',
  'rendered',
  'removed:15',
  'taken-away',
  'taken-away:20',
  'taken-away:100',
  'placed',
  'placed:70',
  'index-moved',
  'published',
  'ref-moved',
  'old-settled',
]

describe.each(steps)('killed at %s', (step) => {
  it('goes on by itself', async () => {
    const { path, signal } = await killed(step)
    expect(signal).toBe('SIGKILL')
    expectSound(path)
    await expectDone(path)
  })

  it.each([['-a'], ['-i', 'only ours', '--allow-empty']])(
    'a commit by hand (%s) right after it reverts nothing of the remote',
    async (...args) => {
      const { path, signal } = await killed(step)
      expect(signal).toBe('SIGKILL')
      commitByHand(path, ...args)
      await expectDone(path)
    },
  )

  it('an edit by hand right after it is kept', async () => {
    const { path } = await killed(step)
    writeFileSync(join(path, nameOf(1)), 'by hand after the kill\n')
    const machine = machineOf(path)
    expect((await pass(machine)).problem).toBeNull()
    expect((await pass(machine)).problem).toBeNull()
    expect(Object.values(contentOf(machine))).toContain('by hand after the kill')
    expect(Object.entries(contentOf(machine))).toEqual(
      expect.arrayContaining(Object.entries(made.expected).filter(([name]) => name !== nameOf(1))),
    )
    expect(faultsOf(machine)).toEqual([])
  })
})

describe('after a kill in the middle of a move', () => {
  it.each(['taken-away:20', 'placed:70', 'index-moved'])(
    'at %s, another branch that is checked out gets nothing of it',
    async (step) => {
      const { path, signal } = await killed(step)
      expect(signal).toBe('SIGKILL')
      rmSync(join(path, '.git/index.lock'), { force: true })
      git(path, ['branch', 'other'])
      const other = git(path, ['rev-parse', 'other'])
      git(path, ['checkout', '-q', 'other'])
      const machine = machineOf(path)
      expect((await pass(machine)).problem).toBeNull()
      expect(git(path, ['diff', '--stat', other, 'other'])).toBe('')
      expect(git(path, ['rev-parse', 'other'])).toBe(other)
      expect(git(path, ['status', '--porcelain'])).toBe('')
      machine.workTree.close()
      git(path, ['checkout', '-q', 'main'])
      await expectDone(path)
    },
  )

  it.each(['placed', 'index-moved', 'published'])(
    'at %s, git gc takes nothing that the move needs',
    async (step) => {
      const { path, signal } = await killed(step)
      expect(signal).toBe('SIGKILL')
      rmSync(join(path, '.git/index.lock'), { force: true })
      git(path, ['gc', '-q', '--prune=now'])
      await expectDone(path)
    },
  )

  it('whose commit somebody pruned all the same, what was taken away comes back', async () => {
    const { path } = await killed('taken-away:20')
    git(path, ['for-each-ref', '--format=delete %(refname)', 'refs/gitsync'])
      .split('\n')
      .forEach((line) => git(path, ['update-ref', '-d', line.slice('delete '.length)]))
    git(path, ['gc', '-q', '--prune=now'])
    await expectDone(path)
  })
})

it('goes on by itself after a kill at any time', async () => {
  for (let n = 0; n < 8; n += 1) {
    const { path } = await killed(Math.floor(Math.random() * 250))
    expectSound(path)
    if (n % 2 === 1) commitByHand(path, '-a')
    await expectDone(path)
  }
})

describe('a torn journal', () => {
  it('is none, wherever it is torn', async () => {
    const { path } = await killed('placed:20')
    const repository = await openRepository(path)
    const file = join(path, '.git/gitsync/move.json')
    const whole = await readMove(repository)
    expect(whole?.branch).toBe('main')
    const text = JSON.stringify(whole)
    for (let length = text.length - 1; length >= 0; length -= 1) {
      truncateSync(file, length)
      expect(await readMove(repository)).toBeNull()
    }
    await expectDone(path)
    expect(existsSync(file)).toBe(false)
  })
})
