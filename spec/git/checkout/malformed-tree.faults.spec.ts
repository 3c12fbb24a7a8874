import { faultsOf, openWorld, pass, settle } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { git, temporaryFolder, tryGit, writeFiles } from '../../support/temp-repositories.js'

/*
 * Objects that git itself would never make, written by hand straight into the remote: nothing that git checks on the
 * way, be it when committing or when pushing, has seen them.
 */

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

/** What the remote's objects are made with. */
interface Hand {
  readonly blob: (content: string) => string
  readonly tree: (...entries: readonly Buffer[]) => string
  /** The tree of the branch as it was. */
  readonly good: string
}

const entry = (mode: string, name: string, oid: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')])

const missing = '1'.repeat(40)
const none = '0'.repeat(40)

const handOn = (remote: string): Hand => {
  const literally = (type: string, input: string | Buffer): string =>
    git(remote, ['hash-object', '-t', type, '-w', '--literally', '--stdin'], { input })
  return {
    blob: (content) => literally('blob', content),
    tree: (...entries) => literally('tree', Buffer.concat(entries)),
    good: git(remote, ['rev-parse', 'main^{tree}']),
  }
}

/** The tree of the remote's next commit. */
type Malformed = (hand: Hand) => string

/** Beside the file that was there. */
const beside =
  (make: (hand: Hand) => readonly Buffer[]): Malformed =>
  (hand) =>
    hand.tree(entry('100644', 'README', hand.blob('first\n')), ...make(hand))

const file = (mode: string, name = 'x'): Malformed =>
  beside((hand) => [entry(mode, name, hand.blob('from the remote\n'))])

const trees: readonly (readonly [string, Malformed])[] = [
  ['a file without a name', file('100644', '')],
  [
    'a folder without a name',
    beside((hand) => [entry('40000', '', hand.tree(entry('100644', 'f', hand.blob('f\n'))))]),
  ],
  [
    'a file without a name further down',
    beside((hand) => [entry('40000', 'x', hand.tree(entry('100644', '', hand.blob('f\n'))))]),
  ],
  ['a submodule without a name', beside(() => [entry('160000', '', missing)])],
  ['a slash for a name', file('100644', '/')],
  ['a name that ends in a slash', file('100644', 'x/')],
  ['a name that begins with a slash', file('100644', '/x')],
  ['two slashes in a name', file('100644', 'd//x')],
  ...['0100644', '00100644', '100664', '100600', '100777', '107777', '644', '0', ''].map(
    (mode): readonly [string, Malformed] => [`the mode ${JSON.stringify(mode)}`, file(mode)],
  ),
  ...['100648', 'file', '-100644', '0x81a4'].map((mode): readonly [string, Malformed] => [
    `the mode ${JSON.stringify(mode)}`,
    file(mode),
  ]),
  ...['010644', '020644', '060644', '140755'].map((mode): readonly [string, Malformed] => [
    `the mode ${mode} of a device`,
    file(mode),
  ]),
  [
    'the mode 040000 of a folder',
    beside((hand) => [entry('040000', 'x', hand.tree(entry('100644', 'f', hand.blob('f\n'))))]),
  ],
  ['a blob for a folder', beside((hand) => [entry('40000', 'x', hand.blob('f\n'))])],
  ['a tree for a file', beside((hand) => [entry('100644', 'x', hand.good)])],
  ['a tree for a link', beside((hand) => [entry('120000', 'x', hand.good)])],
  ['a blob for a submodule', beside((hand) => [entry('160000', 'x', hand.blob('f\n'))])],
  ['no content for a file', beside(() => [entry('100644', 'x', none)])],
  ['no content for a folder', beside(() => [entry('40000', 'x', none)])],
  ['no content for a submodule', beside(() => [entry('160000', 'x', none)])],
  ['a content that is missing', beside(() => [entry('100644', 'x', missing)])],
  ['a folder that is missing', beside(() => [entry('40000', 'x', missing)])],
  ['an end in mid-content', beside((hand) => [entry('100644', 'x', hand.good).subarray(0, -7)])],
  ['an end in mid-name', beside(() => [Buffer.from('100644 x')])],
  ['an end in mid-mode', beside(() => [Buffer.from('1006')])],
  ['a NUL too many', beside((hand) => [Buffer.from('100644 x\0'), entry('', '', hand.good)])],
  ['a NUL in a mode', beside((hand) => [Buffer.from('100\0'), entry('644', 'x', hand.good)])],
  ['a NUL after all', beside((hand) => [entry('100644', 'x', hand.good), Buffer.from('\0')])],
  [
    'a file and a folder of one name',
    beside((hand) => [
      entry('100644', 'x', hand.blob('file\n')),
      entry('40000', 'x', hand.tree(entry('100644', 'f', hand.blob('f\n')))),
    ]),
  ],
  [
    'a file, a folder and a link of one name, far from each other',
    beside((hand) => [
      entry('40000', 'x', hand.tree(entry('100644', 'f', hand.blob('f\n')))),
      entry('100644', 'a', hand.blob('a\n')),
      entry('120000', 'x', hand.blob('a')),
      entry('100644', 'x', hand.blob('file\n')),
    ]),
  ],
  ['a blob for the tree of a commit', (hand) => hand.blob('no tree\n')],
  ['no tree for a commit', () => none],
  ['a tree of a commit that is missing', () => missing],
]

type Commit = (tree: string, parent: string) => string

const wellFormed: Commit = (tree, parent) =>
  `tree ${tree}\nparent ${parent}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nhand-made\n`

const commits: readonly (readonly [string, Commit])[] = [
  ['an author of nothing', (tree, parent) => `tree ${tree}\nparent ${parent}\n\nnobody\n`],
  [
    'an author without end',
    (tree, parent) =>
      `tree ${tree}\nparent ${parent}\nauthor A <a@b\ncommitter A <a@b 1 +0000\n\nm\n`,
  ],
  [
    'a date of the far future',
    (tree, parent) => wellFormed(tree, parent).replaceAll(' 1 +', ' 99999999999999999999 +'),
  ],
  ['a date before all', (tree, parent) => wellFormed(tree, parent).replaceAll(' 1 +', ' -1 +')],
  [
    'a parent that is missing',
    (tree, parent) => wellFormed(tree, parent).replace(parent, `${parent}\nparent ${missing}`),
  ],
  [
    'a parent that is a tree',
    (tree, parent) => wellFormed(tree, parent).replace(parent, `${parent}\nparent ${tree}`),
  ],
  ['no line that git knows', () => 'hello\n'],
  ['nothing at all', () => ''],
  ['a NUL in its message', (tree, parent) => `${wellFormed(tree, parent)}\0\n`],
]

const commitOf = (remote: string, text: string): string =>
  git(remote, ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], { input: text })

