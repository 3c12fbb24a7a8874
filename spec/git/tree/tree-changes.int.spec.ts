import { git, temporaryRepository } from '../../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../../src/git/files/byte-name.js'
import { libgit2 } from '../../../src/git/libgit2.js'
import type { TreeDelta, TreeDiff } from '../../../src/git/tree/tree-changes.js'
import { canonical, diffTrees, diffTreesExactly } from '../../../src/git/tree/tree-changes.js'
import { seeded } from '../../support/hostile-tree.js'

const dir = temporaryRepository()

/** With bytes that are no text, in and out. */
const told = (args: readonly string[], input: Buffer): Buffer => {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd: dir, input })
  expect(status, stderr.toString()).toBe(0)
  return stdout
}

type Entries = ReadonlyMap<string, string>

/** The tree of these paths, whose characters are bytes, with what `git update-index --index-info` takes before the tab. */
const treeWith = (entries: Entries): string => {
  git(dir, ['read-tree', '--empty'])
  const lines = [...entries].map(([path, version]) => `${version}\t${path}\0`)
  told(['update-index', '-z', '--index-info'], Buffer.from(lines.join(''), 'latin1'))
  return git(dir, ['write-tree', '--missing-ok'])
}

/** The same from git itself, which has the whole mode and zeros for what is not there. */
const byGit = (from: string, to: string): readonly TreeDelta[] => {
  const fields = told(['diff-tree', '-r', '--no-renames', '--raw', '-z', from, to], Buffer.alloc(0))
  const parts = fields.toString('latin1').split('\0').slice(0, -1)
  const versionOf = (mode: string, oid: string): TreeDelta['to'] =>
    mode === '000000' ? null : { mode: canonical(Number.parseInt(mode, 8)), oid }
  return parts.flatMap((facts, n) => {
    if (n % 2 === 1) return []
    const [old = '', fresh = '', was = '', is = ''] = facts.slice(1).split(' ')
    const path = Buffer.from(parts[n + 1] ?? '', 'latin1').toString()
    return [{ path, from: versionOf(old, was), to: versionOf(fresh, is) }]
  })
}

const byUs = async (
  from: string | null,
  to: string | null,
  diff = diffTrees,
): Promise<readonly TreeDelta[]> => (await diffOf(from, to, diff)).deltas

const diffOf = async (
  from: string | null,
  to: string | null,
  diff = diffTrees,
): Promise<TreeDiff> => {
  const repository = await libgit2.Repository.openExt(dir, 0, '')
  const tree = (oid: string | null) => (oid === null ? null : libgit2.Oid.fromString(oid))
  return diff(repository, tree(from), tree(to))
}

const names = [
  'a',
  'a.b',
  'a-b',
  'ab',
  'A',
  'z',
  '\xff\xfe',
  '\xff',
  '\xe4',
  'ß',
  '0',
  'a b',
  'a\n',
]
const modes = ['100644', '100755', '120000', '160000']

/** Paths up to four folders deep, of names that sort otherwise as a file than as a folder. */
const randomEntries = (seed: number, like: Entries): Entries => {
  const random = seeded(seed)
  const below = (bound: number): number => Math.floor(random() * bound)
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? ''
  const entries = new Map([...like].filter(() => below(10) > 0))
  for (let n = 0; n < 25; n += 1) {
    const depth = 1 + below(4)
    const parts = Array.from({ length: depth }, () => pick(names))
    const path = parts.join('/')
    for (const other of [...entries.keys()])
      if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`))
        entries.delete(other)
    const oid = below(5).toString().repeat(40).replace(/^0/, '1')
    entries.set(path, `${pick(modes)} ${oid}`)
  }
  return entries
}

describe('diffTrees', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'tells what git tells, in its order: seed %i',
    async (seed) => {
      const before = randomEntries(seed, new Map())
      const [from, to] = [treeWith(before), treeWith(randomEntries(seed + 1000, before))]
      expect(await byUs(from, to)).toEqual(byGit(from, to))
      const exact = await byUs(from, to, diffTreesExactly)
      expect(exact.map(({ path }) => bytesOf(path).toString())).toEqual(
        byGit(from, to).map(({ path }) => path),
      )
      expect(new Set(exact.map(({ path }) => path)).size).toBe(exact.length)
      expect(await byUs(from, from)).toEqual([])
    },
  )

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'names the trees that are new, as git does: seed %i',
    async (seed) => {
      const before = randomEntries(seed, new Map())
      const [from, to] = [treeWith(before), treeWith(randomEntries(seed + 1000, before))]
      const fields = told(['diff-tree', '-r', '-t', '--raw', from, to], Buffer.alloc(0)).toString()
      const rows = fields.split('\n').map((row) => row.split(/\s/))
      const fresh = rows.flatMap(([, mode, , oid]) => (mode === '040000' && oid ? [oid] : []))
      const { trees } = await diffOf(from, to)
      expect(new Set(trees)).toEqual(new Set([to, ...fresh]))
      expect((await diffOf(null, to)).trees[0]).toBe(to)
      expect((await diffOf(from, null)).trees).toEqual([])
    },
  )

  it('takes what is not there for an empty tree', async () => {
    const tree = treeWith(randomEntries(7, new Map()))
    const empty = treeWith(new Map())
    expect(await byUs(null, tree)).toEqual(byGit(empty, tree))
    expect(await byUs(tree, null)).toEqual(byGit(tree, empty))
    expect(await byUs(null, empty)).toEqual([])
  })

  const stored = (...entries: readonly (readonly [string, string])[]): string => {
    const bytes = entries.map(([about, digit]) =>
      Buffer.concat([Buffer.from(`${about}\0`), Buffer.from(digit.repeat(40), 'hex')]),
    )
    const args = ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin']
    return told(args, Buffer.concat(bytes)).toString().trim()
  }

  it('goes through a tree whose entries are in no order as libgit2 does', async () => {
    const from = stored(['100644 b', '1'], ['100644 a', '2'])
    const to = stored(['100644 a', '2'], ['100644 b', '3'])
    const version = (digit: string): TreeDelta['to'] => ({ mode: 0o100644, oid: digit.repeat(40) })
    expect(await byUs(from, to)).toEqual([
      { path: 'a', from: null, to: version('2') },
      { path: 'b', from: version('1'), to: version('3') },
      { path: 'a', from: version('2'), to: null },
    ])
  })

  it.each([
    ['no name', '100644 '],
    ['no mode', ' a'],
    ['no number for a mode', '10x644 a'],
    ['no end', '100644'],
  ])('refuses a folder that has an entry with %s', async (_, about) => {
    const folder = stored(['100644 a', '1'], [about, '2'])
    const entry = Buffer.concat([Buffer.from('40000 d\0'), Buffer.from(folder, 'hex')])
    const args = ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin']
    const to = told(args, entry).toString().trim()
    await expect(byUs(null, to)).rejects.toThrow(/corrupted/)
  })

  it('says which tree is missing', async () => {
    const from = treeWith(new Map([['a/b', `100644 ${'1'.repeat(40)}`]]))
    const to = stored(['40000 a', '9'])
    await expect(byUs(from, to)).rejects.toThrow(/9999999/)
  })
})
