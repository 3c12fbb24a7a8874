import { createHash } from 'node:crypto'
import { homedir, userInfo } from 'node:os'
import { basename, isAbsolute, join } from 'node:path'
import fs from 'fs-extra'
import type { SyncOutcome } from '../actors/outcome.js'
import type { Journal } from '../actors/ports.js'
import { wordsOf } from './system-error.js'

/** Bytes after which a journal is rotated, and how many old ones are kept. */
const rotation = { size: 5_000_000, kept: 3 } as const

/** Bytes at the end of a journal among which its last whole line is looked for: a hundred long paths make a long line. */
const tail = 2_097_152

/** Of a folder's name this much is kept: the rest of the file's own, and the number of one that is rotated, fit beside it in 255 bytes. */
const longestName = 200

/** A HOME that is empty or relative would put the journal where gitsync happens to be started, in a work tree perhaps. */
const homeFolder = (): string => (isAbsolute(homedir()) ? homedir() : userInfo().homedir)

/** `$XDG_STATE_HOME/gitsync`, or `~/.local/state/gitsync`. */
export const journalFolder = (env: NodeJS.ProcessEnv = process.env): string => {
  const xdg = env.XDG_STATE_HOME ?? ''
  // The XDG specification has a relative one ignored.
  return join(isAbsolute(xdg) ? xdg : join(homeFolder(), '.local', 'state'), 'gitsync')
}

/** One file per work tree: its folder's name for people, a digest of its path to keep namesakes apart. */
export const journalFile = (folder: string, repo: string): string => {
  const digest = createHash('sha256').update(repo).digest('hex').slice(0, 12)
  const name = basename(repo)
    .replace(/[^\w.-]/g, '_')
    .slice(0, longestName)
  return join(folder, `${name}-${digest}.ndjson`)
}

/** The journal of this work tree, then those that were rotated away, the newest first. */
export const journalFiles = (folder: string, repo: string): readonly string[] => {
  const file = journalFile(folder, repo)
  const old = Array.from({ length: rotation.kept }, (_, n) => `${file}.${String(n + 1)}`)
  return [file, ...old]
}

/** What the journals of this machine write to: their folder, and by name those of this work tree. */
export const journalPlaces = (folder: string, repo: string): readonly string[] => [
  folder,
  ...journalFiles(folder, repo),
]

const seqOf = (line: string): number => {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('seq' in value)) return 0
    return typeof value.seq === 'number' ? value.seq : 0
  } catch {
    return 0
  }
}

/** Drops a last line that a kill or a power loss tore, and gives the `seq` of the one before. */
const mend = (file: string): number => {
  if (!fs.existsSync(file)) return 0
  const handle = fs.openSync(file, 'r+')
  try {
    const { size } = fs.fstatSync(handle)
    const start = Math.max(0, size - tail)
    const bytes = Buffer.alloc(size - start)
    fs.readSync(handle, bytes, 0, bytes.length, start)
    const end = bytes.lastIndexOf('\n') + 1
    if (end < bytes.length) fs.ftruncateSync(handle, start + end)
    const lines = bytes.subarray(0, end).toString('utf8').trimEnd().split('\n')
    // A line that is no outcome is passed over: what counts is the last that is one.
    return lines.reduceRight((found, line) => (found === 0 ? seqOf(line) : found), 0)
  } finally {
    fs.closeSync(handle)
  }
}

/** A kill on the way leaves a gap: what is older than that has made room already. */
const rotate = (file: string): void => {
  const old = (n: number): string => `${file}.${String(n)}`
  let free = 1
  while (free < rotation.kept && fs.existsSync(old(free))) free += 1
  for (let n = free; n > 1; n -= 1) fs.renameSync(old(n - 1), old(n))
  fs.renameSync(file, old(1))
}

/**
 * The append-only memory of one repository. Appending is synchronous and ordered, one write for each batch; a
 * journal that cannot be written is told once and never stops a sync.
 *
 * @param onTrouble is told why, once
 */
export const openJournal = (
  folder: string,
  repo: string,
  onTrouble: (message: string) => void,
): Journal => {
  const file = journalFile(folder, repo)
  let told = false
  const tried = <T>(work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch (error) {
      if (!told) onTrouble(wordsOf(error))
      told = true
      return otherwise
    }
  }
  const lastSeq = tried(() => {
    fs.ensureDirSync(folder, 0o700)
    return mend(file) || mend(`${file}.1`)
  }, 0)
  let torn = false
  /** A disk that fills up in the middle of a line must not spoil the next one. */
  const makeWhole = (): void => {
    if (torn) mend(file)
    torn = false
  }
  return {
    lastSeq,
    append: (outcomes) => {
      const lines = outcomes.map((outcome: SyncOutcome) => `${JSON.stringify(outcome)}\n`).join('')
      tried(() => {
        makeWhole()
        if (fs.existsSync(file) && fs.statSync(file).size > rotation.size) rotate(file)
        torn = true
        fs.appendFileSync(file, lines, { mode: 0o600 })
        torn = false
      }, undefined)
      // At once, for whoever reads it; where that fails too, before the next line.
      tried(makeWhole, undefined)
    },
  }
}
