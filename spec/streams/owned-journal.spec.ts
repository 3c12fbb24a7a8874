import { describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import { ownedJournal } from '../../src/streams/owned-journal.js'
import type { Ownership } from '../../src/streams/owned-journal.js'

const outcome = (seq: number): SyncOutcome => ({
  type: 'Resumed',
  repo: '/r',
  at: '2026-01-01T00:00:00.000Z',
  seq,
})

/** A file of outcomes that two gitsyncs may open. */
const openFile = () => {
  const file: SyncOutcome[] = []
  const open = () => {
    const lastSeq = file.at(-1)?.seq ?? 0
    return { lastSeq, append: (outcomes: readonly SyncOutcome[]) => file.push(...outcomes) }
  }
  return { file, open }
}

describe('a journal with one writer', () => {
  it('waits until it is known whose the work tree is, and then has all in order', () => {
    const { file, open } = openFile()
    let owner: Ownership = 'unknown'
    const journal = ownedJournal(open, () => owner)
    journal.append([outcome(1)])
    expect(file).toEqual([])
    owner = 'ours'
    journal.append([outcome(2)])
    expect(file.map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('has nothing of a gitsync that was refused, and goes on from where the other ended', () => {
    const { file, open } = openFile()
    let owner: Ownership = 'unknown'
    const journal = ownedJournal(open, () => owner)
    journal.append([outcome(1)])
    owner = 'theirs'
    journal.append([outcome(2)])
    file.push(outcome(7))
    owner = 'ours'
    expect(journal.lastSeq).toBe(7)
    journal.append([outcome(8)])
    expect(file.map(({ seq }) => seq)).toEqual([7, 8])
  })
})
