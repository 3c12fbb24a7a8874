import type { Stats } from 'node:fs'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
} from 'node:fs'
import { join } from 'node:path'
import { sharedMode } from './files/shared-rights.js'
import type { Repository } from './repository.js'

/** What is there; nothing where it is gone by now, or may not be looked at. */
const tried = <T>(look: () => T): T | null => {
  try {
    return look()
  } catch {
    return null
  }
}

interface Folder {
  /** Another one when something came to it. */
  readonly mtimeMs: number
  readonly folders: readonly string[]
}

const isFolder = (file: string): boolean => tried(() => lstatSync(file))?.isDirectory() === true

/** `git clone` of a path links objects: such a one is of another repository, too, whose rights are its own. */
const isAlone = ({ nlink }: Stats): boolean => nlink < 2

/**
 * Gives what this user made in `.git` the rights that `core.sharedRepository` asks for, as git does at once and libgit2
 * never: without them no other member of the group can commit.
 *
 * @returns what does so, to be called after each step. Only where something came to a folder are its files looked at again.
 */
export const openSharing = ({ gitDir, commonDir, ownDir, shared }: Repository): (() => void) => {
  if (shared === null || process.getuid === undefined) return () => undefined
  const user = process.getuid()
  const known = new Map<string, Folder>()

  /** The same one that was looked at, or none: another member of the group may put a link to something private there. */
  const chmod = (file: string, seen: Stats, mode: number): void => {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
    const opened = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      if (fstatSync(opened).ino === seen.ino) fchmodSync(opened, mode)
    } finally {
      closeSync(opened)
    }
  }

  const give = (file: string, seen: Stats, kind: 'file' | 'folder'): void => {
    const now = seen.mode & 0o7777
    const wanted = sharedMode(shared, now, kind)
    if (seen.uid === user && wanted !== now) tried(() => { chmod(file, seen, wanted) }) // prettier-ignore
  }

  const giveOne = (file: string, isOurs: (seen: Stats) => boolean = () => true): void => {
    const found = tried(() => lstatSync(file))
    if (found?.isDirectory() === true) give(file, found, 'folder')
    if (found?.isFile() === true && isOurs(found)) give(file, found, 'file')
  }

  const filesIn = (folder: string): readonly string[] =>
    (tried(() => readdirSync(folder)) ?? []).map((name) => join(folder, name))

  const giveAll = (folder: string): void => {
    const found = tried(() => lstatSync(folder))
    if (found?.isDirectory() !== true) return
    give(folder, found, 'folder')
    const before = known.get(folder)
    const isAsBefore = before?.mtimeMs === found.mtimeMs
    const files = isAsBefore ? [] : filesIn(folder)
    for (const file of files) giveOne(file, isAlone)
    const folders = isAsBefore ? before.folders : files.filter(isFolder)
    known.set(folder, { mtimeMs: found.mtimeMs, folders })
    for (const one of folders) giveAll(one)
  }

  return () => {
    for (const name of ['objects', 'refs', 'logs']) giveAll(join(commonDir, name))
    if (gitDir !== commonDir) giveAll(join(gitDir, 'logs'))
    giveAll(join(ownDir, 'rules'))
    // What a move renders or sets aside there goes to the work tree, whose rights are none of this setting's.
    for (const file of [join(gitDir, 'index'), ownDir, ...filesIn(ownDir)]) giveOne(file)
  }
}
