import type { GitIndex, GitOid, GitRepository, GitTree } from '../git-objects.js'
import { emptyBlob, indexFlag } from '../libgit2.js'
import { entryOf } from '../index/index-entry.js'
import type { TreeDelta, TreeDiff } from './tree-changes.js'
import { diffTrees } from './tree-changes.js'

/** Against the tree that was given. */
export interface Written extends TreeDiff {
  readonly tree: GitOid
}

const written = async (
  git: GitRepository,
  index: GitIndex,
  head: GitTree | null,
): Promise<Written> => {
  const tree = await index.writeTree()
  return { tree, ...(await diffTrees(git, head?.id() ?? null, tree)) }
}

const isIntended = (index: GitIndex, { path, to }: TreeDelta): boolean =>
  to?.oid === emptyBlob &&
  ((index.getByPath(path)?.flagsExtended ?? 0) & indexFlag.intentToAdd) !== 0

/**
 * Writes the index as a tree, and tells how it differs. What is only intended (`git add -N`) is left out and stays
 * intended, as with git; libgit2 would write it as an empty file.
 */
export const writeTree = async (
  git: GitRepository,
  index: GitIndex,
  head: GitTree | null,
): Promise<Written> => {
  const whole = await written(git, index, head)
  const intended = whole.deltas.filter((delta) => isIntended(index, delta))
  if (intended.length === 0) return whole
  for (const { path } of intended) await index.removeByPath(path)
  const without = await written(git, index, head)
  for (const { path, to } of intended) {
    if (to === null) continue
    const entry = entryOf(path, { oid: emptyBlob, mode: to.mode })
    await index.add({ ...entry, flagsExtended: indexFlag.intentToAdd })
  }
  return without
}
