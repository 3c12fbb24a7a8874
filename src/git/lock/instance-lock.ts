import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fs from 'fs-extra'
import { linkOrCopy } from '../files/without-links.js'
import { hasCode } from '../problem/error-code.js'
import type { LockFile } from './lock-file.js'
import { isForsaken, isOursForsaken, readLock, writeSigned } from './lock-file.js'
import { failure } from '../problem/problem.js'
import type { ProcessIdentity } from './process-identity.js'
import type { Repository } from '../repository.js'

/** A dead holder is taken over this often before somebody else is believed to be quicker every time. */
const tries = 10

/** Milliseconds between two tries. */
const pause = 20

const held = (workTree: string, lock: string, holder: string): Error =>
  failure(
    'already-running',
    `Another gitsync syncs ${workTree} already: ${holder}.`,
    `Leave the work to that one, or stop it (gitsync service uninstall, or kill its process). If it is gone for good, remove ${lock}.`,
  )

/** What stands in the locks that this process holds or is about to take. */
const inUse = new Set<string>()

/** Of one that is dead; or of this process, which could not give it back: `.git` was shut, or its disk away. */
const isLeft = (found: LockFile): boolean =>
  isForsaken(found) || (found.own && !inUse.has(found.text))

const nameOf = ({ text, holder }: LockFile): string =>
  holder === null ? text.trim() : `process ${String(holder.pid)} on ${holder.host}`

/**
 * Of several that start at once only one may clear a dead holder's lock, or it would clear the next one's. The
 * guard lasts for a moment without a wait; its owner's death in that moment is told by its name.
 */
const bury = (lock: string, dead: string, signed: string): void => {
  const guard = `${lock}.takeover`
  try {
    linkOrCopy(signed, guard)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const found = readLock(guard, '')
    if (found !== null && (isOursForsaken(found) || isLeft(found))) rmSync(guard, { force: true })
    return
  }
  if (readLock(lock, '')?.text === dead) rmSync(lock, { force: true })
  rmSync(guard)
}

/** Who syncs this work tree now; null: nobody, whatever a dead one left. Takes nothing over. */
export const readInstanceHolder = ({
  ownDir,
}: Pick<Repository, 'ownDir'>): ProcessIdentity | null => {
  const found = readLock(join(ownDir, 'instance.lock'), '')
  return found === null || isLeft(found) ? null : found.holder
}

export interface InstanceLock {
  /** Whether it is there still: it may have been tidied away, and another's be in its place. */
  readonly isHeld: () => boolean
  readonly giveBack: () => void
}

const take = async (workTree: string, lock: string, signed: string): Promise<void> => {
  for (let n = 0; n < tries; n += 1) {
    try {
      linkOrCopy(signed, lock)
      return
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    const found = readLock(lock, '')
    if (found !== null && found.text !== '' && !isLeft(found))
      throw held(workTree, lock, nameOf(found))
    // An empty one is given a moment: where there are no links, its owner may be about to write it.
    if (found !== null && (found.text !== '' || n > 0)) bury(lock, found.text, signed)
    await setTimeout(pause)
  }
  throw held(workTree, lock, 'one that just started')
}

/**
 * One gitsync per work tree: a lock file with its holder's identity, linked into place whole. A holder that is
 * dead, or whose pid another process has by now, is taken over.
 *
 * @throws GitFailure `already-running`, naming the holder
 */
export const takeInstanceLock = async ({ ownDir, workTree }: Repository): Promise<InstanceLock> => {
  await fs.ensureDir(ownDir)
  const lock = join(ownDir, 'instance.lock')
  // Two pipelines of one process on one work tree are two holders as well.
  const id = randomUUID()
  const signed = join(ownDir, `instance.${id}`)
  const own = await writeSigned(signed, '', ` id=${id}`)
  const isHeld = () => readLock(lock, '')?.text === own
  const giveBack = (): void => {
    inUse.delete(own)
    try {
      if (isHeld()) rmSync(lock, { force: true })
    } catch {
      // Left, and taken over by whoever comes next.
    }
  }
  inUse.add(own)
  try {
    await take(workTree, lock, signed)
    return { isHeld, giveBack }
  } catch (error) {
    inUse.delete(own)
    throw error
  } finally {
    // What stays is cleared at a start.
    await rm(signed, { force: true }).catch(() => undefined)
  }
}
