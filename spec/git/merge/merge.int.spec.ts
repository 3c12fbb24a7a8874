import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { afterEach, describe, expect, it } from 'vitest'
import { mergeInMemory } from '../../../src/git/merge/merge.js'
import { openRepository } from '../../../src/git/repository.js'
import { sidesIn } from '../../support/merging.js'
import { git, temporaryRepository, writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const open = (files: Readonly<Record<string, string>>): World => {
  const world = openWorld((folder) => writeFiles(folder, files))
  worlds.push(world)
  return world
}

const expectLevel = async (machines: readonly Machine[]): Promise<void> => {
  expect(await settle(machines)).not.toBeNull()
  for (const machine of machines) expect(faultsOf(machine), machine.name).toEqual([])
  expect(new Set(machines.map((machine) => machine.git('rev-parse', 'HEAD'))).size).toBe(1)
}

describe('histories', () => {
  it('that criss-cross are merged without markers, and nothing is lost', async () => {
    const world = open({ 'f.txt': 'base\n' })
    const [a, b, c] = [world.machine('a'), world.machine('b'), world.machine('c')]
    a.write('f.txt', 'a\n')
    b.write('f.txt', 'b\n')
    await pass(a)
    await pass(b)
    // A person merges the same two commits by hand, the other way round and with another result.
    c.git('fetch', '-q')
    c.git('checkout', '-q', '-B', 'main', 'origin/main^2')
    c.git('merge', '-q', '--no-commit', '-s', 'ours', 'origin/main^1')
    c.write('f.txt', 'by hand\n')
    c.git('commit', '-q', '-a', '-m', 'by hand')
    c.git('branch', '-q', '-u', 'origin/main')
    a.write('other', 'a\n')
    await pass(a)
    await pass(c)
    await expectLevel([a, b, c])
    const contents = Object.values(treeOf(a))
    for (const content of ['by hand', 'a', 'b']) expect(contents).toContain(content)
  })

  it('that have no commit in common are both kept', async () => {
    const world = open({ 'f.txt': 'remote\n', same: 'same\n' })
    const a = world.machine('a')
    const b = world.machine('b')
    b.git('checkout', '-q', '--orphan', 'fresh')
    b.git('rm', '-rqf', '.')
    b.write('f.txt', 'local\n')
    b.write('same', 'same\n')
    b.git('add', '-A')
    b.git('commit', '-q', '-m', 'fresh')
    b.git('branch', '-qM', 'main')
    b.git('branch', '-q', '-u', 'origin/main')
    expect((await pass(b)).problem).toBeNull()
    await expectLevel([a, b])
    expect(Object.values(treeOf(a)).sort()).toEqual(['first', 'local', 'remote', 'same'])
  })

  it('of an unborn branch start with the remote’s', async () => {
    const world = open({ 'f.txt': 'remote\n' })
    const a = world.machine('a')
    const b = world.machine('b')
    b.git('checkout', '-q', '--orphan', 'fresh')
    b.git('rm', '-rqf', '.')
    b.git('branch', '-qD', 'main')
    b.git('symbolic-ref', 'HEAD', 'refs/heads/main')
    expect((await pass(b)).problem).toBeNull()
    await expectLevel([a, b])
    expect(treeOf(b)).toEqual({ README: 'first', 'f.txt': 'remote' })
  })

  it('that were force-pushed are brought back whole', async () => {
    const world = open({ 'f.txt': 'base\n' })
    const a = world.machine('a')
    const b = world.machine('b')
    a.write('f.txt', 'kept by a\n')
    a.write('only-a', 'only a\n')
    await pass(a)
    const before = a.git('rev-parse', 'HEAD')
    b.git('commit', '-q', '--amend', '-m', 'rewritten')
    b.write('only-b', 'only b\n')
    b.git('add', '-A')
    b.git('commit', '-q', '-m', 'more')
    b.git('push', '-qf', 'origin', 'main')
    a.write('later', 'later\n')
    expect((await pass(a)).problem).toBeNull()
    await expectLevel([a, b])
    a.git('merge-base', '--is-ancestor', before, 'origin/main')
    // The amended root has nothing in common with the old one, so that both versions of f.txt are kept.
    expect(Object.values(treeOf(b))).toEqual(
      expect.arrayContaining(['base', 'kept by a', 'only a', 'only b', 'later']),
    )
  })

  it.each([
    ['set back', ['update-ref', 'refs/heads/main']],
    ['deleted', ['update-ref', '-d', 'refs/heads/main']],
  ] as const)('whose remote branch was %s are pushed again', async (_, command) => {
    const world = open({ 'f.txt': 'base\n' })
    const a = world.machine('a')
    const base = a.git('rev-parse', 'HEAD')
    a.write('f.txt', 'a\n')
    await pass(a)
    git(world.remote, command.length === 2 ? [...command, base] : [...command])
    a.write('g.txt', 'a\n')
    expect((await pass(a)).problem).toBeNull()
    expect(git(world.remote, ['rev-parse', 'main'])).toBe(a.git('rev-parse', 'HEAD'))
  })

  it('with a submodule moved on both sides keep the first one’s', async () => {
    const library = temporaryRepository()
    for (const text of ['one', 'two', 'three'])
      git(library, ['commit', '-q', '--allow-empty', '-m', text])
    const [base, first, second] = git(library, ['rev-list', '--reverse', 'main']).split('\n')
    const world = open({})
    const [a, b, c] = ['a', 'b', 'c'].map((name) => world.machine(name))
    if (a === undefined || b === undefined || c === undefined) throw new Error('no machine')
    const add = ['-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library, 'lib']
    a.git(...add)
    a.git('-C', 'lib', 'checkout', '-q', base ?? '')
    expect((await pass(a)).problem).toBeNull()
    await pass(b)
    await pass(c)
    const update = ['-c', 'protocol.file.allow=always', 'submodule', 'update', '-q', '--init']
    b.git(...update)
    a.git('-C', 'lib', 'checkout', '-q', first ?? '')
    b.git('-C', 'lib', 'checkout', '-q', second ?? '')
    expect((await pass(a)).problem).toBeNull()
    const mine = await pass(b)
    expect(mine.problem).toBeNull()
    b.git('merge-base', '--is-ancestor', mine.committed ?? '', 'origin/main')
    expect(treeOf(b).lib).toBe(`160000 ${first ?? ''}`)
    expect(faultsOf(c)).toEqual([])
  })

  it.each(['moves it first', 'removes it first'])(
    'with a submodule that one side moves and the other removes keep it whole, where who %s',
    async (who) => {
      const library = temporaryRepository()
      for (const text of ['one', 'two']) git(library, ['commit', '-q', '--allow-empty', '-m', text])
      const [one = '', two = ''] = git(library, ['rev-list', '--reverse', 'main']).split('\n')
      const world = open({})
      const [a, b] = [world.machine('a'), world.machine('b')]
      const trusting = ['-c', 'protocol.file.allow=always', 'submodule']
      for (const path of ['lib', 'other', 'stays']) a.git(...trusting, 'add', '-q', library, path)
      a.git('-C', 'lib', 'checkout', '-q', one)
      expect((await pass(a)).problem).toBeNull()
      await pass(b)
      b.git(...trusting, 'update', '-q', '--init')
      a.git('rm', '-qf', 'lib', 'other')
      a.git(...trusting, 'add', '-q', library, 'more')
      b.git('-C', 'lib', 'checkout', '-q', two)
      const [first, second] = who === 'moves it first' ? [b, a] : [a, b]
      await pass(first)
      expect((await pass(second)).problem).toBeNull()
      expect(await settle([first, second])).not.toBeNull()
      expect(treeOf(a)).toMatchObject({ lib: `160000 ${two}`, more: `160000 ${two}` })
      for (const machine of [a, b]) {
        const paths = machine.git('config', '-f', '.gitmodules', '--get-regexp', 'path').split('\n')
        expect(paths.toSorted()).toEqual(['lib', 'more', 'stays'].map((path) => `submodule.${path}.path ${path}`)) // prettier-ignore
        machine.git('submodule', 'status')
      }
    },
  )
})

/** A small generator with a seed, so that a failure can be played again. */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

const names = ['a', 'b', 'a/x', 'a/y', 'a/x/deep', 'b/x', 'c.txt', 'c.txt/inner'] as const
const modes = ['100644', '100644', '100644', '100755', '120000'] as const
type Tree = ReadonlyMap<string, string>

const clashes = (tree: Tree, path: string): boolean =>
  [...tree.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))

/** Changes, deletes and adds; every fresh content is there once. */
const changed = (tree: Tree, next: (below: number) => number, salt: string): Tree => {
  const fresh = new Map(tree)
  for (let n = 0; n < 5; n += 1) {
    const path = names[next(names.length)] ?? 'a'
    if (next(3) === 0)
      for (const other of [...fresh.keys()])
        if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`))
          fresh.delete(other)
    if (next(4) !== 0 && !clashes(fresh, path))
      fresh.set(path, `${modes[next(modes.length)] ?? ''} ${salt}-${String(n)}`)
  }
  return fresh
}

const contentsOf = (dir: string, tree: string): readonly string[] =>
  git(dir, ['ls-tree', '-r', tree])
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(/\s/)[2] ?? '')

describe('merging in memory', () => {
  const seeds = Array.from({ length: 40 }, (_, n) => n + 1)

  it('keeps every content that either side made, whatever the shapes', async () => {
    const dir = temporaryRepository()
    git(dir, ['commit', '-q', '--allow-empty', '-m', 'start'])
    const repository = await openRepository(dir)
    for (const seed of seeds) {
      const next = numbers(seed)
      const base = changed(new Map(), next, `base${String(seed)}`)
      const [left, right] = [changed(base, next, 'left'), changed(base, next, 'right')]
      const { root, ours, theirs } = sidesIn(
        dir,
        Object.fromEntries(base),
        Object.fromEntries(left),
        Object.fromEntries(right),
      )
      for (const [one, other] of [
        [ours, theirs],
        [theirs, ours],
      ] as const) {
        const { tree } = await mergeInMemory(repository, one, other, 'keep-both')
        const [old, found, mine, yours] = [root, tree.tostrS(), one, other].map((of) =>
          contentsOf(dir, of),
        )
        if (!old || !found || !mine || !yours) throw new Error('no tree')
        const lost = [...mine, ...yours].filter((oid) => !old.includes(oid) && !found.includes(oid))
        expect(lost, `seed ${String(seed)}`).toEqual([])
        // Nothing comes back that one side deleted and the other left alone.
        const gone = old.filter((oid) => !mine.includes(oid) || !yours.includes(oid))
        const undead = gone.filter((oid) => found.includes(oid))
        expect(undead, `seed ${String(seed)}`).toEqual([])
      }
    }
  })
})
