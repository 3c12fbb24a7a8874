import { fileAt } from '../files/byte-name.js'
import type { GitIndex, GitIndexEntry } from '../git-objects.js'
import { fileMode } from '../libgit2.js'
import { entryOf, seenAt, versionOf } from './index-entry.js'
import type { RepoPath } from '../../actors/outcome.js'
import { inSlices } from '../slices.js'
import { seenNow } from '../files/stat-now.js'

/** Whether the index vouches for what stands there, though it is not what was recorded. */
const isEdited = (workTree: string, entry: GitIndexEntry): boolean => {
  if (entry.mode === fileMode.commit || seenAt(entry) === 0n) return false
  const now = seenNow(fileAt(workTree, entry.path))
  // What is gone, no file any more, or not to be looked at, shows by itself.
  return now !== null && now.mtimeNs !== seenAt(entry)
}

/**
 * Has git compare the content of what was edited since it was staged. It and libgit2 compare the seconds of times alone
 * and the size, and look into a file only where it is no older than the index: an edit of the same length and in the
 * same second, made before the index is written in the next one, would be seen by neither, ever.
 *
 * @returns how many there are
 */
export const smudgeEdited = async (
  index: GitIndex,
  workTree: string,
  paths: readonly RepoPath[],
): Promise<number> => {
  const edited: GitIndexEntry[] = []
  const looks = inSlices(paths, (path) => {
    const entry = index.getByPath(path)
    return entry !== undefined && isEdited(workTree, entry) ? entry : null
  })
  for await (const [, entry] of looks) if (entry !== null) edited.push(entry)
  // What a person told git of an entry stays: --assume-unchanged, --skip-worktree, an intention to add.
  for (const entry of edited) {
    const { path, flags, flagsExtended } = entry
    await index.add({ ...entryOf(path, versionOf(entry)), flags, flagsExtended })
  }
  return edited.length
}
