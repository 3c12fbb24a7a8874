import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictKept } from '../../actors/outcome.js'
import { fileId, openAmong } from '../files/open-files.js'
import { statNow } from '../files/stat-now.js'
import { hasCode } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { markStep } from '../step-mark.js'
import { isUntouched } from './file-state.js'
import { hide } from './hide.js'
import { keepAside } from './keep-aside.js'
import type { StillOpen } from './open-note.js'
import { noteOf, readNote, writeNote } from './open-note.js'
import { isOld } from './old-version.js'
import { linkBack } from './put-back.js'
import { succeeds } from './reach.js'

/** The same folder for a sync and for a command beside it. */
const openIn = ({ gitDir }: Repository): string => join(gitDir, 'gitsync', 'open')

/**
 * Keeps an old version for as long as a program has it open, which takes no room: the system would keep its content
 * too. Called by its inode, as nothing else can be while it is there. The note comes first.
 *
 * @param away absolute path where it lies
 */
export const setOpen = async (
  repository: Repository,
  away: string,
  note: StillOpen,
): Promise<void> => {
  const folder = openIn(repository)
  await mkdir(folder, { recursive: true })
  const found = statNow(away)
  if (found === null) return
  const file = join(folder, String(found.ino))
  await writeNote(file, note)
  markStep('open-noted')
  await rename(away, file)
}

/** Milliseconds. A command beside a sync may have written a note just now, whose file is about to come. */
const awhile = 60_000

const isForsaken = (folder: string, name: string): boolean => {
  const [, ino] = /^(\d+)\.json(?:\.new)?$/.exec(name) ?? []
  if (ino === undefined || statNow(join(folder, ino)) !== null) return false
  const note = statNow(join(folder, name))
  return note !== null && Number(note.mtimeMs) < Date.now() - awhile
}

const isBarred = (error: unknown): boolean =>
  ['EACCES', 'EPERM', 'EROFS'].some((code) => hasCode(error, code))

/**
 * Into the work tree, so that what the program goes on to write is synced: in its place, or under a conflict copy's
 * name. Where nobody may write it stays, and is looked at again.
 */
const giveBack = async (
  repository: Repository,
  file: string,
  { path, beside, theirs, visibility }: StillOpen,
): Promise<readonly ConflictKept[]> => {
  const isDeleted = theirs === null && path === beside
  try {
    if (isDeleted && visibility === 'hidden') await hide(repository, path)
    if (isDeleted && (await linkBack(repository, file, path))) return []
    const seconds = Math.floor(Date.now() / 1000)
    const aside = await keepAside(repository, file, beside, seconds, visibility)
    if (aside === null) return []
    return [{ type: 'ConflictKept', path, copy: aside.copy, ours: aside.blob, theirs }]
  } catch (error) {
    if (isBarred(error)) return []
    throw error
  }
}

/** Whether it is as it was, which its stat does not tell where somebody has set the time. */
const isAsWas = async (
  repository: Repository,
  file: string,
  { path, was }: StillOpen,
): Promise<boolean> => was !== null && isOld(repository, { path, from: was, to: null }, file)

const isVersion = (name: string): boolean => /^\d+$/.test(name)

/** Old versions that were written to since they were replaced come into the work tree. @returns what got another name */
export const keepWritten = async (repository: Repository): Promise<readonly ConflictKept[]> => {
  const folder = openIn(repository)
  if (statNow(folder)?.isDirectory() !== true) return []
  const facts: ConflictKept[] = []
  for (const name of (await readdir(folder)).filter(isVersion)) {
    const file = join(folder, name)
    const [note, found] = [await readNote(file), statNow(file)]
    if (found === null) continue
    const { ino } = found
    if (isUntouched({ dev: 0, ino, ...note.seen }, found)) continue
    if (await isAsWas(repository, file, note)) {
      const { size, mtimeNs, mode } = found
      await writeNote(file, { ...note, seen: { size, mtimeNs, mode: Number(mode) } })
    } else facts.push(...(await giveBack(repository, file, note)))
    if (statNow(file) === null) await rm(noteOf(file), { force: true })
  }
  return facts
}

/**
 * Old versions that no program has open any more go, unless their content became another.
 *
 * @returns what got another name
 */
export const dropClosed = async (repository: Repository): Promise<readonly ConflictKept[]> => {
  const folder = openIn(repository)
  if (statNow(folder)?.isDirectory() !== true) return []
  // First what there is, as a command beside a sync may bring more; then who has it open; then what became of it.
  const names = await readdir(folder)
  const there = names.filter(isVersion).flatMap((name) => {
    const stat = statNow(join(folder, name))
    return stat === null ? [] : [{ file: join(folder, name), id: fileId(stat) }]
  })
  const open = await openAmong(new Set(there.map(({ id }) => id)))
  const facts: ConflictKept[] = []
  for (const { file } of there.filter(({ id }) => !open.has(id))) {
    const note = await readNote(file)
    if (await isAsWas(repository, file, note)) await rm(file, { force: true })
    else facts.push(...(await giveBack(repository, file, note)))
    if (statNow(file) === null) await rm(noteOf(file), { force: true })
  }
  for (const name of names) if (isForsaken(folder, name)) await rm(join(folder, name))
  await succeeds(rmdir(folder))
  return facts
}
