import { describe, it } from 'vitest'
import { changesOf, everything, pathBound } from '../../src/actors/changes.js'
import type { RepoCommand } from '../../src/actors/commands.js'
import { batchChanges } from '../../src/streams/batch-changes.js'
import type { WorkTreeChange } from '../../src/streams/watch/change.js'
import { marbles } from './marbles.js'

const hints: Record<string, WorkTreeChange> = {
  a: { kind: 'changed', path: 'a.txt' },
  b: { kind: 'changed', path: 'b/c' },
  u: { kind: 'changed', path: 'f\uFFFD' },
  r: { kind: 'rescan', reason: 'why not' },
  s: { kind: 'armed', source: 'native' },
  d: { kind: 'degraded', source: 'native', reason: '', remedy: '' },
}
const changed = (...paths: string[]): RepoCommand => ({
  type: 'Sync',
  trigger: 'worktree-changed',
  changes: changesOf(paths),
})
const rescan: RepoCommand = { type: 'Sync', trigger: 'rescan', changes: everything }

describe('batchChanges(3, 9)', () => {
  const cases: readonly (readonly [string, string, string, Record<string, RepoCommand>])[] = [
    [
      'one command per burst',
      'abaa-----b--|',
      '------x-----(y|)',
      { x: changed('a.txt', 'b/c'), y: changed('b/c') },
    ],
    [
      'a rescan takes all of its burst',
      'ara-----a-|',
      '-----x----(y|)',
      { x: rescan, y: changed('a.txt') },
    ],
    ['a name that is not UTF-8 cannot be asked for', 'au|', '--(x|)', { x: rescan }],
    ['what is no hint asks for nothing', 's---d--a|', '--------(x|)', { x: changed('a.txt') }],
  ]
  it.each(cases)('%s', (_name, source, expected, values) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source, hints)
      expectObservable(source$.pipe(batchChanges(3, 9))).toBe(expected, values)
      expectSubscriptions(source$.subscriptions).toBe(`^${'-'.repeat(source.length - 2)}!`)
    })
  })

  it('too many paths are everything', () => {
    marbles(({ cold, expectObservable }) => {
      const many = Array.from({ length: pathBound + 1 }, (_, index) => `f${String(index)}`)
      const values = Object.fromEntries(
        many.map((path, index) => [
          String.fromCodePoint(0x4e00 + index),
          { kind: 'changed', path } as const,
        ]),
      )
      const source$ = cold(`(${Object.keys(values).join('')})`, values)
      expectObservable(source$.pipe(batchChanges(3, 9)), '^--------!').toBe('---x', { x: rescan })
    })
  })
})
