import { open } from 'node:fs/promises'
import pLimit from 'p-limit'
import { hasCode, orAbsent } from './error-code.js'

/** Flushes at the same time: the threads that Node has for files. Others wait for a flush's few milliseconds at most. */
const atOnce = pLimit(4)

const flushOne = async (path: string): Promise<void> => {
  // What was packed or tidied away meanwhile is nothing to flush.
  const handle = await orAbsent(open(path, 'r'))
  if (handle === null) return
  try {
    await handle.sync()
  } catch (error) {
    // Windows flushes only what is open for writing.
    if (!hasCode(error, 'EPERM')) throw error
  } finally {
    await handle.close()
  }
}

/** Brings files and folders to the disk, together: a file system writes its journal once for many, and not for each. */
export const flush = async (paths: readonly string[]): Promise<void> => {
  await Promise.all(paths.map((path) => atOnce(() => flushOne(path))))
}
