import type { Oid } from '../../actors/outcome.js'
import { libgit2 } from '../libgit2.js'
import type { Tip } from '../mend.js'
import { mergeOptions, neutralRepository } from './neutral-repository.js'

/** The tree without what one commit did, or the paths where later commits touched the same lines. */
export type Reverted =
  | { readonly kind: 'tree'; readonly tree: Oid }
  | { readonly kind: 'conflicts'; readonly paths: readonly string[] }

/** Takes one commit back without touching work tree or index. It must have one parent at the most. */
export const revertInMemory = async (
  { repository, head, tree }: Tip,
  reverted: Oid,
): Promise<Reverted> => {
  const neutral = await neutralRepository(repository, tree)
  const index = await libgit2.Revert.commit(
    neutral,
    await libgit2.Commit.lookup(neutral, reverted),
    await libgit2.Commit.lookup(neutral, head),
    0,
    mergeOptions,
  )
  if (!index.hasConflicts())
    return { kind: 'tree', tree: (await index.writeTreeTo(repository.git)).tostrS() }
  const unmerged = index.entries().filter((entry) => libgit2.Index.entryStage(entry) !== 0)
  return { kind: 'conflicts', paths: [...new Set(unmerged.map(({ path }) => path))] }
}
