import { readdir } from 'node:fs/promises'
import type { ConflictKept } from '../../actors/outcome.js'
import type { FileId } from '../files/open-files.js'
import { fileId, openAmong } from '../files/open-files.js'
import { statNow } from '../files/stat-now.js'
import { orAbsent } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { isUntouched, stateOf } from './file-state.js'
import type { Keeping } from './keep-aside.js'
import { visibilityOf } from './keep-aside.js'
import type { Item } from './move.js'
import { forgetMove } from './move-journal.js'
import { outsideOf } from './outside.js'
import { blobOfAny, isOld } from './old-version.js'
import { setOpen } from './still-open.js'
import { asideIn, asideOf, keepEdited } from './take-away.js'
import type { Swap } from './way.js'

/** The old version of an item as it was seen before it was taken away; where a kill took that, as it lies there. */
const stateFrom = (repository: Repository, { delta, found, n }: Item) => {
  if (found.kind === 'as-from') return found.state
  const away = delta.from === null ? null : statNow(asideOf(repository, n))
  return away === null ? null : stateOf(away)
}

/** Which old versions programs have open. Asked when all are away: nobody opens one any more. */
export const openOld = (
  repository: Repository,
  items: readonly Item[],
): Promise<ReadonlySet<FileId>> => {
  const states = items.map((item) => stateFrom(repository, item))
  return openAmong(new Set(states.filter((state) => state !== null).map(fileId)))
}

/** What is told of one that a program has open. */
const noteOf = (keeping: Keeping, { path, from, to }: TreeDelta) => ({
  path,
  beside: outsideOf(keeping.submodules, path),
  was: from,
  theirs: to?.oid ?? null,
  visibility: visibilityOf(keeping, path),
})

/**
 * The old versions, before they are dropped: one that was written to since it was taken away gets a conflict copy's
 * name; one that a program may still write to is kept for as long as that has it open.
 *
 * @param open told before: what was written by a program that has closed its file since is seen here
 */
export const settleOld = async (
  swap: Swap,
  items: readonly Item[],
  open: ReadonlySet<FileId>,
): Promise<readonly ConflictKept[]> => {
  const { repository } = swap
  const facts: ConflictKept[] = []
  const looks = inSlices(items, ({ delta, n }) =>
    delta.from === null ? null : statNow(asideOf(repository, n)),
  )
  for await (const [{ delta, found, n }, now] of looks) {
    if (now === null) continue
    const away = asideOf(repository, n)
    const isAsTaken = swap.taken.get(n) === now.ctimeNs
    const isDoubted = found.kind === 'as-from' ? !isAsTaken : open.has(fileId(now))
    const isEdited =
      (found.kind === 'as-from' && !isUntouched(found.state, now)) ||
      (isDoubted && !(await isOld(repository, delta, away)))
    if (isEdited) facts.push(...(await keepEdited(swap, delta, away)))
    else if (open.has(fileId(now)))
      await setOpen(repository, away, { ...noteOf(swap, delta), seen: stateOf(now) })
  }
  return facts
}

/** Of what an undo took away, the new version is the old one. */
const goneOf = (deltas: readonly TreeDelta[], name: string): TreeDelta | null => {
  const [, n, fresh] = /^(\d+)(\.new)?$/.exec(name) ?? []
  const delta = deltas[Number(n)]
  if (delta === undefined) return null
  return fresh === undefined ? delta : { path: delta.path, from: delta.to, to: delta.from }
}

/** Of what nothing tells where it belongs, what it is all the same. */
const strayAt = async (repository: Repository, away: string, mode: number): Promise<TreeDelta> => {
  const oid = await blobOfAny(repository, away)
  return { path: 'recovered', from: oid === null ? null : { oid, mode }, to: null }
}

/**
 * Of what lies aside and is not needed any more, what a program may still write to.
 *
 * @param deltas empty where nothing tells what the move was
 */
export const keepOpen = async (keeping: Keeping, deltas: readonly TreeDelta[]): Promise<void> => {
  const { repository } = keeping
  const folder = asideIn(repository)
  const lying = ((await orAbsent(readdir(folder))) ?? []).flatMap((name) => {
    const away = `${folder}/${name}`
    const stat = statNow(away)
    return stat === null ? [] : [{ name, away, stat }]
  })
  const open = await openAmong(new Set(lying.map(({ stat }) => fileId(stat))))
  for (const { name, away, stat } of lying) {
    if (!open.has(fileId(stat))) continue
    const delta = goneOf(deltas, name) ?? (await strayAt(repository, away, Number(stat.mode)))
    await setOpen(repository, away, { ...noteOf(keeping, delta), seen: stateOf(stat) })
  }
}

/** The end of a move that a kill had cut short, or that is taken back. */
export const endMove = async (keeping: Keeping, deltas: readonly TreeDelta[]): Promise<void> => {
  await keepOpen(keeping, deltas)
  await forgetMove(keeping.repository)
}
