import type { RepoPath } from '../../actors/outcome.js'
import { isByteName } from '../files/byte-name.js'
import type { GitIndex, GitIndexEntry } from '../git-objects.js'
import { assumeUnchanged, indexFlag } from '../libgit2.js'
import { inSlices } from '../slices.js'

/** What a person told git of an entry, to keep their own edits of it out of commits. */
export type Withholding = Pick<GitIndexEntry, 'flags' | 'flagsExtended'>

const withholdingOf = (index: GitIndex, path: RepoPath): Withholding | null => {
  const entry = isByteName(path) ? undefined : index.getByPath(path)
  if (entry === undefined) return null
  const flags = entry.flags & assumeUnchanged
  const flagsExtended = entry.flagsExtended & indexFlag.skipWorktree
  return flags === 0 && flagsExtended === 0 ? null : { flags, flagsExtended }
}

/**
 * `git update-index --assume-unchanged` and `--skip-worktree`: git looks at such files no more. All are asked before
 * anything else is at work on the index, which libgit2 does not lock for this.
 */
export const withheldIn = async (
  index: GitIndex,
  paths: readonly RepoPath[],
): Promise<ReadonlyMap<RepoPath, Withholding>> => {
  const withheld = new Map<RepoPath, Withholding>()
  for await (const [path, found] of inSlices(paths, (one) => withholdingOf(index, one)))
    if (found !== null) withheld.set(path, found)
  return withheld
}