/** Writes what even `git update-ref` would refuse. */
const pointAt = (remote: string, oid: string): void => {
  writeFileSync(join(remote, 'refs/heads/main'), `${oid}\n`)
}

const setUp = () => {
  const world = openWorld((dir) => writeFiles(dir, { 'd/f.txt': 'base\n' }))
  worlds.push(world)
  const machines = [
    world.machine('b', { transport: 'git' }),
    world.machine('c', { transport: 'libgit2' }),
  ] as const
  const good = git(world.remote, ['rev-parse', 'main'])
  return { ...world, machines, good, entries: readdirSync(world.root).toSorted() }
}

type Stage = ReturnType<typeof setUp>

/** Milliseconds that a pass may take. */
const patience = 30_000

/** @returns whether it was taken */
const expectUnharmed = async ({ root, entries }: Stage, machine: Machine): Promise<boolean> => {
  const own = `of ${machine.name}`
  machine.write(own, `mine of ${machine.name}\n`)
  const began = performance.now()
  const { problem, committed } = await pass(machine)
  expect(performance.now() - began).toBeLessThan(patience)
  expect(committed, 'local work goes on').not.toBeNull()
  expect(readFileSync(machine.at(own), 'utf8')).toBe(`mine of ${machine.name}\n`)
  expect(faultsOf(machine).filter((fault) => !fault.startsWith('fsck'))).toEqual([])
  expect(readdirSync(root).toSorted()).toEqual(entries)
  if (problem === null) return true
  expect(problem.message).toMatch(/\w{3}/)
  expect(problem.remedy).toMatch(/\w{3}/)
  expect(readdirSync(machine.path).toSorted()).toEqual(['.git', 'README', 'd', own])
  expect(readFileSync(machine.at('d/f.txt'), 'utf8')).toBe('base\n')
  return false
}

