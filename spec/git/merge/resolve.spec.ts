import { describe, expect, it } from 'vitest'
import { conflictCopyPath } from '../../../src/git/merge/conflict-name.js'
import { fileMode } from '../../../src/git/libgit2.js'
import type { Conflict, Policy, Resolution, Side } from '../../../src/git/merge/resolve.js'
import { isBesideFolder, resolve } from '../../../src/git/merge/resolve.js'

const version = (letter: string, mode = 0o100644) => ({ oid: letter.repeat(40), mode })
const [base, ours, theirs] = [version('a'), version('b'), version('c')]
const times = { ours: 1_000_000, theirs: 2_000_000 }
const none: ReadonlyMap<string, Side> = new Map()

const conflict = (found: Partial<Conflict>): Conflict => ({
  path: 'f.txt',
  base: null,
  ours: null,
  theirs: null,
  ...found,
})

const settled = (found: Partial<Conflict>, policy: Policy = 'keep-both'): Resolution =>
  resolve([conflict(found)], [], none, policy, times)

const places = ({ placed }: Resolution): Readonly<Record<string, string>> =>
  Object.fromEntries(placed.map(({ path, version: { oid } }) => [path, oid.charAt(0)]))

describe('a conflict', () => {
  const copy = conflictCopyPath('f.txt', times.ours, ours.oid)

  it.each([
    ['edit against edit', { base, ours, theirs }, { 'f.txt': 'c', [copy]: 'b' }],
    ['added twice', { ours, theirs }, { 'f.txt': 'c', [copy]: 'b' }],
    ['deleted here', { base, theirs }, { 'f.txt': 'c' }],
    ['deleted there', { base, ours }, { 'f.txt': 'b' }],
    ['deleted on both sides', { base }, {}],
    ['the same twice', { base, ours, theirs: ours }, { 'f.txt': 'b' }],
    ['deleted here, left alone there', { base, theirs: base }, {}],
    ['deleted there, left alone here', { base, ours: base }, {}],
    ['edited there, left alone here', { base, ours: base, theirs }, { 'f.txt': 'c' }],
    ['a submodule', { ours: version('b', 0o160000), theirs }, { 'f.txt': 'c' }],
  ])('%s keeps both', (_, found, expected) => {
    expect(places(settled(found))).toEqual(expected)
  })

  it.each([
    ['ours', 'b'],
    ['theirs', 'c'],
  ] as const)('%s wins alone', (policy, letter) => {
    const resolution = settled({ base, ours, theirs }, policy)
    expect(places(resolution)).toEqual({ 'f.txt': letter })
    expect(resolution.kept.map((fact) => fact.copy)).toEqual([null])
  })

  it('tells what it kept, with both blobs', () => {
    expect(settled({ base, ours, theirs }).kept).toEqual([
      { type: 'ConflictKept', path: 'f.txt', copy, ours: ours.oid, theirs: theirs.oid },
    ])
    expect(settled({ base, ours: base }).kept).toEqual([])
  })
})

