import type { RepoPath } from '../../actors/outcome.js'
import { conflictCopyPath } from './conflict-name.js'
import { allFoldersOf } from '../files/folders.js'
import { fileMode } from '../libgit2.js'
import type { MergedFile, Placed, Times, Version } from '../tree/version.js'
import { isSame } from '../tree/version.js'

/** Says where a version is kept that cannot have its own path; null where no copy can be made of it. */
export type CopyOf = (lost: Placed) => RepoPath | null

/**
 * Gives copies their names beside the files of a tree: the first one, a second later than the next, that no other
 * version has. Where the same version has it already, a second copy would say nothing.
 *
 * @param files what has its own path in the tree
 */
export const namingCopies = (files: readonly MergedFile[], times: Times): CopyOf => {
  const taken = new Map<RepoPath, Version>(files.map(({ path, version }) => [path, version]))
  const folders = allFoldersOf(files.map(({ path }) => path))
  return ({ path, version, side }) => {
    // No .gitmodules tells git where to find a submodule under another name; its commit stays in the history.
    if (version.mode === fileMode.commit) return null
    for (let later = 0; ; later += 1) {
      const copy = conflictCopyPath(path, times[side], version.oid, later)
      const there = taken.get(copy)
      if (there !== undefined && isSame(there, version)) return copy
      if (taken.has(copy) || folders.has(copy)) continue
      taken.set(copy, version)
      return copy
    }
  }
}
