import { setTimeout } from 'node:timers/promises'
import { fileMode } from '../libgit2.js'
import { removeFolder } from '../files/remove-folder.js'
import { gitRuns } from '../program/git-processes.js'
import type { Item } from './move.js'
import { statOf } from './stands.js'
import { placeMissing } from './swap.js'
import type { Swap } from './way.js'
import type { NewItem } from './write-new.js'

/** Commands of git's that remove what is in no index. */
const cleaners: ReadonlySet<string> = new Set(['clean', 'stash'])

/** Looks, and the milliseconds between two, for which one of them is waited for. */
const [looks, pause] = [100, 50]

const isPlaced =
  ({ withheld }: Swap) =>
  (item: Item): item is NewItem => {
    const { path, from, to } = item.delta
    return from === null && to !== null && to.mode !== fileMode.commit && !withheld.has(path)
  }

/**
 * A `git clean` that read the index before it was published takes the new files for nobody's, and goes on to. It is
 * waited for, and what it took is placed again: the next commit would delete it for everybody.
 */
export const placeCleaned = async (
  swap: Swap,
  items: readonly Item[],
  renderAgain: (gone: readonly Item[]) => Promise<void>,
): Promise<void> => {
  const { repository, rendered } = swap
  const added = items.filter(isPlaced(swap))
  if (added.length === 0) return
  for (let n = 0; n < looks && (await gitRuns(cleaners, repository.workTree)); n += 1)
    await setTimeout(pause)
  const gone = added.filter(({ delta }) => statOf(repository, delta.path) === null)
  if (gone.length === 0) return
  await renderAgain(gone)
  await placeMissing(swap, gone, new Set(gone.map(({ delta }) => delta.path)))
  await removeFolder(rendered)
}
