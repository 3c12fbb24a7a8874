import { statfs } from 'node:fs/promises'
import type { Problem } from '../../../actors/problem.js'
import { GitFailure, problemOf } from '../../problem/problem.js'
import { objectsOf, removeLeftovers } from './leftovers.js'
import type { Transport } from '../port.js'

/** What a disk has left: git needs both. */
export interface Room {
  readonly bytes: number
  readonly files: number
}

interface Surroundings {
  readonly roomIn: (folder: string) => Promise<Room>
  /** Milliseconds. */
  readonly now: () => number
}

const surroundings: Surroundings = {
  roomIn: async (folder) => {
    const { bavail, bsize, ffree } = await statfs(folder)
    return { bytes: bavail * bsize, files: ffree }
  },
  now: Date.now,
}

/** git itself calls an unfinished file garbage by then. */
const day = 24 * 3_600_000

/** A quota is full while the disk is not. */
const longestRefusal = 15 * 60_000

/** The kernel stamps files with a clock that is a tick behind. */
const tick = 20

/** Clearly more than what was not enough: others write and delete all the time. */
const grew = (before: number, now: number, least: number): boolean =>
  now > Math.max(before * 1.5, before + least)

/**
 * A fetch that takes away what a failed one left half-written, and that does not fill a disk again which has no more room
 * than when it was filled: whatever a person frees is theirs first.
 */
export const tidyFetch = (
  fetch: Transport['fetch'],
  { roomIn, now }: Surroundings = surroundings,
): Transport['fetch'] => {
  const swept = { once: false }
  /** When the first fetch began whose leftovers are still there: their writer did not end. */
  let owedSince: number | null = null
  let filled: { readonly problem: Problem; readonly room: Room; readonly at: number } | null = null

  const isStillFull = async (gitDir: string): Promise<boolean> => {
    if (filled === null || now() - filled.at >= longestRefusal) return false
    const room = await roomIn(await objectsOf(gitDir))
    return !(
      grew(filled.room.bytes, room.bytes, 2 ** 20) || grew(filled.room.files, room.files, 100)
    )
  }

  const tidyUp = async (gitDir: string, began: number): Promise<void> => {
    const since = owedSince ?? began
    // A folder may be one in which a person's `git add` gathers whole objects: it goes by its age alone.
    const gone = await removeLeftovers(
      gitDir,
      (stats) => !stats.isDirectory() && stats.birthtimeMs >= since,
    )
    owedSince = gone ? null : since
  }

  return async (request) => {
    const { gitDir } = request
    if (!swept.once) await removeLeftovers(gitDir, ({ mtimeMs }) => mtimeMs < Date.now() - day)
    swept.once = true
    if (filled !== null && (await isStillFull(gitDir))) throw new GitFailure(filled.problem)
    const began = Date.now() - tick
    try {
      const result = await fetch(request)
      filled = null
      if (owedSince !== null) await tidyUp(gitDir, began)
      return result
    } catch (error) {
      await tidyUp(gitDir, began)
      const problem = problemOf(error)
      if (problem.kind === 'disk-full')
        filled = { problem, room: await roomIn(await objectsOf(gitDir)), at: now() }
      throw error
    }
  }
}
