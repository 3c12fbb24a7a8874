import { execFile } from 'node:child_process'
import { closeSync, constants, fsync, openSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { hasCode } from '../problem/error-code.js'
import { statNow } from './stat-now.js'

/** Flushes at the same time: the threads that Node has for files. Others wait for a flush's few milliseconds at most. */
const atOnce = pLimit(4)

const sync = promisify(fsync)

/** Whoever opens a FIFO otherwise may wait for ever. */
const readOnly = constants.O_RDONLY | constants.O_NONBLOCK

/** At once, without a thread. What was packed or tidied away meanwhile is nothing to flush. */
const openedNow = (path: string | Buffer): number | null => {
  try {
    return openSync(path, readOnly)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
}

const flushOne = async (path: string | Buffer): Promise<void> => {
  const opened = openedNow(path)
  if (opened === null) return
  try {
    await sync(opened)
  } catch (error) {
    // Windows flushes only what is open for writing.
    if (!hasCode(error, 'EPERM')) throw error
  } finally {
    closeSync(opened)
  }
}

/** Brings files and folders to the disk, together: a file system writes its journal once for many, and not for each. */
export const flush = async (paths: readonly (string | Buffer)[]): Promise<void> => {
  await Promise.all(paths.map((path) => atOnce(() => flushOne(path))))
}

/** Past this many the whole file system is flushed at once, which takes as long as some dozens of files. */
const many = 64

/** Whether it could be done: `sync -f` is of Linux. */
const flushFileSystem = (folder: string): Promise<boolean> =>
  promisify(execFile)('sync', ['-f', folder]).then(
    () => true,
    () => false,
  )

/** The same for any number of them, which are on the same file system as that folder. */
export const flushMany = async (
  paths: readonly (string | Buffer)[],
  folder: string,
): Promise<void> => {
  if (paths.length > many && (await flushFileSystem(folder))) return
  await flush(paths)
}

/** The same, as far as it can be done. */
export const tryFlush = async (
  paths: readonly (string | Buffer)[],
  folder: string,
): Promise<void> => {
  if (paths.length > many && (await flushFileSystem(folder))) return
  await Promise.allSettled(paths.map((path) => atOnce(() => flushOne(path))))
}

/** Everything below a folder, and its own name. */
export const flushTree = async (folder: string): Promise<void> => {
  if (await flushFileSystem(folder)) return
  const paths = (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
  // To open anything else may wait for ever, or reach out of the folder.
  const own = paths.filter((path) => {
    const seen = statNow(path)
    return seen?.isFile() === true || seen?.isDirectory() === true
  })
  await flush([...own, folder])
}
