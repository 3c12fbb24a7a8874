import fs from 'node:fs'
import type { SyncOutcome } from '../actors/outcome.js'
import { journalFiles } from './journal.js'

/** How far a journal has been read: a file, which keeps its number when it is rotated away, and a byte in it. */
export interface Bookmark {
  readonly file: bigint
  readonly offset: number
}

/** One file of a journal, or what was added to it. */
interface Page {
  readonly outcomes: readonly SyncOutcome[]
  readonly end: Bookmark
}

/** What was read, oldest first, and where to go on; null where there is no journal yet. */
export interface Reading {
  readonly outcomes: readonly SyncOutcome[]
  readonly end: Bookmark | null
}

/** What every outcome has, whatever its type: a later version may have written one that is not known here. */
const isOutcome = (value: unknown): value is SyncOutcome => {
  if (typeof value !== 'object' || value === null) return false
  const { type, repo, at, seq } = value as Readonly<Record<string, unknown>>
  return (
    typeof type === 'string' &&
    typeof repo === 'string' &&
    typeof seq === 'number' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at))
  )
}

/** A line that is none is passed over, as the journal itself does. */
const parse = (line: string): readonly SyncOutcome[] => {
  try {
    const value: unknown = JSON.parse(line)
    return isOutcome(value) ? [value] : []
  } catch {
    return []
  }
}

const openOrNull = (file: string): number | null => {
  try {
    return fs.openSync(file, 'r')
  } catch {
    // Not there, or another user's: nothing is known then.
    return null
  }
}

/** Whole lines alone: the last one may be half written. */
const readPage = (fd: number, ino: bigint, from: number): Page => {
  const { size } = fs.fstatSync(fd)
  // Who cut it shorter began anew.
  const start = from <= size ? from : 0
  const bytes = Buffer.alloc(size - start)
  const read = fs.readSync(fd, bytes, 0, bytes.length, start)
  const end = bytes.subarray(0, read).lastIndexOf('\n') + 1
  const lines = bytes.subarray(0, end).toString('utf8').split('\n')
  return { outcomes: lines.flatMap(parse), end: { file: ino, offset: start + end } }
}

/**
 * The files of a journal, the newest first, each read when it is asked for. One that is rotated away meanwhile is met
 * again under its other name and given once.
 *
 * @param since where reading ended before: what is older is left out
 */
export function* newestPages(
  folder: string,
  repo: string,
  since: Bookmark | null = null,
): Generator<Page> {
  const seen = new Set<bigint>()
  for (const file of journalFiles(folder, repo)) {
    const fd = openOrNull(file)
    if (fd === null) continue
    try {
      const { ino } = fs.fstatSync(fd, { bigint: true })
      if (seen.has(ino)) continue
      seen.add(ino)
      const known = ino === since?.file
      yield readPage(fd, ino, known ? since.offset : 0)
      if (known) return
    } finally {
      fs.closeSync(fd)
    }
  }
}

/** What was added since, over any number of rotations. */
export const readOn = (folder: string, repo: string, since: Bookmark | null): Reading => {
  const pages = [...newestPages(folder, repo, since)]
  return {
    outcomes: pages.toReversed().flatMap(({ outcomes }) => outcomes),
    end: pages[0]?.end ?? since,
  }
}
