import { lstat, mkdir, rename, rmdir } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { conversionsOf } from '../status/attributes.js'
import type { ConversionOf } from '../status/attributes.js'
import { fileAt, isByteName } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import type { GitIndex } from '../git-objects.js'
import { versionOf } from '../index/index-entry.js'
import { fileMode } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { isSame } from '../tree/tree-changes.js'
import type { Keeping } from './keep-aside.js'
import { putBack, settleTaken } from './put-back.js'
import { isReachable, removeEmptyParents, succeeds } from './reach.js'
import type { Stands } from './stands.js'
import { standsIn } from './stands.js'
import { findByContent } from './survey.js'
import { asideOf } from './take-away.js'

/** Whether git still expects at this path what the move came from. */
const isExpected = (index: GitIndex, { path, from }: TreeDelta): boolean => {
  if (isByteName(path)) return true
  const entry = index.getByPath(path)
  return isSame(from, entry === undefined ? null : versionOf(entry))
}

/** Whether the old version is there to take its place again. Nothing of a submodule is taken away but its folder. */
const hasOld = async (repository: Repository, { from }: TreeDelta, n: number): Promise<boolean> =>
  from === null ||
  from.mode === fileMode.commit ||
  (await orAbsent(lstat(asideOf(repository, n)))) !== null

/** Takes away a new version that nobody has touched; it is in a commit. */
const takeBack = async (
  keeping: Keeping,
  delta: TreeDelta,
  n: number,
  conversionOf: ConversionOf,
  stands: Stands,
): Promise<void> => {
  const { repository } = keeping
  const { path, to } = delta
  const file = fileAt(repository.workTree, path)
  if (to?.mode === fileMode.commit) {
    if (isReachable(repository, path)) await succeeds(rmdir(file))
    return
  }
  if ((await findByContent(repository, delta, conversionOf, stands)).kind !== 'as-to') return
  const away = `${asideOf(repository, n)}.new`
  await mkdir(posix.dirname(away), { recursive: true })
  if ((await orAbsent(rename(file, away).then(() => away))) === null) return
  await settleTaken(keeping, delta, n)
}

/** Whether the new versions that stand in the work tree are taken away again. */
export type Placed = 'goes' | 'stays'

/**
 * Gives back what a move that cannot be finished has taken, wherever the index still expects it; an edit that was
 * caught on the way gets a conflict copy's name. Needs no space on the disk.
 */
export const undoMove = async (
  keeping: Keeping,
  index: GitIndex,
  deltas: readonly TreeDelta[],
  placed: Placed,
  standing: readonly RepoPath[] = [],
): Promise<void> => {
  const { repository } = keeping
  const conversionOf = await conversionsOf(repository, index)
  const expected = new Set(deltas.filter((delta) => isExpected(index, delta)))
  const stood = new Set(standing)
  const stands = standsIn(repository, deltas)
  // What came where a folder or a file was makes way first.
  for (const [n, delta] of deltas.entries()) {
    await settleTaken(keeping, delta, n)
    if (placed === 'stays' || !expected.has(delta) || stood.has(delta.path)) continue
    if (await hasOld(repository, delta, n)) await takeBack(keeping, delta, n, conversionOf, stands)
    // Also where an undo that was killed had come so far.
    await removeEmptyParents(repository, delta.path)
  }
  await putBack(keeping, deltas, (delta) => expected.has(delta))
}
