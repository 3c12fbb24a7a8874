import { posix } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { foldersOf } from '../files/folders.js'
import type { GitOdb, GitTree } from '../git-objects.js'
import type { Repository } from '../repository.js'
import { readStored, unlikeIn } from '../tree/stored-tree.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { treeOf } from '../tree/tree-changes.js'
import { entryAt } from '../tree/tree-edit.js'
import { foldOf } from './stands.js'

const nothing = Buffer.alloc(0)

/** The names in a folder of a tree, by what a disk that folds them takes them for. */
const namesIn = async (
  objects: GitOdb,
  tree: GitTree,
  folder: RepoPath,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const oid = folder === '.' ? tree.id().tostrS() : (await entryAt(tree, folder))?.oid
  const names = new Map<string, string[]>()
  if (oid === undefined) return names
  for (const pair of unlikeIn(nothing, await readStored(objects, oid))) {
    const name = Buffer.from(pair?.to?.name ?? '', 'latin1').toString()
    const fold = foldOf(name)
    names.set(fold, [...(names.get(fold) ?? []), name])
  }
  return names
}

/**
 * Two names that a move would bring to one folder, and that the disk takes for one: the one file would be written over the
 * other, and then be taken for an edit of it. Null where there are none.
 */
export const foldClashIn = async (
  { git, names }: Repository,
  deltas: readonly TreeDelta[],
  to: Oid,
): Promise<readonly [RepoPath, RepoPath] | null> => {
  const tree = names === 'folded' ? await treeOf(git, to) : null
  if (tree === null) return null
  const objects = await git.odb()
  const known = new Map<RepoPath, ReadonlyMap<string, readonly string[]>>()
  const added = deltas.filter((delta) => delta.from === null)
  for (const path of new Set(added.flatMap((one) => [...foldersOf(one.path), one.path]))) {
    const folder = posix.dirname(path)
    const found = known.get(folder) ?? (await namesIn(objects, tree, folder))
    known.set(folder, found)
    const name = posix.basename(path)
    const other = found.get(foldOf(name))?.find((one) => one !== name)
    if (other !== undefined) return [path, posix.join(folder, other)]
  }
  return null
}
