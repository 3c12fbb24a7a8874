import type { GitTree } from '../git-objects.js'
import { isByteName } from '../files/byte-name.js'
import { orNull } from '../libgit2.js'
import type { RepoPath } from '../../actors/outcome.js'
import type { Version } from '../tree/version.js'
import { isSame } from '../tree/version.js'
import type { Trees } from './byte-conflicts.js'
import type { Conflict, Side } from './resolve.js'

const versionAt = async (tree: GitTree | null, path: RepoPath): Promise<Version | null> => {
  const entry = tree === null ? null : await orNull(tree.entryByPath(path))
  if (entry === null || entry.isTree()) return null
  return { oid: entry.id().tostrS(), mode: entry.filemode() }
}

/** What a side has at a path, and did not have before, where libgit2 says that it has nothing. */
const overlookedBy = async (
  side: Side,
  { path }: Conflict,
  trees: Trees,
): Promise<Version | null> => {
  const found = await versionAt(trees[side], path)
  const before = found === null ? null : await versionAt(trees.base, path)
  return found !== null && before !== null && isSame(found, before) ? null : found
}

const complete = async (conflict: Conflict, trees: Trees): Promise<Conflict> => {
  if (isByteName(conflict.path)) return conflict
  const ours = conflict.ours ?? (await overlookedBy('ours', conflict, trees))
  const theirs = conflict.theirs ?? (await overlookedBy('theirs', conflict, trees))
  return ours === conflict.ours && theirs === conflict.theirs
    ? conflict
    : { ...conflict, ours, theirs }
}

/**
 * Where both sides moved a file, each to another name, and one of them made a new file at the other's name, libgit2
 * puts the moved one there and forgets the new one. The trees tell.
 */
export const withOverlooked = (
  conflicts: readonly Conflict[],
  trees: Trees,
): Promise<readonly Conflict[]> =>
  Promise.all(conflicts.map((conflict) => complete(conflict, trees)))
