import { rmSync } from 'node:fs'
import { realpath, unlink } from 'node:fs/promises'
import { statNow } from '../files/stat-now.js'
import { linkOrCopy } from '../files/without-links.js'
import { hasCode, orAbsent } from '../problem/error-code.js'
import { isForsaken, readLock, writeSigned } from '../lock/lock-file.js'
import { failure } from '../problem/problem.js'
import { gitWorksIn } from '../program/git-processes.js'

/** git's own lock of its index, with our sign in it. */
export interface IndexLock {
  /** Whether it is ours and nobody works under it. */
  readonly isLeft: () => boolean
  /** Removes such a one; any other stays. */
  readonly clear: () => void
  /** @throws GitFailure `locked` where somebody else holds it */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>
}

/** What our lock begins with. */
const mark = 'gitsync '

const tries = 3

/** The locks that this process holds or is about to take; a sync and an `undo` share one. */
const inUse = new Set<string>()

type State = 'free' | 'left' | 'held'

/** Left: it is of a process that is dead, or of ours, which could not give it back: `.git` was shut, or its disk away. */
const stateOf = (lock: string): State => {
  const found = readLock(lock, mark)
  if (found === null) return 'free'
  return isForsaken(found) || found.own ? 'left' : 'held'
}

/** @returns whether it is free */
const removeLeft = (lock: string): boolean => {
  const state = stateOf(lock)
  if (state === 'left') rmSync(lock, { force: true })
  return state !== 'held'
}

/** A process that ends in the middle of its work, as after a second signal, leaves no lock in anybody's way. */
const removeHeld = (): void => {
  for (const lock of inUse) removeLeft(lock)
}

/** Milliseconds between a note and the lock that is then made, at the most. */
const soon = 2_000n

/**
 * Removes the lock that a kill left empty where there are no hard links: one that came right after the note of a dead
 * process. A git's own is empty for as long as it works, so that none may work there.
 */
const clearUnsigned = async (
  lock: string,
  note: string,
  folders: readonly string[],
): Promise<void> => {
  const [noted, noteStat, stat] = [readLock(note, mark), statNow(note), statNow(lock)]
  if (noted === null || noteStat === null || stat?.size !== 0n || !isForsaken(noted)) return
  const later = stat.mtimeMs - noteStat.mtimeMs
  if (later < 0n || later > soon) return
  const real = await Promise.all(folders.map((one) => realpath(one)))
  if ((await gitWorksIn(real)) === false) rmSync(lock, { force: true })
}

/**
 * @param lock absolute path of git's lock
 * @param signed absolute path for a file of ours on the same file system: it is linked into place whole, so that no
 * kill leaves a lock of ours without its sign
 * @param folders where git works that uses this lock
 */
export const openIndexLock = async (
  lock: string,
  signed: string,
  folders: readonly string[],
): Promise<IndexLock> => {
  const note = `${signed}.copied`
  await clearUnsigned(lock, note, folders)
  const sign = () => writeSigned(signed, mark, '')
  // Of this process: a lock that a killed run left is another link of its own.
  await sign()

  const locked = () =>
    failure(
      'locked',
      `${lock} is held by another git command.`,
      'It is waited for. If no git command is running, remove that file.',
    )

  const take = async (): Promise<void> => {
    for (let n = 0; n < tries; n += 1) {
      try {
        linkOrCopy(signed, lock, note)
        return
      } catch (error) {
        if (hasCode(error, 'ENOENT')) await sign()
        else if (!hasCode(error, 'EEXIST')) throw error
        else if (!removeLeft(lock)) break
      }
    }
    throw locked()
  }

  return {
    isLeft: () => !inUse.has(lock) && stateOf(lock) === 'left',
    clear: () => {
      if (!inUse.has(lock)) removeLeft(lock)
    },
    hold: async (work) => {
      if (inUse.has(lock)) throw locked()
      if (!process.listeners('exit').includes(removeHeld)) process.once('exit', removeHeld)
      inUse.add(lock)
      try {
        await take()
        return await work().finally(() => orAbsent(unlink(lock)))
      } finally {
        inUse.delete(lock)
      }
    },
  }
}
