import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom, skip, take } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import { isOfJournal, journalChange$ } from '../../src/streams/journal-changes.js'
import type { Bookmark } from '../../src/streams/journal-reader.js'
import { newestPages, readOn } from '../../src/streams/journal-reader.js'
import { journalFile, openJournal } from '../../src/streams/journal.js'

const repo = '/home/ada/Notes'
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitsync-reader-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const outcome = (seq: number): SyncOutcome => ({
  type: 'Resumed',
  repo,
  at: '2026-01-02T03:04:05.678Z',
  seq,
})

const lines = (...seqs: readonly number[]): string =>
  seqs.map((seq) => `${JSON.stringify(outcome(seq))}\n`).join('')

const file = (): string => journalFile(folder, repo)

const seqs = (outcomes: readonly SyncOutcome[]): readonly number[] => outcomes.map(({ seq }) => seq)

/** Everything that was added since the last time. */
const reader = (): (() => readonly number[]) => {
  let end: Bookmark | null = null
  return () => {
    const read = readOn(folder, repo, end)
    end = read.end
    return seqs(read.outcomes)
  }
}

/** As the journal does it when a file is full. */
const rotate = (): void => {
  for (const n of [2, 1])
    try {
      renameSync(`${file()}.${String(n)}`, `${file()}.${String(n + 1)}`)
    } catch {
      // There is none yet.
    }
  renameSync(file(), `${file()}.1`)
}

describe('reading a journal', () => {
  it('finds nothing where there is none', () => {
    expect(readOn(folder, repo, null)).toEqual({ outcomes: [], end: null })
    expect([...newestPages(join(folder, 'none'), repo)]).toEqual([])
  })

  it('gives the newest file first, and reads no further than it is asked to', () => {
    writeFileSync(file(), lines(1, 2))
    rotate()
    writeFileSync(file(), lines(3))
    rotate()
    writeFileSync(file(), lines(4, 5))
    expect([...newestPages(folder, repo)].map(({ outcomes }) => seqs(outcomes))).toEqual([
      [4, 5],
      [3],
      [1, 2],
    ])
  })

  it('takes whole lines alone, and goes on where the last whole one ended', () => {
    const read = reader()
    writeFileSync(file(), lines(1) + lines(2).slice(0, 20))
    expect(read()).toEqual([1])
    appendFileSync(file(), lines(2).slice(20))
    expect(read()).toEqual([2])
    expect(read()).toEqual([])
  })

  it('passes over what is no outcome, and keeps a type that it does not know', () => {
    const later = { ...outcome(2), type: 'Teleported', to: 'Mars' }
    const strange = ['no json', '7', '{"seq":9}', JSON.stringify({ ...outcome(3), at: 'never' })]
    const text = [...strange, JSON.stringify(later), ''].join('\n')
    writeFileSync(file(), lines(1) + text)
    expect(readOn(folder, repo, null).outcomes).toEqual([outcome(1), later])
  })

  it('reads on over rotations, each outcome once', () => {
    const read = reader()
    writeFileSync(file(), lines(1))
    expect(read()).toEqual([1])
    appendFileSync(file(), lines(2))
    rotate()
    writeFileSync(file(), lines(3))
    rotate()
    writeFileSync(file(), lines(4))
    expect(read()).toEqual([2, 3, 4])
    expect(read()).toEqual([])
  })

  it('begins anew with a journal that was taken away', () => {
    const read = reader()
    writeFileSync(file(), lines(1, 2, 3))
    read()
    rmSync(file())
    expect(read()).toEqual([])
    writeFileSync(file(), lines(1))
    expect(read()).toEqual([1])
  })

  it('reads what the journal itself writes, also past its size', () => {
    const journal = openJournal(folder, repo, (message) => {
      throw new Error(message)
    })
    const read = reader()
    const long = { padding: 'x'.repeat(1_000_000) }
    for (let seq = 1; seq <= 12; seq += 1) {
      journal.append([{ ...outcome(seq), ...long }])
      if (seq % 5 === 0) expect(read()).toHaveLength(5)
    }
    expect(read()).toEqual([11, 12])
  })
})

describe('hearing of changes', () => {
  it('tells which journal changed', async () => {
    const names = firstValueFrom(journalChange$(folder).pipe(skip(2), take(1)))
    await sleep(100)
    writeFileSync(file(), lines(1))
    const name = await names
    expect(isOfJournal(name, file())).toBe(true)
    expect(isOfJournal(name, journalFile(folder, '/home/ada/Other'))).toBe(false)
  })

  it('waits for a folder that is not there yet, and finds it again when it was replaced', async () => {
    const late = join(folder, 'late')
    const heard: (string | null)[] = []
    const hearing = journalChange$(late).subscribe((name) => heard.push(name))
    for (const turn of [1, 2]) {
      await sleep(50)
      rmSync(late, { recursive: true, force: true })
      mkdirSync(late)
      await sleep(1_200)
      appendFileSync(join(late, `${String(turn)}.ndjson`), 'x')
      await sleep(50)
      expect(heard).toContain(`${String(turn)}.ndjson`)
    }
    hearing.unsubscribe()
  })
})
