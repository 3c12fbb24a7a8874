import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../support/literal-tree.js'
import { blob, file, folder, literalTree, publish } from '../../support/literal-tree.js'
import { writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const pair = (files: Readonly<Record<string, string>> = {}): readonly [Machine, Machine] => {
  const world = openWorld((dir) => writeFiles(dir, files))
  worlds.push(world)
  return [world.machine('a'), world.machine('b')]
}

/** What the remote holds that no work tree can. */
const unfit: readonly (readonly [string, (dir: string) => readonly Entry[]])[] = [
  ['a backslash before .git', (dir) => [file(dir, '.git\\config')]],
  [
    '.gitmodules as a link',
    (dir) => [{ mode: '120000', name: '.gitmodules', oid: blob(dir, 'elsewhere') }],
  ],
  ['a link to nothing', (dir) => [{ mode: '120000', name: 'l', oid: blob(dir, '') }]],
  [
    'a link longer than can be',
    (dir) => [{ mode: '120000', name: 'l', oid: blob(dir, 'x'.repeat(5_000)) }],
  ],
  ['a mode that git does not know', (dir) => [file(dir, 'odd', 'odd\n', '20000')]],
  [
    'a path that fits the tree, but nothing beside it',
    (dir) => [
      Array.from({ length: 15 }).reduce<Entry>(
        (inner) => folder(dir, 'd'.repeat(254), [inner]),
        file(dir, 'f'.repeat(215)),
      ),
    ],
  ],
  [
    'folders nested too deep to be looked into',
    (dir) => [
      Array.from({ length: 300 }).reduce<Entry>(
        (inner) => folder(dir, 'd', [inner]),
        file(dir, 'f'),
      ),
    ],
  ],
  [
    'a tree where a file is named',
    (dir) => [{ mode: '100644', name: 'f', oid: literalTree(dir, [file(dir, 'x')]) }],
  ],
]

/** The remote's own objects are what git fsck objects to. */
const ownFaultsOf = (machine: Machine): readonly string[] =>
  faultsOf(machine).filter((fault) => !fault.startsWith('fsck'))

describe('a commit of the remote that cannot be checked out', () => {
  it.each(unfit)('%s: nothing is touched, and it goes on once it is mended', async (_, make) => {
    const [a, b] = pair({ 'f0.txt': 'base\n', 'f1.txt': 'base\n' })
    a.write('f1.txt', 'edited by a\n')
    a.git('add', '-A')
    a.git('commit', '-qm', 'edit')
    const bad = publish(a.path, make(a.path))
    const before = readdirSync(b.path)
    for (let n = 0; n < 3; n += 1) {
      b.write('mine', `mine ${String(n)}\n`)
      const { problem, committed } = await pass(b)
      // Some of it the fetch refuses already.
      expect(problem, 'a clear problem').not.toBeNull()
      expect(problem?.remedy).toMatch(/\w{3}/)
      expect(committed, 'local work goes on').not.toBeNull()
      expect(ownFaultsOf(b)).toEqual([])
    }
    expect(readdirSync(b.path).toSorted()).toEqual([...before, 'mine'].toSorted())
    expect(b.git('show', 'HEAD:mine')).toBe('mine 2')

    // Somebody takes it back.
    a.git('fetch', '-q')
    a.git('push', '-q', '-f', 'origin', `HEAD:refs/heads/main`)
    const mended = await pass(b)
    expect(mended.problem).toBeNull()
    expect(treeOf(b)['f1.txt']).toBe('edited by a')
    expect(b.git('log', '--format=%H', 'HEAD')).not.toContain(bad)
    expect(ownFaultsOf(b)).toEqual([])
  })

  it('is taken as git takes it where only the mode is an old one', async () => {
    const [a, b] = pair({ 'a.txt': 'base\n' })
    publish(a.path, [
      file(a.path, 'a.txt', 'edited\n', '100664'),
      file(a.path, 'x', 'x\n', '100775'),
    ])
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)['a.txt']).toBe('edited')
    expect(faultsOf(b)).toEqual([])
    const head = b.git('rev-parse', 'HEAD')
    expect((await pass(b)).committed, 'nothing to commit').toBeNull()
    expect(b.git('rev-parse', 'HEAD')).toBe(head)
    a.git('pull', '-q')
    a.write('more', 'more\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b).more).toBe('more')
  })
})

describe('names', () => {
  it('with a backslash come over alone and together', async () => {
    const [a, b] = pair({ 'z\\y': 'base\n' })
    a.write('a\\b.c', 'one\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    a.write('d\\e/f', 'two\n')
    a.write('d\\e/g', 'three\n')
    a.remove('z\\y')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toEqual(treeOf(a))
    expect(faultsOf(b)).toEqual([])
  })
})

describe('a link on the way', () => {
  it.each<readonly [string, (a: Machine) => void, (b: Machine) => void]>([
    [
      'its folder is moved to its place',
      (a) => {
        rmSync(a.at('current'))
        renameSync(a.at('v1'), a.at('current'))
      },
      () => undefined,
    ],
    [
      'a copy of its folder takes its place',
      (a) => {
        rmSync(a.at('current'))
        mkdirSync(a.at('current'))
        a.write('current/t', 'thesis\n')
      },
      () => undefined,
    ],
    [
      'a folder with the same content on the other side',
      (a) => a.write('d/t', 'thesis\n'),
      (b) => symlinkSync('v1', b.at('d')),
    ],
    [
      'a link on the other side',
      (a) => symlinkSync('v1', a.at('d')),
      (b) => b.write('d/t', 'thesis\n'),
    ],
    [
      'an ignored link here',
      (a) => {
        a.write('data/t', 'thesis\n')
        a.git('add', '-f', 'data/t')
        a.git('commit', '-qm', 'data')
      },
      (b) => symlinkSync('v1', b.at('data')),
    ],
    ['a link to itself', (a) => a.write('d/t', 'thesis\n'), (b) => symlinkSync('d', b.at('d'))],
  ])('%s: every file stays', async (_, first, second) => {
    const world = openWorld((dir) => {
      writeFiles(dir, { 'v1/t': 'thesis\n', '.gitignore': '/data\n' })
      symlinkSync('v1', join(dir, 'current'))
    })
    worlds.push(world)
    const [a, b] = [world.machine('a'), world.machine('b')]
    first(a)
    second(b)
    expect((await pass(a)).problem).toBeNull()
    const tip = treeOf(a)
    expect(await settle([b, a])).not.toBeNull()
    expect(treeOf(b)).toEqual(treeOf(a))
    for (const [path, content] of Object.entries(tip))
      if (content === 'thesis') expect(treeOf(b)[path], path).toBe('thesis')
    for (const machine of [a, b]) {
      expect(faultsOf(machine)).toEqual([])
      for (const path of Object.keys(treeOf(machine)))
        if (path.endsWith('/t')) expect(existsSync(machine.at(path)), path).toBe(true)
    }
  })
})
