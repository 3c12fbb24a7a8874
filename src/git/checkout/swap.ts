import type { BigIntStats } from 'node:fs'
import { chmod, link, lstat, mkdir, rm, rmdir } from 'node:fs/promises'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../byte-name.js'
import { hasCode, orAbsent } from '../error-code.js'
import { fileMode } from '../libgit2.js'
import { failure } from '../problem.js'
import type { TreeDelta, TreeEntry } from '../tree-changes.js'
import type { Item } from './move.js'
import { hide } from './hide.js'
import { outsideOf } from './outside.js'
import type { Found } from './survey.js'
import { statOf } from './survey.js'
import { markStep } from '../step-mark.js'
import { isReachable, makeWay, removeEmptyParents, succeeds } from './reach.js'
import { keepEdited, takeAway } from './take-away.js'
import type { Swap } from './way.js'
import { clearWay, setAside } from './way.js'

/** Times that a file which keeps coming back in our way is set aside. */
const placeBound = 5

/** A new version in its place, with the stat that it had before anybody could write to it. */
interface Written {
  readonly facts: readonly ConflictKept[]
  readonly stat: BigIntStats | null
}

/** Links the new version in; what came to stand there in the meantime is set aside first. */
const place = async (swap: Swap, delta: TreeDelta): Promise<Written> => {
  const { repository, rendered } = swap
  const own = fileAt(rendered, delta.path)
  const stat = await lstat(own, { bigint: true })
  const facts: ConflictKept[] = []
  for (let tries = 0; tries < placeBound; tries += 1) {
    facts.push(...(await clearWay(swap, delta)))
    try {
      await link(own, fileAt(repository.workTree, delta.path))
      markStep('placed')
      return { facts, stat }
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    facts.push(...(await setAside(swap, delta, delta.path)))
  }
  throw failure('work-tree-moved', `${delta.path} is being written all the time.`)
}

const removeOld = async (
  swap: Swap,
  delta: TreeDelta,
  found: Found,
  n: number,
): Promise<readonly ConflictKept[]> => {
  const file = fileAt(swap.repository.workTree, delta.path)
  if (delta.from?.mode === fileMode.commit) {
    await succeeds(rmdir(file))
    return []
  }
  // What was kept out of commits is tracked no longer, and stays out of them.
  if (swap.withheld.has(delta.path)) await hide(swap.repository, delta.path)
  // An edit beats a deletion: what is not the version that was deleted stays.
  if (found.kind !== 'as-from' || !(await isReachable(swap.repository, delta.path))) return []
  const edited = await takeAway(swap, delta.path, found, n)
  if (edited === null) return []
  if (!(await succeeds(link(edited, file)))) return keepEdited(swap, delta, edited)
  await rm(edited)
  return []
}

/** The rights of the old version stay: a new one is executable for those who may read it. */
const rightsOf = (stat: BigIntStats, from: number | undefined, to: number): number => {
  const rights = Number(stat.mode & 0o7777n)
  if (from === to) return rights
  return to === fileMode.executable ? rights | ((rights & 0o444) >> 2) : rights & ~0o111
}

const writeNew = async (
  swap: Swap,
  { path, from, to }: TreeDelta & { readonly to: TreeEntry },
  found: Found,
  n: number,
): Promise<Written> => {
  if (found.kind === 'as-to') return { facts: [], stat: null }
  const delta = { path, from, to }
  const { repository, rendered } = swap
  const facts = [...(await clearWay(swap, delta))]
  if (found.kind === 'as-from') {
    if (found.stat.isFile() && (to.mode === fileMode.file || to.mode === fileMode.executable))
      await chmod(fileAt(rendered, path), rightsOf(found.stat, from?.mode, to.mode))
    const edited = await takeAway(swap, path, found, n)
    if (edited !== null) facts.push(...(await keepEdited(swap, delta, edited)))
  }
  if (to.mode !== fileMode.commit) {
    const written = await place(swap, delta)
    return { ...written, facts: [...facts, ...written.facts] }
  }
  const standing = await orAbsent(lstat(fileAt(repository.workTree, path)))
  if (standing !== null && !standing.isDirectory())
    facts.push(...(await setAside(swap, delta, path)))
  await mkdir(fileAt(repository.workTree, path), { recursive: true })
  return { facts, stat: null }
}

/** Removes what the new tree has no longer: before anything is written, so that a file can become a folder. */
export const removeAll = async (
  swap: Swap,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const { delta, found, n } of items) {
    if (delta.to !== null) continue
    facts.push(...(await removeOld(swap, delta, found, n)))
    await removeEmptyParents(swap.repository, delta.path)
    markStep('removed')
  }
  return facts
}

/** What came to stand in a folder that became a submodule, where the move had removed a file, is kept outside of it. */
export const clearSubmodules = async (
  swap: Swap,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const { delta } of items) {
    if (delta.to !== null || outsideOf(swap.submodules, delta.path) === delta.path) continue
    if (!(await isReachable(swap.repository, delta.path))) continue
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
  readonly stats: ReadonlyMap<RepoPath, BigIntStats>
}

/** Puts the new versions in the places of the old. */
export const writeAll = async (swap: Swap, items: readonly Item[]): Promise<WrittenAll> => {
  const facts: ConflictKept[] = []
  const stats = new Map<RepoPath, BigIntStats>()
  for (const { delta, found, n } of items) {
    const { path, from, to } = delta
    if (to === null) continue
    const written = await writeNew(swap, { path, from, to }, found, n)
    facts.push(...written.facts)
    if (written.stat !== null) stats.set(path, written.stat)
  }
  return { facts, stats }
}

/** A new file is untracked until the index is published: what somebody's `git clean` took meanwhile is put back. */
export const placeMissing = async (
  { repository, rendered }: Swap,
  items: readonly Item[],
  stats: ReadonlyMap<RepoPath, BigIntStats>,
): Promise<void> => {
  for (const { delta } of items) {
    const { path, from } = delta
    if (from !== null || !stats.has(path) || (await statOf(repository, path)) !== null) continue
    const file = fileAt(repository.workTree, path)
    if (await makeWay(repository, path)) await succeeds(link(fileAt(rendered, path), file))
  }
}
