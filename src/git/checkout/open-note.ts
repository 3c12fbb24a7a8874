import { readFile } from 'node:fs/promises'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { replaceDurably } from '../files/replace-durably.js'
import type { Version } from '../tree/version.js'
import type { FileState } from './file-state.js'

/** Of an old version that a program had open when it was replaced or deleted. */
export interface StillOpen {
  readonly path: RepoPath
  /** Where it is kept: its own path, unless that lies in a submodule now. */
  readonly beside: RepoPath
  /** What it is as nobody has written to it; null: not known. */
  readonly was: Version | null
  /** What stands in its place; null: it was deleted. */
  readonly theirs: Oid | null
  /** Hidden: a person told git to keep their edits of it out of commits. */
  readonly visibility: 'visible' | 'hidden'
  /** As nobody had written to it since. */
  readonly seen: Pick<FileState, 'size' | 'mtimeNs' | 'mode'>
}

/** Beside the file, under its name. */
export const noteOf = (file: string): string => `${file}.json`

/** On the disk for good. */
export const writeNote = (file: string, { seen, ...note }: StillOpen): Promise<void> => {
  const { size, mtimeNs, mode } = seen
  const text = { ...note, size: String(size), mtimeNs: String(mtimeNs), mode }
  return replaceDurably(noteOf(file), JSON.stringify(text))
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isWhole = (value: unknown): value is number | string =>
  (isText(value) || typeof value === 'number') && /^\d+$/.test(String(value))

const versionFrom = (value: unknown): Version | null => {
  const { oid, mode } = Object(value) as Record<string, unknown>
  return isText(oid) && typeof mode === 'number' ? { oid, mode } : null
}

/** Of which the note is lost: nothing tells that nobody has written to it. */
const unknown: StillOpen = {
  path: 'recovered',
  beside: 'recovered',
  was: null,
  theirs: null,
  visibility: 'visible',
  seen: { size: -1n, mtimeNs: -1n, mode: -1 },
}

export const readNote = async (file: string): Promise<StillOpen> => {
  try {
    const value: unknown = JSON.parse(await readFile(noteOf(file), 'utf8'))
    const note = Object(value) as Record<string, unknown>
    const { path, beside, theirs, size, mtimeNs, mode } = note
    if (!isText(path) || !isText(beside) || !(theirs === null || isText(theirs))) return unknown
    if (!isWhole(size) || !isWhole(mtimeNs) || !isWhole(mode)) return unknown
    const visibility = note.visibility === 'hidden' ? 'hidden' : 'visible'
    const seen = { size: BigInt(size), mtimeNs: BigInt(mtimeNs), mode: Number(mode) }
    return { path, beside, was: versionFrom(note.was), theirs, visibility, seen }
  } catch {
    return unknown
  }
}
