import fs from 'node:fs'
import type { PathLike, Stats } from 'node:fs'

/** Old kernels and some sandboxes give the change time as the time of birth: then it tells nothing. */
const birthIsTold = (() => {
  const program = fs.statSync(process.execPath)
  return program.birthtimeMs !== program.ctimeMs
})()

/**
 * Tells one directory from another under the same name; null where there is no directory. The time
 * of birth is part of it because file systems hand a freed inode number out again at once.
 */
const identityIn = (stats: Stats | undefined): string | null =>
  stats?.isDirectory() === true
    ? `${String(stats.dev)}:${String(stats.ino)}:${String(birthIsTold ? stats.birthtimeMs : 0)}`
    : null

const quietly = (look: () => Stats | undefined): Stats | undefined => {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** The directory of this very name; a symbolic link is none. */
export const directoryIdentity = (path: PathLike): string | null =>
  identityIn(quietly(() => fs.lstatSync(path, { throwIfNoEntry: false })))

/** The directory that this name leads to. */
export const targetIdentity = (path: PathLike): string | null =>
  identityIn(quietly(() => fs.statSync(path, { throwIfNoEntry: false })))
