import { chmod, link, lstat, mkdir, rename, rmdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { hasCode, orAbsent } from '../error-code.js'
import { fileMode } from '../libgit2.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'
import { keepAside } from './keep-aside.js'
import type { Found } from './survey.js'
import { isSameFile } from './survey.js'

/** Times that a file which keeps coming back in our way is set aside. */
const placeBound = 5

export interface Swap {
  readonly repository: Repository
  /** Where the new versions lie. */
  readonly rendered: string
  /** Seconds since the epoch, for the names of what is set aside. */
  readonly now: number
}

const kept = (
  { path, to }: TreeDelta,
  { copy, blob }: { readonly copy: RepoPath; readonly blob: string | null },
): ConflictKept => ({
  type: 'ConflictKept',
  path,
  copy,
  ours: blob,
  theirs: to?.oid.tostrS() ?? null,
})

/** Keeps what stands at a path under another name, which frees the path. */
const setAside = async (
  { repository, now }: Swap,
  delta: TreeDelta,
  path: RepoPath,
): Promise<ConflictKept> => {
  const aside = await keepAside(repository, join(repository.workTree, path), path, now)
  return kept({ ...delta, path }, aside)
}

const parentsOf = (path: RepoPath): readonly RepoPath[] => {
  const parts = posix.dirname(path).split('/')
  return parts[0] === '.' ? [] : parts.map((_, n) => parts.slice(0, n + 1).join('/'))
}

/** Makes the folders on the way; a file or a link there is set aside, never followed. */
const clearWay = async (swap: Swap, delta: TreeDelta): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const folder of parentsOf(delta.path)) {
    const place = join(swap.repository.workTree, folder)
    const found = await orAbsent(lstat(place))
    if (found?.isDirectory() === true) continue
    if (found !== null) facts.push(await setAside(swap, delta, folder))
    await mkdir(place)
  }
  return facts
}

const isReachable = async ({ repository }: Swap, path: RepoPath): Promise<boolean> => {
  for (const folder of parentsOf(path)) {
    const found = await orAbsent(lstat(join(repository.workTree, folder)))
    if (found?.isDirectory() !== true) return false
  }
  return true
}

/**
 * Takes the old version away by a rename, which catches whatever stands there at that moment, and looks at it
 * once more: what was written since the survey is nobody's to drop.
 *
 * @returns the absolute path of the old version if it was edited, else null
 */
const takeAway = async (
  { repository }: Swap,
  path: RepoPath,
  found: Extract<Found, { kind: 'as-from' }>,
  n: number,
): Promise<string | null> => {
  const folder = join(repository.ownDir, 'aside')
  await mkdir(folder, { recursive: true })
  const away = join(folder, String(n))
  try {
    await rename(join(repository.workTree, path), away)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
  return isSameFile(await lstat(away, { bigint: true }), found.stat) ? null : away
}

/** Links the new version in; what came to stand there in the meantime is set aside first. */
const place = async (swap: Swap, delta: TreeDelta): Promise<readonly ConflictKept[]> => {
  const { repository, rendered } = swap
  const facts: ConflictKept[] = []
  for (let tries = 0; tries < placeBound; tries += 1) {
    try {
      await link(join(rendered, delta.path), join(repository.workTree, delta.path))
      return facts
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    facts.push(await setAside(swap, delta, delta.path))
  }
  throw failure('work-tree-moved', `${delta.path} is being written all the time.`)
}

const removeOld = async (
  swap: Swap,
  delta: TreeDelta,
  found: Found,
  n: number,
): Promise<readonly ConflictKept[]> => {
  const { workTree } = swap.repository
  const file = join(workTree, delta.path)
  if (delta.from?.mode === fileMode.commit) {
    await rmdir(file).catch(() => undefined)
    return []
  }
  // An edit beats a deletion: what is not the version that was deleted stays.
  if (found.kind !== 'as-from' || !(await isReachable(swap, delta.path))) return []
  const edited = await takeAway(swap, delta.path, found, n)
  if (edited === null) return []
  return link(edited, file).then(
    () => [],
    async () => [kept(delta, await keepAside(swap.repository, edited, delta.path, swap.now))],
  )
}

/** Empty folders are no part of a tree, so they go with their last file. */
const removeEmptyParents = async ({ repository }: Swap, path: RepoPath): Promise<void> => {
  for (const folder of [...parentsOf(path)].reverse()) {
    const gone = await rmdir(join(repository.workTree, folder)).then(
      () => true,
      () => false,
    )
    if (!gone) return
  }
}

const writeNew = async (
  swap: Swap,
  delta: TreeDelta,
  found: Found,
  n: number,
): Promise<readonly ConflictKept[]> => {
  const { path, from, to } = delta
  if (found.kind === 'as-to') return []
  const { repository, rendered } = swap
  const facts = [...(await clearWay(swap, delta))]
  if (found.kind === 'as-from' && from?.mode === to?.mode && found.stat.isFile())
    await chmod(join(rendered, path), Number(found.stat.mode & 0o7777n))
  if (found.kind === 'as-from') {
    const edited = await takeAway(swap, path, found, n)
    if (edited !== null)
      facts.push(kept(delta, await keepAside(repository, edited, path, swap.now)))
  }
  if (to?.mode === fileMode.commit) {
    await mkdir(join(repository.workTree, path), { recursive: true })
    return facts
  }
  return [...facts, ...(await place(swap, delta))]
}

/** One path of a move. */
export interface Item {
  readonly delta: TreeDelta
  readonly found: Found
  /** Its number in the move, the same when the move is redone. */
  readonly n: number
}

/** Takes paths from their old versions to the new: deletions first, so that a file can become a folder. */
export const swapAll = async (
  swap: Swap,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const { delta, found, n } of items)
    if (delta.to === null) {
      facts.push(...(await removeOld(swap, delta, found, n)))
      await removeEmptyParents(swap, delta.path)
    }
  for (const { delta, found, n } of items)
    if (delta.to !== null) facts.push(...(await writeNew(swap, delta, found, n)))
  return facts
}
