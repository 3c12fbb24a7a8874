import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine, Pass, World } from '../../support/three-machines.js'
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { file, folder, literalTree, publish } from '../../support/literal-tree.js'
import type { Entry } from '../../support/literal-tree.js'
import { writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const open = (files: Readonly<Record<string, string>> = {}): World => {
  const world = openWorld((folder) => writeFiles(folder, files))
  worlds.push(world)
  return world
}

/** Each makes what the remote holds; `/tmp/outside` stands for any place that is not ours. */
const hostile: readonly (readonly [string, (dir: string, outside: string) => readonly Entry[]])[] =
  [
    ...['.git', '.GIT', '.gIt', 'git~1', 'GIT~1', '.git ', '.git.', '.g\u00e2\u0080\u008cit'].map(
      (name) =>
        [
          `a folder ${JSON.stringify(name)} with a hook`,
          (dir: string) => [
            folder(dir, name, [
              folder(dir, 'hooks', [file(dir, 'post-checkout', '#!/bin/sh\n', '100755')]),
            ]),
          ],
        ] as const,
    ),
    ['a file .git', (dir) => [file(dir, '.git', 'gitdir: /tmp/elsewhere\n')]],
    ['a file .git further down', (dir) => [folder(dir, 'd', [file(dir, '.git')])]],
    ['a parent', (dir) => [folder(dir, '..', [file(dir, 'escaped')])]],
    [
      'a parent further down',
      (dir) => [folder(dir, 'd', [folder(dir, '..', [folder(dir, '..', [file(dir, 'escaped')])])])],
    ],
    ['a name with a slash', (dir) => [file(dir, '../escaped')]],
    ['a dot', (dir) => [folder(dir, '.', [file(dir, 'escaped')])]],
    [
      'a link out of the tree with a file below it',
      (dir, outside) => [
        file(dir, 'x', outside, '120000'),
        folder(dir, 'x', [file(dir, 'escaped')]),
      ],
    ],
  ]

const expectHalted = (b: Machine, head: string, moved: Pass): void => {
  expect(moved.problem?.kind).toBe('unexpected')
  expect(moved.problem?.remedy).toMatch(/remote|path/i)
  expect(b.git('rev-parse', 'HEAD')).toBe(head)
}

describe('content that a remote should not have', () => {
  it.each(hostile)('%s stays out', async (_, make) => {
    const world = open({ 'd/f.txt': 'base\n' })
    const outside = join(world.root, 'outside')
    writeFiles(outside, { bystander: 'bystander\n' })
    const [a, b, c] = [world.machine('a'), world.machine('b'), world.machine('c')]
    publish(a.path, make(a.path, outside))
    // One that fast-forwards, one that would have to merge.
    c.write('mine', 'mine\n')
    c.git('add', 'mine')
    c.git('commit', '-q', '-m', 'mine')
    for (const machine of [b, c]) {
      const head = machine.git('rev-parse', 'HEAD')
      const hooks = readdirSync(machine.at('.git/hooks')).sort()
      const moved = await pass(machine)
      if (moved.problem !== null) expectHalted(machine, head, moved)
      expect(readdirSync(outside)).toEqual(['bystander'])
      expect(existsSync(join(world.root, 'escaped'))).toBe(false)
      expect(readdirSync(machine.at('.git/hooks')).sort()).toEqual(hooks)
      expect(statSync(machine.at('.git')).isDirectory()).toBe(true)
      machine.git('status')
    }
  })

  it('very deep folders and long names are taken or refused whole', async () => {
    const world = open()
    const [a, b] = [world.machine('a'), world.machine('b')]
    const long = 'n'.repeat(255)
    a.write(`${'deep/'.repeat(90)}f.txt`, 'deep\n')
    a.write(long, 'long\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)[long]).toBe('long')
    publish(a.path, [file(a.path, 'm'.repeat(256))])
    const head = b.git('rev-parse', 'HEAD')
    const moved = await pass(b)
    expect(moved.problem?.message).toMatch(/name too long/i)
    expect(b.git('rev-parse', 'HEAD')).toBe(head)
    expect(faultsOf(b)).toEqual([])
  })

  it('a conflict in a name as long as can be gets a copy that can be written', async () => {
    const name = `${'ü'.repeat(125)}.text`
    const world = open({ [name]: 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.write(name, 'first\n')
    b.write(name, 'second\n')
    await pass(a)
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    const names = Object.keys(treeOf(a)).filter((path) => path.startsWith('ü'))
    expect(names).toHaveLength(2)
    expect(Object.values(treeOf(a)).sort()).toEqual(['first', 'first', 'second'])
    expect(faultsOf(b)).toEqual([])
  })

  it('a remote whose tree is empty is followed, with nothing of ours lost', async () => {
    const world = open({ 'f.txt': 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    const commit = a.git('commit-tree', '-p', 'HEAD', '-m', 'emptied', literalTree(a.path, []))
    a.git('push', '-q', 'origin', `${commit}:refs/heads/main`)
    b.write('mine', 'mine\n')
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toEqual({ mine: 'mine' })
    expect(faultsOf(b)).toEqual([])
  })
})

describe('what a person begins while the remote is asked', () => {
  it.each([
    ['a merge', 'MERGE_HEAD'],
    ['a cherry-pick', 'CHERRY_PICK_HEAD'],
    ['a bisect', 'BISECT_LOG'],
  ])('%s comes first: nothing is brought in until it is over', async (_, state) => {
    const world = open({ f: 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.write('f', 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    const head = b.git('rev-parse', 'HEAD')
    const begun = await pass(b, () => b.write(`.git/${state}`, `${head}\n`))
    expect(begun.problem?.kind).toBe('operation-in-progress')
    expect(b.git('rev-parse', 'HEAD')).toBe(head)
    b.remove(`.git/${state}`)
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ f: 'of a' })
    expect(faultsOf(b)).toEqual([])
  })
})

describe('rights', () => {
  it('the executable bit travels both ways, and the rights of a file stay', async () => {
    const world = open({ private: 'base\n', script: 'base\n', plain: 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    chmodSync(b.at('private'), 0o600)
    chmodSync(b.at('script'), 0o600)
    a.write('private', 'edited\n')
    a.write('plain', 'edited\n')
    chmodSync(a.at('script'), 0o755)
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    const mode = (path: string): number => statSync(b.at(path)).mode & 0o777
    expect(readFileSync(b.at('private'), 'utf8')).toBe('edited\n')
    expect([mode('private'), mode('script'), mode('plain')]).toEqual([0o600, 0o700, 0o644])
    chmodSync(a.at('script'), 0o644)
    await pass(a)
    await pass(b)
    expect(mode('script')).toBe(0o600)
    expect(faultsOf(b)).toEqual([])
  })
})

describe('many files', () => {
  it('10,000 files of one commit come over whole', async () => {
    const world = open()
    const [a, b] = [world.machine('a'), world.machine('b')]
    for (let n = 0; n < 10_000; n += 1) a.write(`d${n % 100}/f${n}`, `content ${n}\n`)
    a.git('add', '-A')
    a.git('commit', '-q', '-m', 'many')
    a.git('push', '-q')
    const started = performance.now()
    expect((await pass(b)).problem).toBeNull()
    const ours = performance.now() - started
    console.info(`10,000 files: ${Math.round(ours)} ms a pass`)
    expect(b.git('rev-parse', 'HEAD')).toBe(a.git('rev-parse', 'HEAD'))
    expect(b.git('status', '--porcelain')).toBe('')
  })
})

it('git knows each file that a move wrote by its stat, and need not look into it again', async () => {
  const world = open({ 'd/edited.txt': 'base\n', 'd/run': 'base\n', 'gone/f.txt': 'base\n' })
  const [a, b] = [world.machine('a'), world.machine('b')]
  a.write('d/edited.txt', 'edited by the remote\n')
  chmodSync(a.at('d/run'), 0o755)
  a.remove('gone/f.txt')
  a.write('new/deep/f.txt', 'new from the remote\n')
  expect((await pass(a)).problem).toBeNull()
  expect((await pass(b)).problem).toBeNull()
  expect(readdirSync(b.path).sort()).toEqual(['.git', 'README', 'd', 'new'])
  // Its last change too: where the link to what was rendered went later, git would look into all that a long move wrote.
  for (const path of ['d/edited.txt', 'd/run', 'new/deep/f.txt']) {
    const { ctimeNs } = statSync(b.at(path), { bigint: true })
    const known = `ctime: ${ctimeNs / 1_000_000_000n}:${ctimeNs % 1_000_000_000n}`
    expect(b.git('ls-files', '--debug', '--', path)).toContain(`${known}\n`)
  }
})
