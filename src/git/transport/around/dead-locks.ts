import { readFile, realpath, rm, stat } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { TransportRequest } from '../../../actors/ports.js'
import { gitWorksIn } from '../../program/git-processes.js'
import { trackingRef } from '../port.js'
import { commonDirOf } from '../remote/read-ref.js'

/** Milliseconds. git and libgit2 hold these locks for a moment. */
const minute = 60_000

/** Names of commits, or the beginning of them: nothing else is ever written there. */
const unfinished = /^(?:[0-9a-f]{40}\n)*[0-9a-f]{0,40}$/

const isUnfinished = async (lock: string, booted: number): Promise<boolean> =>
  (await stat(lock)).mtimeMs < Math.max(Date.now() - minute, booted) &&
  unfinished.test(await readFile(lock, 'latin1'))

/** Milliseconds since the epoch. */
const bootOfSystem = (): number => Date.now() - uptime() * 1000

/**
 * Clears the locks that a killed transfer left: on the tracking ref, and on the list of shallow commits. Called while
 * none of ours runs; a lock is dead when it is old or of the time before the boot, unfinished, and no git works in the
 * repository. Where that cannot be known, it is waited for.
 */
export const clearDeadLocks = async (
  path: string,
  request: TransportRequest,
  booted = bootOfSystem(),
): Promise<void> => {
  const commonDir = await commonDirOf(request.gitDir)
  for (const name of [`${trackingRef(request)}.lock`, 'shallow.lock']) {
    const lock = join(commonDir, name)
    if (!(await isUnfinished(lock, booted).catch(() => false))) continue
    const folders = await Promise.all([path, request.gitDir, commonDir].map((one) => realpath(one)))
    if ((await gitWorksIn(folders)) === false) await rm(lock, { force: true })
  }
}
