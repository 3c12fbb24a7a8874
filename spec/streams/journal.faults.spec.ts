import { temporaryFolder } from '../support/temp-repositories.js'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import { journalFile, openJournal } from '../../src/streams/journal.js'
import { build } from '../support/built.js'
import { openKillShim } from '../support/kill-shim.js'
import type { Ended } from '../support/kill-shim.js'
import { freeOn, smallDisk, unmountAll } from '../support/small-disk.js'

const script = fileURLToPath(new URL('../support/journal-child.mjs', import.meta.url))
const repo = '/home/ada/Notes'
const built = { dist: '' }

beforeAll(() => {
  built.dist = build()
})
afterAll(unmountAll)

const outcome = (seq: number, padding = ''): SyncOutcome => ({
  type: 'Resumed',
  repo: `${repo}${padding}`,
  at: '2026-01-02T03:04:05.678Z',
  seq,
})

const text = (...seqs: readonly number[]): string =>
  seqs.map((seq) => `${JSON.stringify(outcome(seq))}\n`).join('')

/** The journal of a repository and the older ones, the oldest first. */
const filesOf = (folder: string): readonly string[] => {
  const file = journalFile(folder, repo)
  return [`${file}.3`, `${file}.2`, `${file}.1`, file].filter((one) => existsSync(one))
}

const seqsIn = (folder: string): readonly number[] =>
  filesOf(folder).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as SyncOutcome).seq),
  )

/** A journal that the next line but one rotates, with three older ones. */
const aboutToRotate = (folder: string): void => {
  const file = journalFile(folder, repo)
  mkdirSync(folder)
  writeFileSync(`${file}.3`, text(1, 2))
  writeFileSync(`${file}.2`, text(3, 4))
  writeFileSync(`${file}.1`, text(5, 6))
  const long = (seq: number): string => `${JSON.stringify(outcome(seq, 'x'.repeat(1_666_500)))}\n`
  writeFileSync(file, [7, 8, 9].map(long).join(''))
}

describe('a journal that a kill struck in an append or in its rotation', () => {
  it('has every outcome that was written, in order, and goes on, whichever change never came', async () => {
    const shim = openKillShim()
    if (shim === null) return
    const root = temporaryFolder()
    const killedAt = async (at: number): Promise<{ folder: string; notes: string } & Ended> => {
      const folder = join(root, String(at))
      const notes = join(root, `${String(at)}.notes`)
      writeFileSync(notes, '')
      aboutToRotate(folder)
      const args = [script, built.dist, folder, repo, '8', notes]
      return { folder, notes, ...(await shim.run(args, { below: folder, at })) }
    }
    const whole = await killedAt(0)
    expect(whole.code).toBe(0)
    const names = whole.changes.map((change) => change.split(' ')[1])
    expect(
      names.filter((name) => name?.startsWith('rename')),
      'a rotation',
    ).toHaveLength(3)
    expect(whole.changes.length, 'and eight lines').toBeGreaterThanOrEqual(11)
    for (let at = 1; at <= whole.changes.length; at += 1) {
      const { folder, notes, signal, changes } = await killedAt(at)
      const struck = changes.at(-1)
      expect(signal, struck).toBe('SIGKILL')
      const noted = readFileSync(notes, 'utf8').trim().split('\n').map(Number).at(-1) ?? 0
      const journal = openJournal(folder, repo, (message) => {
        throw new Error(message)
      })
      expect(journal.lastSeq, struck).toBeGreaterThanOrEqual(Math.max(noted, 9))
      journal.append([outcome(journal.lastSeq + 1)])
      const seqs = seqsIn(folder)
      const [first = 0] = seqs
      expect(first, 'only the oldest file goes').toBeLessThanOrEqual(3)
      expect(seqs, struck).toEqual(seqs.map((_, n) => first + n))
      expect(seqs.at(-1), struck).toBe(journal.lastSeq + 1)
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a journal on a disk that is full', () => {
  it('tells so once, spoils no line, and goes on when there is room', () => {
    const disk = smallDisk(join(temporaryFolder(), 'disk'), 'size=256k')
    if (disk === null) return
    const folder = join(disk, 'state')
    const told: string[] = []
    const journal = openJournal(folder, repo, (message) => told.push(message))
    const padding = 'y'.repeat(1000)
    journal.append([outcome(1, padding)])
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(freeOn(disk) - 8192))
    let seq = 1
    for (let n = 0; n < 40; n += 1) journal.append([outcome((seq += 1), padding)])
    expect(freeOn(disk)).toBe(0)
    expect(told).toEqual([expect.stringMatching(/ENOSPC|no space/i)])
    const whole = seqsIn(folder)
    expect(whole, 'whole lines only').toEqual(whole.map((_, n) => n + 1))
    expect(whole.length).toBeLessThan(41)
    expect(readFileSync(journalFile(folder, repo), 'utf8')).toMatch(/\n$/)
    // Another start on the disk that is full still.
    expect(openJournal(folder, repo, () => undefined).lastSeq).toBe(whole.at(-1))
    rmSync(ballast)
    journal.append([outcome((seq += 1), padding)])
    expect(seqsIn(folder)).toEqual([...whole, seq])
    expect(openJournal(folder, repo, () => undefined).lastSeq).toBe(seq)
  })

  it('is rotated although no new one can be written, and comes back with the count', () => {
    const disk = smallDisk(join(temporaryFolder(), 'disk'), 'size=8m')
    if (disk === null) return
    const folder = join(disk, 'state')
    aboutToRotate(folder)
    const file = journalFile(folder, repo)
    // Their room would be enough for the new one.
    for (const old of [1, 2, 3]) rmSync(`${file}.${String(old)}`)
    const journal = openJournal(folder, repo, () => undefined)
    journal.append([outcome(10, 'z'.repeat(2000))])
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(freeOn(disk)))
    journal.append([outcome(11)])
    expect(openJournal(folder, repo, () => undefined).lastSeq).toBe(10)
    rmSync(ballast)
    journal.append([outcome(12)])
    expect(openJournal(folder, repo, () => undefined).lastSeq).toBe(12)
    expect(seqsIn(folder)).toEqual([7, 8, 9, 10, 12])
  })
})
