import type { GitIndex, GitOid, GitRepository, GitTree } from '../git-objects.js'
import type { Oid } from '../../actors/outcome.js'
import { emptyBlob, indexFlag, libgit2 } from '../libgit2.js'
import { entryOf, versionOf } from '../index/index-entry.js'
import { knownTree, rememberTree } from '../index/known-tree.js'
import { unnameable } from '../status/status.js'
import { editStored } from './edit-stored.js'
import type { TreeDelta, TreeDiff } from './tree-changes.js'
import { diffTrees } from './tree-changes.js'

/** Against the tree that was given. */
export interface Written extends TreeDiff {
  readonly tree: GitOid
}

/** Paths up to which a tree is edited, and entries of the index from which: else libgit2 is as fast (seen with 10,000). */
const [few, many] = [100, 20_000]

/** Out of the one that the index was, where only a few paths changed since. */
const editedTree = async (git: GitRepository, index: GitIndex): Promise<Oid | null> => {
  const known = knownTree(index)
  if (known === null || known.changed.size > few || index.entryCount() < many) return null
  const edits = [...known.changed].map((path) => {
    const entry = index.getByPath(path)
    return [path, entry === undefined ? null : versionOf(entry)] as const
  })
  if (edits.some(([path]) => path.includes(unnameable))) return null
  // Where something of it is gone, or there is no room, libgit2 tells in words that are known.
  return editStored(git, known.tree, new Map(edits)).catch(() => null)
}

/** libgit2 would read every folder of the tree that it has written back into the index. */
const treeOfIndex = async (git: GitRepository, index: GitIndex): Promise<GitOid> => {
  const edited = await editedTree(git, index)
  const tree = edited === null ? await index.writeTree() : libgit2.Oid.fromString(edited)
  rememberTree(index, tree.tostrS())
  return tree
}

const written = async (
  git: GitRepository,
  index: GitIndex,
  head: GitTree | null,
): Promise<Written> => {
  const tree = await treeOfIndex(git, index)
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
