import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from './byte-name.js'
import { flushMany, tryFlush } from './flush.js'
import { foldersOf } from './folders.js'
import { seenNow } from './stat-now.js'

/** What lies on the way to a path, as far as it stands: a folder that is gone leaves its mark in the one above. */
const innermost = (workTree: string, path: RepoPath): RepoPath =>
  foldersOf(path).findLast((folder) => seenNow(fileAt(workTree, folder))?.isDirectory()) ?? '.'

const foldersAt = (workTree: string, paths: readonly RepoPath[]): readonly (string | Buffer)[] => {
  const folders = new Set(paths.map((path) => innermost(workTree, path)))
  return [...folders].map((folder) => fileAt(workTree, folder))
}

/** The folders of a work tree that files came to or went from. */
export const flushFolders = (workTree: string, paths: readonly RepoPath[]): Promise<void> =>
  flushMany(foldersAt(workTree, paths), workTree)

/** The same, and what stands at the paths; others are at work on it, and what cannot be flushed is left. */
export const flushPaths = (workTree: string, paths: readonly RepoPath[]): Promise<void> => {
  const files = paths
    .map((path) => fileAt(workTree, path))
    .filter((file) => seenNow(file)?.isFile() === true)
  return tryFlush([...files, ...foldersAt(workTree, paths)], workTree)
}