const expectHealed = async ({ machines }: Stage): Promise<void> => {
  for (const machine of machines) {
    machine.write(`late of ${machine.name}`, 'late\n')
    expect((await pass(machine)).problem?.message ?? null, machine.name).toBeNull()
  }
  expect(await settle(machines)).not.toBeNull()
  const [b, c] = machines
  expect(b.git('rev-parse', 'HEAD')).toBe(c.git('rev-parse', 'HEAD'))
  for (const machine of machines)
    for (const name of ['of b', 'of c', 'late of b', 'late of c'])
      expect(existsSync(machine.at(name)), `${name} on ${machine.name}`).toBe(true)
}

/** Whether git itself takes all that the branch of a remote reaches. */
const isTakenByGit = (remote: string): boolean =>
  tryGit(remote, ['clone', '-q', '--no-local', remote, join(temporaryFolder(), 'clone')]).code === 0

/**
 * The remote is mended by who can: the branch goes back, or a commit with the good tree comes on top, as far as
 * the history below it is one that can be had.
 */
const mend = ({ remote, good }: Stage, bad: string, how: 'back' | 'on top'): void => {
  const tree = git(remote, ['rev-parse', `${good}^{tree}`])
  if (how === 'on top') pointAt(remote, commitOf(remote, wellFormed(tree, bad)))
  if (how === 'back' || !isTakenByGit(remote))
    pointAt(remote, commitOf(remote, wellFormed(tree, good)))
}

const play = async (
  bad: (remote: string, good: string) => string,
  how: 'back' | 'on top',
): Promise<void> => {
  const stage = setUp()
  const tip = bad(stage.remote, stage.good)
  pointAt(stage.remote, tip)
  const taken: boolean[] = []
  for (const machine of stage.machines) taken.push(await expectUnharmed(stage, machine))
  // What git knows to read is part of the history by now; either way both transports agree.
  expect(new Set(taken).size).toBe(1)
  if (taken.includes(false)) mend(stage, tip, how)
  await expectHealed(stage)
}

/** One after the other, so that each way of mending meets every kind. */
const ways = ['back', 'on top'] as const

describe('by both transports, what the remote never checked does no harm and heals', () => {
  it.each(trees.map(([name, make], n) => [name, make, ways[n % 2] ?? 'back'] as const))(
    'a tree with %s',
    (_, make, how) =>
      play((remote, good) => commitOf(remote, wellFormed(make(handOn(remote)), good)), how),
  )

  it.each(commits)('a commit with %s', (_, make) =>
    play((remote, good) => {
      const tree = git(remote, ['rev-parse', `${good}^{tree}`])
      return commitOf(remote, make(tree, good))
    }, 'back'),
  )
})

it.each(['blob', 'tree'] as const)('a branch that is a %s does no harm and heals', async (type) => {
  // libgit2 compares what it fetches with what it had, and is stuck where that was no commit.
  const stage = setUp()
  const { machines, remote, good } = stage
  const tree = git(remote, ['rev-parse', `${good}^{tree}`])
  pointAt(remote, type === 'tree' ? tree : handOn(remote).blob('no commit\n'))
  expect(await expectUnharmed(stage, machines[0])).toBe(false)
  machines[1].write('of c', 'mine of c\n')
  mend(stage, good, 'back')
  await expectHealed(stage)
})
