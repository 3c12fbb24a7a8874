import { posix } from 'node:path'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { nameNew } from '../files/without-links.js'
import { fileMode } from '../libgit2.js'
import { inSlices } from '../slices.js'
import type { FileState } from './file-state.js'
import type { Item } from './move.js'
import { outsideOf } from './outside.js'
import { isReachable, makeWay, removeEmptyParents, succeeds } from './reach.js'
import { statOf } from './stands.js'
import type { Swap } from './way.js'
import { clearWay, setAside } from './way.js'
import type { Left, NewItem } from './write-new.js'
import { writeLeft, writeUsual } from './write-new.js'

/** What came to stand in a folder that became a submodule, where the move had removed a file, is kept outside of it. */
export const clearSubmodules = async (
  swap: Swap,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const { delta } of items) {
    if (delta.to !== null || outsideOf(swap.submodules, delta.path) === delta.path) continue
    if (!isReachable(swap.repository, delta.path)) continue
    facts.push(...(await setAside(swap, delta, delta.path)))
    await removeEmptyParents(swap.repository, delta.path)
  }
  for (const { delta } of items)
    if (delta.to?.mode === fileMode.commit) await makeWay(swap.repository, `${delta.path}/`)
  return facts
}

export interface WrittenAll {
  readonly facts: readonly ConflictKept[]
  /** Of the new versions that were put in place. */
  readonly states: ReadonlyMap<RepoPath, FileState>
}

/** Makes the folders that the new versions lie in, each once. */
const clearWays = async (
  swap: Swap,
  items: readonly NewItem[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  const due = items.filter(({ found }) => found.kind !== 'as-to')
  const first = new Map(due.toReversed().map(({ delta }) => [posix.dirname(delta.path), delta]))
  for (const delta of first.values()) facts.push(...(await clearWay(swap, delta)))
  return facts
}

/** Puts the new versions in the places of the old, many at a time; then those that something is in the way of. */
export const writeAll = async (swap: Swap, items: readonly NewItem[]): Promise<WrittenAll> => {
  const facts = [...(await clearWays(swap, items))]
  const states = new Map<RepoPath, FileState>()
  const note = ({ delta }: NewItem, state: FileState | null): void => {
    if (state !== null) states.set(delta.path, state)
  }
  const unusual: (readonly [NewItem, Left])[] = []
  for await (const [item, done] of inSlices(items, (one) => writeUsual(swap, one)))
    if (done.kind === 'left') unusual.push([item, done])
    else note(item, done.state)
  for (const [item, what] of unusual) {
    const done = await writeLeft(swap, item, what)
    facts.push(...done.facts)
    note(item, done.state)
  }
  return { facts, states }
}

/** A new file is untracked until the index is published: what somebody's `git clean` took meanwhile is put back. */
export const placeMissing = async (
  { repository, rendered }: Swap,
  items: readonly Item[],
  placed: Pick<ReadonlySet<RepoPath>, 'has'>,
): Promise<void> => {
  const added = items.filter(({ delta: { path, from } }) => from === null && placed.has(path))
  const looks = inSlices(added, ({ delta }) => statOf(repository, delta.path))
  for await (const [{ delta }, stat] of looks) {
    if (stat !== null || !(await makeWay(repository, delta.path))) continue
    const file = fileAt(repository.workTree, delta.path)
    await succeeds(nameNew(fileAt(rendered, delta.path), file))
  }
}
