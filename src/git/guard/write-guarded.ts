import type { Oid, PathSkipped } from '../../actors/outcome.js'
import type { HeldIndex } from '../index/index-copy.js'
import { entryOf } from '../index/index-entry.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { treeOf } from '../tree/tree-changes.js'
import type { Written } from '../tree/write-tree.js'
import { writeTree } from '../tree/write-tree.js'
import type { Guard } from './guard.js'

/** The index has it as the branch does; the work tree is not touched. */
const putBack = async ({ index }: HeldIndex, { path, from }: TreeDelta): Promise<void> => {
  await index.removeByPath(path)
  if (from !== null) await index.add(entryOf(path, from))
}

export interface Guarded extends Written {
  readonly skipped: readonly PathSkipped[]
}

/** Writes the index as a tree, less what the guard holds back: that is in the index no longer. @throws GitFailure */
export const writeGuarded = async (
  { git }: Repository,
  held: HeldIndex,
  head: Oid | null,
  guard: Guard | null,
): Promise<Guarded> => {
  const { index } = held
  const before = await treeOf(git, head)
  const written = await writeTree(git, index, before)
  const sizeOf = (path: string): number => index.getByPath(path)?.fileSize ?? 0
  const barred = (await guard?.inDeltas(written.deltas, sizeOf)) ?? []
  if (barred.length === 0) return { ...written, skipped: [] }
  for (const { delta } of barred) await putBack(held, delta)
  const without = await writeTree(git, index, before)
  return { ...without, skipped: barred.map(({ skipped }) => skipped) }
}
