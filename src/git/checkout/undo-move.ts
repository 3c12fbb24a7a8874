import { link, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { posix } from 'node:path'
import { filtersOf } from '../attributes.js'
import type { FilterOf } from '../attributes.js'
import { fileAt, isByteName } from '../byte-name.js'
import { orAbsent } from '../error-code.js'
import type { GitIndex } from '../git-objects.js'
import { fileMode } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'
import { keepAside } from './keep-aside.js'
import { isOld, settleTaken } from './put-back.js'
import { findByContent } from './survey.js'
import { asideOf } from './take-away.js'
import { isReachable, removeEmptyParents, succeeds } from './way.js'

/** Whether git still expects at this path what the move came from. */
const isExpected = (index: GitIndex, { path, from }: TreeDelta): boolean => {
  if (isByteName(path)) return true
  const entry = index.getByPath(path)
  return from === null ? entry === undefined : entry?.id.tostrS() === from.oid.tostrS()
}

/** Takes away a new version that nobody has touched; it is in a commit. */
const takeBack = async (
  repository: Repository,
  delta: TreeDelta,
  n: number,
  filterOf: FilterOf,
): Promise<void> => {
  const { path, to } = delta
  if (to === null || to.mode === fileMode.commit) return
  const found = await findByContent(repository, delta, filterOf)
  if (found.kind !== 'as-to') return
  const file = fileAt(repository.workTree, path)
  const away = `${asideOf(repository, n)}.new`
  await mkdir(posix.dirname(away), { recursive: true })
  await rename(file, away)
  await settleTaken(repository, delta, n)
  await removeEmptyParents(repository, path)
}

const giveBack = async (
  repository: Repository,
  delta: TreeDelta,
  n: number,
  expected: boolean,
): Promise<void> => {
  const { path } = delta
  const away = asideOf(repository, n)
  if ((await orAbsent(lstat(away))) === null) return
  if (expected) {
    await succeeds(mkdir(fileAt(repository.workTree, posix.dirname(path)), { recursive: true }))
    const free = await isReachable(repository, path)
    if (free && (await succeeds(link(away, fileAt(repository.workTree, path))))) return rm(away)
  }
  if (!(await isOld(repository, delta, away)))
    await keepAside(repository, away, path, Math.floor(Date.now() / 1000))
}

/** Whether the new versions that stand in the work tree are taken away again. */
export type Placed = 'goes' | 'stays'

/**
 * Gives back what a move that cannot be finished has taken, wherever the index still expects it; an edit that was
 * caught on the way gets a conflict copy's name. Needs no space on the disk.
 */
export const undoMove = async (
  repository: Repository,
  index: GitIndex,
  deltas: readonly TreeDelta[],
  placed: Placed,
): Promise<void> => {
  const filterOf = await filtersOf(repository, (path) => index.getByPath(path) !== undefined)
  const items = deltas.map((delta, n) => ({ delta, n, expected: isExpected(index, delta) }))
  // What came where a folder or a file was makes way first.
  for (const { delta, n } of items) await settleTaken(repository, delta, n)
  if (placed === 'goes')
    for (const { delta, n, expected } of items)
      if (expected) await takeBack(repository, delta, n, filterOf)
  for (const { delta, n, expected } of items) await giveBack(repository, delta, n, expected)
}
