import { describe, expect, it } from 'vitest'
import type { Fact, SyncOutcome } from '../../src/actors/outcome.js'
import type { Passage, Touches } from '../../src/git/history/tree-entries.js'
import { isTouching } from '../../src/queries/touching.js'
import { commitCreated, oid } from '../support/facts.js'

const outcome = (fact: Fact): SyncOutcome => ({
  ...fact,
  repo: '/r',
  at: '2026-01-01T00:00:00.000Z',
  seq: 1,
})

const never: Touches = () => Promise.reject(new Error('The journal itself names the paths.'))

/** Which commits are asked about. */
const asked = async (fact: Fact): Promise<readonly Passage[]> => {
  const passages: Passage[] = []
  await isTouching(outcome(fact), 'notes', (passage) => {
    passages.push(passage)
    return Promise.resolve(true)
  })
  return passages
}

describe('whether an outcome touches a path', () => {
  it.each([
    ['notes/a.md', 'notes/a.md', true],
    ['notes/a.md', 'notes', true],
    ['notes/a.md', 'note', false],
    ['notes/a.md', 'notes/a', false],
    ['notes', 'notes/a.md', false],
  ])('a commit of %s, asked for %s: %s', async (path, meant, expected) => {
    const commit = outcome({ ...commitCreated, paths: [path] })
    expect(await isTouching(commit, meant, never)).toBe(expected)
  })

  it('asks git where the journal names the first hundred alone', async () => {
    expect(await asked({ ...commitCreated, added: 101, paths: ['a'] })).toEqual([{ to: oid('b') }])
  })

  it('asks git what was brought in and what was sent', async () => {
    const [from, to] = [oid('1'), oid('2')]
    expect(await asked({ type: 'FastForwarded', from, to, files: 1 })).toEqual([{ from, to }])
    const merge = { type: 'MergeCommitted', oid: to, ours: from, theirs: oid('3') } as const
    expect(await asked({ ...merge, conflicts: 0, files: 1 })).toEqual([{ from, to }])
    const push = { type: 'Pushed', remote: 'origin', branch: 'main', bytes: 1 } as const
    expect(await asked({ ...push, from: null, to })).toEqual([{ from: null, to }])
  })

  it('knows a copy by its name, and what is left out with its folder', async () => {
    const kept = { type: 'ConflictKept', path: 'a', copy: 'b', ours: null, theirs: null } as const
    expect(await isTouching(outcome(kept), 'b', never)).toBe(true)
    const skipped = { type: 'PathSkipped', reason: 'nested-repository', remedy: '' } as const
    expect(await isTouching(outcome({ ...skipped, path: 'sub/' }), 'sub', never)).toBe(true)
    expect(await isTouching(outcome({ ...skipped, path: 'sub/' }), 'sub/x', never)).toBe(true)
    expect(await isTouching(outcome({ ...skipped, path: 'sub/' }), 'subs', never)).toBe(false)
  })

  it('finds no path in what is about none, and any in what is not known yet', async () => {
    expect(await isTouching(outcome({ type: 'Resumed' }), 'a', never)).toBe(false)
    const later = outcome({ type: 'Teleported', what: 'a' } as unknown as Fact)
    expect(await isTouching(later, 'a', never)).toBe(true)
    expect(await isTouching(later, 'b', never)).toBe(false)
  })
})
