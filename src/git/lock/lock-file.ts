import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { link, open, rm, stat } from 'node:fs/promises'
import { cannotLink } from '../files/without-links.js'
import { hasCode } from '../problem/error-code.js'
import type { ProcessIdentity } from './process-identity.js'
import { fieldOf, isAlive, parseProcess, thisProcess } from './process-identity.js'
import { isHere } from './running-system.js'

/** Milliseconds after which a file that names nobody is what a power loss left of one. */
const settled = 5_000

/** Whether another link of a file is seen to be the same file: some network file systems number them anew, others have no links. */
const isKnownByInode = async (file: string, inode: bigint): Promise<boolean> => {
  const probe = `${file}.probe`
  await rm(probe, { force: true })
  try {
    await link(file, probe)
  } catch (error) {
    if (cannotLink(error)) return false
    throw error
  }
  const seen = await stat(probe, { bigint: true })
  await rm(probe)
  return seen.ino === inode
}

/**
 * Writes who we are into a new file, which becomes a lock by being linked into place. It is on disk for good before, so
 * that a power loss leaves no lock that names nobody; and it says which file it is, so that a copy is known.
 *
 * @returns what stands in it
 */
export const writeSigned = async (file: string, before: string, after: string): Promise<string> => {
  await rm(file, { force: true })
  const handle = await open(file, 'wx')
  try {
    const { ino } = await handle.stat({ bigint: true })
    const inode = (await isKnownByInode(file, ino)) ? String(ino) : ''
    const text = `${before}${thisProcess} inode=${inode}${after}\n`
    await handle.writeFile(text)
    await handle.sync()
    return text
  } finally {
    await handle.close()
  }
}

export interface LockFile {
  readonly text: string
  /** Null where it names nobody. */
  readonly holder: ProcessIdentity | null
  /** This very process wrote it, and knows whether it still works under it. */
  readonly own: boolean
  /** It came here with a copy of the repository, or out of a backup. */
  readonly copied: boolean
  /** Milliseconds since it was written. */
  readonly age: number
}

/** Null where there is no such file. */
export const readLock = (file: string, before: string): LockFile | null => {
  try {
    const fd = openSync(file, 'r')
    try {
      const { ino, mtimeMs } = fstatSync(fd, { bigint: true })
      const text = readFileSync(fd, 'utf8')
      const holder = text.startsWith(before) ? parseProcess(text.slice(before.length)) : null
      const inode = fieldOf(text, 'inode')
      const copied = holder !== null && isHere(holder) && inode !== '' && inode !== String(ino)
      const own = text.startsWith(`${before}${thisProcess} `)
      return { text, holder, own, copied, age: Date.now() - Number(mtimeMs) }
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Whether the one who wrote it holds it no longer; one that names nobody is somebody's. */
export const isForsaken = ({ holder, copied }: LockFile): boolean =>
  holder !== null && (copied || !isAlive(holder))

/** The same for a file that nobody but us writes: where it names nobody, a power loss emptied it. */
export const isOursForsaken = (lock: LockFile): boolean =>
  lock.holder === null ? lock.age > settled : isForsaken(lock)
