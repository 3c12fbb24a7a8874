import { join } from 'node:path'
import type { GitRepository, GitTree } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { renameLimits } from './renames.js'
import type { Repository } from '../repository.js'

/** GIT_MERGE_FIND_RENAMES */
const findRenames = 1

/** How libgit2 merges; each of these stands for a setting that it would else read from the machine. */
export const mergeOptions = {
  flags: findRenames,
  renameThreshold: renameLimits.threshold,
  targetLimit: renameLimits.files,
  defaultDriver: 'text',
} as const

/**
 * The objects of a repository without its configuration, its `info/attributes` and its work tree, so that what is
 * merged in it comes out the same on every machine: its attributes are those of a commit.
 *
 * @param rules the tree whose `.gitattributes` hold
 */
export const neutralRepository = async (
  { git, commonDir, ownDir }: Repository,
  rules: GitTree,
): Promise<GitRepository> => {
  // Where a history was cut off, nobody but the repository itself knows it.
  if (git.isShallow()) return git
  // Opened anew: objects that two repositories share belong to the one that took them last, and go with it.
  const odb = await libgit2.Odb.open(join(commonDir, 'objects'))
  const neutral = await libgit2.Repository.wrapOdb(odb)
  // There is no such file, nor will there be: an index that is read from nothing and written nowhere.
  const index = await libgit2.Index.open(join(ownDir, 'no-index'))
  await index.readTree(rules)
  neutral.setIndex(index, null)
  return neutral
}
