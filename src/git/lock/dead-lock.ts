import { readFile, realpath, rm, stat } from 'node:fs/promises'
import { uptime } from 'node:os'
import { gitWorksIn } from '../program/git-processes.js'

/** Milliseconds. git and libgit2 hold the lock of a reference for a moment. */
const minute = 60_000

/** Names of commits, or the beginning of them: nothing else is ever written there. */
const unfinished = /^(?:[0-9a-f]{40}\n)*[0-9a-f]{0,40}$/

const isUnfinished = async (lock: string, booted: number): Promise<boolean> =>
  (await stat(lock)).mtimeMs < Math.max(Date.now() - minute, booted) &&
  unfinished.test(await readFile(lock, 'latin1'))

/** Milliseconds since the epoch. */
export const bootOfSystem = (): number => Date.now() - uptime() * 1000

/**
 * Clears locks of references that are dead: old or of the time before the boot, unfinished, and no git works in any of
 * these folders. Where that cannot be known, they are waited for.
 */
export const clearDead = async (
  locks: readonly string[],
  folders: readonly string[],
  booted: number,
): Promise<void> => {
  for (const lock of locks) {
    if (!(await isUnfinished(lock, booted).catch(() => false))) continue
    const real = await Promise.all(folders.map((one) => realpath(one)))
    if ((await gitWorksIn(real)) === false) await rm(lock, { force: true })
  }
}
