import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { openBelow } from '../files/open-below.js'
import { statNow } from '../files/stat-now.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { FileState } from './file-state.js'
import { stateOf } from './file-state.js'
import type { Item } from './move.js'
import { outsideOf, submodulesIn } from './outside.js'
import { isOld } from './put-back.js'
import { setOpen } from './still-open.js'
import { asideIn, asideOf, isEdited, keepEdited } from './take-away.js'
import type { Swap } from './way.js'

/** The old versions that programs hold open, by their numbers. Asked when all are away: nobody opens one any more. */
const openOnes = async (repository: Repository): Promise<ReadonlySet<string>> =>
  (await openBelow(asideIn(repository))) ?? new Set()

/** The same; where none is away, there is nothing to ask. */
export const openAmong = async (
  repository: Repository,
  items: readonly Item[],
): Promise<ReadonlySet<string>> =>
  items.some(({ found }) => found.kind === 'as-from') ? openOnes(repository) : new Set()

/** Keeps one that a program may still write to. */
const keepOpen = (
  repository: Repository,
  { path, to }: TreeDelta,
  n: number,
  submodules: ReadonlySet<RepoPath>,
  seen: FileState,
): Promise<void> => {
  const beside = outsideOf(submodules, path)
  return setOpen(repository, asideOf(repository, n), {
    path,
    beside,
    theirs: to?.oid ?? null,
    seen,
  })
}

/**
 * The old versions, before they are dropped: one that was written to since it was taken away gets a conflict copy's
 * name; one that a program may still write to is kept for as long as that has it open.
 *
 * @param open told before: what was written by a program that has closed its file since is seen here
 */
export const settleOld = async (
  swap: Swap,
  items: readonly Item[],
  open: ReadonlySet<string>,
): Promise<readonly ConflictKept[]> => {
  const { repository, submodules } = swap
  const facts: ConflictKept[] = []
  const looks = inSlices(items, ({ found, n }) =>
    found.kind === 'as-from' ? isEdited(asideOf(repository, n), found.state) : null,
  )
  for await (const [{ delta, found, n }, edited] of looks) {
    if (edited === null || found.kind !== 'as-from') continue
    if (edited) facts.push(...(await keepEdited(swap, delta, asideOf(repository, n))))
    else if (open.has(String(n))) await keepOpen(repository, delta, n, submodules, found.state)
  }
  return facts
}

/** The same where a kill took what the survey had seen: what was written to by then is told by its content, and left. */
export const settleOldAnew = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
): Promise<void> => {
  const open = await openOnes(repository)
  const submodules = submodulesIn(deltas)
  for (const [n, delta] of deltas.entries()) {
    if (!open.has(String(n))) continue
    const away = asideOf(repository, n)
    const found = statNow(away)
    if (found === null || !(await isOld(repository, delta, away))) continue
    await keepOpen(repository, delta, n, submodules, stateOf(found))
  }
}