describe('a copy whose name another file has', () => {
  const copy = conflictCopyPath('f.txt', times.ours, ours.oid)
  const next = conflictCopyPath('f.txt', times.ours + 1, ours.oid)
  const edits = conflict({ base, ours, theirs })
  const other = version('d')

  it.each([
    ['merged', [], [{ path: copy, version: other }]],
    ['in conflict itself', [conflict({ path: copy, base, theirs: other })], []],
    ['a folder', [], [{ path: `${copy}/x`, version: other }]],
  ] as const)('%s takes the next second', (_, conflicts, merged) => {
    const found = resolve([edits, ...conflicts], merged, none, 'keep-both', times)
    expect(places(found)).toMatchObject({ 'f.txt': 'c', [next]: 'b' })
    expect(places(found)[copy]).toBe(conflicts.length === 0 ? undefined : 'd')
    expect(found.freed).toEqual([])
    expect(found.kept.map((fact) => fact.copy)).toContain(next)
  })

  it('takes seconds until one is free, and none twice', () => {
    const names = [0, 1, 2].map((n) => conflictCopyPath('f.txt', times.ours + n, ours.oid))
    const merged = names.map((path) => ({ path, version: other }))
    const found = resolve([edits], merged, none, 'keep-both', times)
    expect(Object.keys(places(found))).toContain(
      conflictCopyPath('f.txt', times.ours + 3, ours.oid),
    )
    const long = (end: string): string => `${'n'.repeat(250)}${end}.txt`
    const twins = ['1', '2'].map((end) =>
      conflict({
        path: long(end),
        base,
        ours: version('b', end === '1' ? 0o100644 : 0o100755),
        theirs,
      }),
    )
    const both = resolve(twins, [], none, 'keep-both', times)
    expect(new Set(both.placed.map(({ path }) => path)).size).toBe(4)
  })

  it('needs no second copy of the same version', () => {
    const found = resolve([edits], [{ path: copy, version: ours }], none, 'keep-both', times)
    expect(Object.keys(places(found)).sort()).toEqual([copy, 'f.txt'].sort())
    expect(found.kept.map((fact) => fact.copy)).toEqual([copy])
  })
})

describe('a file where the other side has a folder', () => {
  it.each([
    ['ours', times.ours],
    ['theirs', times.theirs],
  ] as const)('of %s gets the copy’s name', (side, time) => {
    const { placed, kept } = resolve(
      [conflict({ path: 'd', [side]: ours })],
      [{ path: 'd/x', version: base }],
      none,
      'keep-both',
      times,
    )
    const copy = conflictCopyPath('d', time, ours.oid)
    expect(placed.map(({ path }) => path)).toEqual([copy])
    expect(kept.map((fact) => fact.copy)).toEqual([copy])
  })

  it.each([fileMode.file, fileMode.commit])(
    'of mode %o is told even where no copy is made',
    (mode) => {
      const found = resolve(
        [conflict({ path: 'd', theirs: version('c', mode) })],
        [{ path: 'd/x', version: base }],
        none,
        'keep-both',
        times,
      )
      const copy = mode === fileMode.commit ? null : conflictCopyPath('d', times.theirs, theirs.oid)
      expect(found.placed.map(({ path }) => path)).toEqual(copy === null ? [] : [copy])
      expect(found.kept).toEqual([
        { type: 'ConflictKept', path: 'd', copy, ours: null, theirs: theirs.oid },
      ])
    },
  )

  it.each(
    (['keep-both', 'ours', 'theirs'] as const).flatMap((policy) =>
      (['ours', 'theirs'] as const).map((side) => [policy, side] as const),
    ),
  )(
    'is kept under %s where it is new of %s, in the folder’s way or within a file',
    (policy, side) => {
      const other = side === 'ours' ? 'theirs' : 'ours'
      const sides = new Map<string, Side>([
        ['d', side],
        ['d/x', other],
      ])
      const copy = conflictCopyPath('d', times[side], ours.oid)
      const file = resolve(
        [conflict({ path: 'd', [side]: ours })],
        [{ path: 'd/x', version: theirs }],
        sides,
        policy,
        times,
      )
      expect(places(file)).toEqual({ [copy]: 'b' })
      expect(file.kept.map((fact) => fact.copy)).toEqual([copy])
      const within = resolve(
        [conflict({ path: 'd/x', [other]: theirs })],
        [{ path: 'd', version: ours }],
        sides,
        policy,
        times,
      )
      expect(places(within)).toEqual({ 'd/x': 'c', [copy]: 'b' })
    },
  )

  it('makes way even where git saw no conflict', () => {
    const sides = new Map<string, Side>([
      ['d', 'ours'],
      ['d/x', 'theirs'],
    ])
    expect(isBesideFolder(sides)).toBe(true)
    const merged = [
      { path: 'd', version: ours },
      { path: 'd/x', version: theirs },
    ]
    const { freed, placed } = resolve([], merged, sides, 'keep-both', times)
    expect(freed).toEqual(['d'])
    expect(placed.map(({ path }) => path)).toEqual([conflictCopyPath('d', times.ours, ours.oid)])
  })
})
