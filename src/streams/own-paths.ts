import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import fs from 'fs-extra'
import type { RepoPath } from '../actors/outcome.js'

/** Where a path really is, symbolic links followed as far as it is there already. */
const realPlace = (path: string): string => {
  try {
    return fs.realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPlace(parent), basename(path))
  }
}

/**
 * Those of the places that gitsync writes to which are in this work tree, relative to it. What is written about a
 * cycle must not be a reason for the next.
 *
 * @param root the real path of the work tree
 */
export const ownPathsIn = (root: string, places: readonly string[]): ReadonlySet<RepoPath> =>
  new Set(
    places
      .map((place) => relative(root, realPlace(resolve(place))))
      .filter((path) => path !== '' && path.split(sep)[0] !== '..' && !isAbsolute(path))
      .map((path) => path.split(sep).join('/')),
  )
