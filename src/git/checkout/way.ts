import { mkdir } from 'node:fs/promises'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { fileAt, shownPath } from '../files/byte-name.js'
import { foldersOf } from '../files/folders.js'
import { removeHollow } from '../files/remove-hollow.js'
import type { HeldBack } from '../stage/held-back.js'
import { shutRulesIn } from '../stage/shut-rules.js'
import { ignoredBelow } from '../status/ignored.js'
import { statNow } from '../files/stat-now.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { heldBelow } from './held-below.js'
import { isIgnored } from './hide.js'
import type { Keeping } from './keep-aside.js'
import { keepAside } from './keep-aside.js'
import { outsideOf } from './outside.js'

export interface Swap extends Keeping {
  /** Where the new versions lie. */
  readonly rendered: string
  /** When the old versions were last changed, which is when they were taken away, by their numbers. Nanoseconds since the epoch. */
  readonly taken: Map<number, bigint>
  /** What our own rules keep out of commits, while it is untracked. */
  readonly heldBack: HeldBack
  /** Seconds since the epoch, for the names of what is set aside. */
  readonly now: number
}

/** What is told of content that got a conflict copy's name. */
export const kept = (
  { path, to }: TreeDelta,
  { copy, blob }: { readonly copy: RepoPath; readonly blob: string | null },
): ConflictKept => ({
  type: 'ConflictKept',
  path,
  copy,
  ours: blob,
  theirs: to?.oid ?? null,
})

/** Whether rules of git's or ours that can be read keep this path, which git does not track, out of commits. */
const isLeftAlone = async (
  { repository, heldBack }: Swap,
  path: RepoPath,
  isFolder: boolean,
): Promise<boolean> =>
  heldBack(shownPath(isFolder ? `${path}/` : path)) !== null || isIgnored(repository, path)

/** What they keep out of commits below a folder, relative to it; null where nothing tells. */
const leftAloneBelow = async (
  { repository, heldBack }: Swap,
  folder: RepoPath,
): Promise<readonly RepoPath[] | null> => {
  const ignored = await ignoredBelow(repository, folder)
  return ignored === null ? null : [...ignored, ...(await heldBelow(repository, heldBack, folder))]
}

const isAtOrBelow = (path: RepoPath, folder: RepoPath): boolean =>
  path === folder || path.startsWith(`${folder}/`)

/**
 * Keeps what stands at a path under another name, which frees the path. Folders without a file are nothing to keep. What
 * rules that cannot be read may speak of is hidden: once they can be, they do not speak of the new name.
 */
export const setAside = async (
  swap: Swap,
  delta: TreeDelta,
  path: RepoPath,
): Promise<readonly ConflictKept[]> => {
  const { repository, submodules, withheld, now } = swap
  const file = fileAt(repository.workTree, path)
  if (await removeHollow(file)) return []
  const tracked = delta.path === path && delta.from !== null
  const isWithheld = [...withheld].some((one) => isAtOrBelow(one, path))
  const isFolder = statNow(file)?.isDirectory() === true
  const shutRulesOf = await shutRulesIn(repository)
  const isShut = (await shutRulesOf(path, tracked && !isFolder ? 'tracked' : 'untracked')) !== null
  const isHidden = isWithheld || isShut || (!tracked && (await isLeftAlone(swap, path, isFolder)))
  // Rules that name what is in a folder do not name it under the new name.
  const below = isFolder && !isHidden ? await leftAloneBelow(swap, path) : []
  const visibility = isHidden ? 'hidden' : (below ?? 'hidden')
  const beside = outsideOf(submodules, path)
  const aside = await keepAside(repository, file, beside, now, visibility)
  return aside === null ? [] : [kept({ ...delta, path }, aside)]
}

/** Makes the folders on the way; a file or a link there is set aside, never followed. */
export const clearWay = async (swap: Swap, delta: TreeDelta): Promise<readonly ConflictKept[]> => {
  const facts: ConflictKept[] = []
  for (const folder of foldersOf(delta.path)) {
    const place = fileAt(swap.repository.workTree, folder)
    const found = statNow(place)
    if (found?.isDirectory() === true) continue
    if (found !== null) facts.push(...(await setAside(swap, delta, folder)))
    await mkdir(place)
  }
  return facts
}
