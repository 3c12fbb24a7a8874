import { mkdir, readFile, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictKept, Oid, RepoPath } from '../../actors/outcome.js'
import { openBelow } from '../files/open-below.js'
import { replaceDurably } from '../files/replace-durably.js'
import { statNow } from '../files/stat-now.js'
import type { Repository } from '../repository.js'
import { markStep } from '../step-mark.js'
import type { FileState } from './file-state.js'
import { isUntouched } from './file-state.js'
import { keepAside } from './keep-aside.js'
import { linkBack } from './put-back.js'
import { succeeds } from './reach.js'

/** Of an old version that a program had open when it was replaced or deleted. */
interface StillOpen {
  readonly path: RepoPath
  /** Where it is kept: its own path, unless that lies in a submodule now. */
  readonly beside: RepoPath
  /** What stands in its place; null: it was deleted. */
  readonly theirs: Oid | null
  /** As nobody had written to it since. */
  readonly seen: Pick<FileState, 'size' | 'mtimeNs' | 'mode'>
}

/** The same folder for a sync and for a command beside it. */
const openIn = ({ gitDir }: Repository): string => join(gitDir, 'gitsync', 'open')

const noteOf = (file: string): string => `${file}.json`

/**
 * Keeps an old version for as long as a program has it open, which takes no room: the system would keep its content
 * too. Called by its inode, as nothing else can be while it is there. The note comes first.
 *
 * @param away absolute path where it lies
 */
export const setOpen = async (
  repository: Repository,
  away: string,
  { seen, ...note }: StillOpen,
): Promise<void> => {
  const folder = openIn(repository)
  await mkdir(folder, { recursive: true })
  const found = statNow(away)
  if (found === null) return
  const file = join(folder, String(found.ino))
  const { size, mtimeNs, mode } = seen
  const text = { ...note, size: String(size), mtimeNs: String(mtimeNs), mode }
  await replaceDurably(noteOf(file), JSON.stringify(text))
  markStep('open-noted')
  await rename(away, file)
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isWhole = (value: unknown): value is number | string =>
  (isText(value) || typeof value === 'number') && /^\d+$/.test(String(value))

const readNote = async (file: string): Promise<StillOpen | null> => {
  try {
    const value: unknown = JSON.parse(await readFile(noteOf(file), 'utf8'))
    const { path, beside, theirs, size, mtimeNs, mode } = Object(value) as Record<string, unknown>
    if (!isText(path) || !isText(beside) || !(theirs === null || isText(theirs))) return null
    if (!isWhole(size) || !isWhole(mtimeNs) || !isWhole(mode)) return null
    const seen = { size: BigInt(size), mtimeNs: BigInt(mtimeNs), mode: Number(mode) }
    return { path, beside, theirs, seen }
  } catch {
    return null
  }
}

/** Milliseconds. A command beside a sync may have written a note just now, whose file is about to come. */
const awhile = 60_000

const isForsaken = (folder: string, name: string): boolean => {
  const [, ino] = /^(\d+)\.json(?:\.new)?$/.exec(name) ?? []
  if (ino === undefined || statNow(join(folder, ino)) !== null) return false
  const note = statNow(join(folder, name))
  return note !== null && Number(note.mtimeMs) < Date.now() - awhile
}

/** Into the work tree, so that what the program goes on to write is synced: in its place, or under a conflict copy's name. */
const giveBack = async (
  repository: Repository,
  file: string,
  note: StillOpen | null,
): Promise<readonly ConflictKept[]> => {
  const { path, beside, theirs } = note ?? { path: 'recovered', beside: 'recovered', theirs: null }
  const isDeleted = note !== null && theirs === null && path === beside
  if (isDeleted && (await linkBack(repository, file, path))) return []
  const aside = await keepAside(repository, file, beside, Math.floor(Date.now() / 1000))
  if (aside === null) return []
  return [{ type: 'ConflictKept', path, copy: aside.copy, ours: aside.blob, theirs }]
}

const isEdited = (file: string, note: StillOpen | null): boolean => {
  const found = statNow(file)
  if (found === null || note === null) return found !== null
  return !isUntouched({ dev: 0, ino: found.ino, ...note.seen }, found)
}

const isVersion = (name: string): boolean => /^\d+$/.test(name)

/** Old versions that were written to since they were replaced come into the work tree. @returns what got another name */
export const keepWritten = async (repository: Repository): Promise<readonly ConflictKept[]> => {
  const folder = openIn(repository)
  if (statNow(folder) === null) return []
  const facts: ConflictKept[] = []
  for (const name of (await readdir(folder)).filter(isVersion)) {
    const file = join(folder, name)
    const note = await readNote(file)
    if (!isEdited(file, note)) continue
    facts.push(...(await giveBack(repository, file, note)))
    await rm(noteOf(file), { force: true })
  }
  return facts
}

/** Old versions that no program has open any more, and that none has written to, go. */
export const dropClosed = async (repository: Repository): Promise<void> => {
  const folder = openIn(repository)
  if (statNow(folder) === null) return
  // Before the look: what was written by a program that has closed its file since is seen.
  const open = (await openBelow(folder)) ?? new Set()
  const names = await readdir(folder)
  for (const name of names.filter((one) => isVersion(one) && !open.has(one))) {
    const file = join(folder, name)
    if (isEdited(file, await readNote(file))) continue
    await rm(file, { force: true })
    await rm(noteOf(file), { force: true })
  }
  for (const name of names) if (isForsaken(folder, name)) await rm(join(folder, name))
  await succeeds(rmdir(folder))
}
