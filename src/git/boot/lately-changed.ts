import { setImmediate } from 'node:timers/promises'
import type { RepoPath } from '../../actors/outcome.js'
import type { GitIndex } from '../git-objects.js'
import { changedAt } from '../index/index-entry.js'

/** Nanoseconds after which a file system has written what it was given; Linux takes half a minute. */
const settled = 120_000_000_000n

/** Entries looked at between two turns of the event loop: some milliseconds. */
const slice = 1024

/**
 * Files that were changed not long before the last change that the index knows of. The power was there until then at the
 * least, so that all others had come to the disk.
 *
 * @param now nanoseconds since the epoch: what a wrong clock has changed later than that is none
 */
export const latelyChanged = async (index: GitIndex, now: bigint): Promise<readonly RepoPath[]> => {
  const found: (readonly [path: RepoPath, at: bigint])[] = []
  let last = 0n
  for (let n = 0; n < index.entryCount(); n += 1) {
    const entry = index.getByIndex(n)
    const at = changedAt(entry)
    const isTold = at > 0n && at <= now
    if (isTold && at > last - settled) found.push([entry.path, at])
    if (isTold && at > last) last = at
    if (n % slice === slice - 1) await setImmediate()
  }
  return found.filter(([, at]) => at > last - settled).map(([path]) => path)
}
