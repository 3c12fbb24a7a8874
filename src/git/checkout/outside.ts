import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { foldersOf } from '../files/folders.js'
import { fileMode } from '../libgit2.js'
import type { TreeDelta } from '../tree/tree-changes.js'

/** Paths that are a submodule before or after a move. */
export const submodulesIn = (deltas: readonly TreeDelta[]): ReadonlySet<RepoPath> =>
  new Set(
    deltas
      .filter(({ from, to }) => from?.mode === fileMode.commit || to?.mode === fileMode.commit)
      .map(({ path }) => path),
  )

/** Where a path would lie outside of every submodule: what lies in the folder of one is in none of our commits. */
export const outsideOf = (submodules: ReadonlySet<RepoPath>, path: RepoPath): RepoPath => {
  const around = foldersOf(path).find((folder) => submodules.has(folder))
  return around === undefined ? path : posix.join(posix.dirname(around), posix.basename(path))
}
