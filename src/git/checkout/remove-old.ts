import { rm, rmdir } from 'node:fs/promises'
import { posix } from 'node:path'
import type { ConflictKept } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { nameNew } from '../files/without-links.js'
import { fileMode } from '../libgit2.js'
import { inSlices } from '../slices.js'
import { markStep } from '../step-mark.js'
import { hide } from './hide.js'
import type { Item } from './move.js'
import { isReachable, removeEmptyParents, succeeds } from './reach.js'
import { keepEdited, takeAway } from './take-away.js'
import type { Swap } from './way.js'

/** Takes away what was deleted. @returns where it lies, if it was edited meanwhile */
const removeOld = async (swap: Swap, { delta, found, n }: Item): Promise<string | null> => {
  const { repository } = swap
  if (delta.from?.mode === fileMode.commit) {
    await succeeds(rmdir(fileAt(repository.workTree, delta.path)))
    return null
  }
  // An edit beats a deletion: what is not the version that was deleted stays.
  if (found.kind !== 'as-from' || !isReachable(repository, delta.path)) return null
  return takeAway(swap, delta, found, n)
}

/** What was edited takes its place again, or gets a name where that is taken. */
const giveBack = async (
  swap: Swap,
  { delta }: Item,
  edited: string,
): Promise<readonly ConflictKept[]> => {
  const file = fileAt(swap.repository.workTree, delta.path)
  if (swap.withheld.has(delta.path)) await hide(swap.repository, delta.path)
  const isBack = await nameNew(edited, file).catch(() => false)
  if (!isBack) return keepEdited(swap, delta, edited)
  await rm(edited, { force: true })
  return []
}

/** Removes what the new tree has no longer: before anything is written, so that a file can become a folder. */
export const removeAll = async (
  swap: Swap,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  // What was kept out of commits is tracked no longer, and stays out of them.
  for (const { delta, found } of items)
    if (swap.withheld.has(delta.path) && found.kind === 'other')
      await hide(swap.repository, delta.path)
  for await (const [item, edited] of inSlices(items, (one) => removeOld(swap, one))) {
    if (edited !== null) facts.push(...(await giveBack(swap, item, edited)))
    markStep('removed')
  }
  // One path for each folder: whoever empties it, it goes.
  const last = new Map(items.map(({ delta: { path } }) => [posix.dirname(path), path]))
  for (const path of last.values()) await removeEmptyParents(swap.repository, path)
  return facts
}
