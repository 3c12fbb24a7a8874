import { join } from 'node:path'
import type { Oid, RepoPath } from '../actors/outcome.js'
import type { ConflictCopy } from '../git/merge/conflict-copies.js'
import { readConflictCopies } from '../git/merge/conflict-copies.js'
import type { FileVersion } from '../git/history/file-history.js'
import { readFileHistory } from '../git/history/file-history.js'
import type { Place } from '../git/find-work-tree.js'
import { findWorkTree } from '../git/find-work-tree.js'
import { diffOfFiles } from '../git/history/file-diff.js'

/** A version that lost a conflict, and waits beside the one that kept the name. */
export interface Conflict {
  readonly repo: string
  readonly copy: RepoPath
  readonly origin: RepoPath
  /** Whether the origin is there still. */
  readonly present: boolean
  /** When the version that lost was committed, ISO 8601, UTC. */
  readonly at: string
  /** Where it was made, and by whom; null where no commit tells. */
  readonly machine: string | null
  readonly author: string | null
  /** The commit that has it. */
  readonly commit: Oid | null
  /** From the origin to the copy; null where it was not asked for. */
  readonly diff: string | null
}

/** The commit that made the losing version; a version that none had before is told by the one that took its copy up. */
const losingVersion = async (
  workTree: string,
  { copy, origin, blob }: ConflictCopy,
): Promise<FileVersion | null> => {
  const loses = (version: FileVersion): boolean => version.blob?.startsWith(blob) === true
  const own = (await readFileHistory(workTree, origin)).find(loses)
  return own ?? (await readFileHistory(workTree, copy)).find(loses) ?? null
}

const isWithin = (path: RepoPath, folder: RepoPath): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`)

const conflictsAt = async (
  { workTree, path }: Place,
  { diff }: { readonly diff: boolean },
): Promise<readonly Conflict[]> => {
  const conflicts: Conflict[] = []
  for (const found of await readConflictCopies(workTree)) {
    const { copy, origin, present, seconds } = found
    if (!isWithin(copy, path) && !isWithin(origin, path)) continue
    const lost = await losingVersion(workTree, found)
    conflicts.push({
      repo: workTree,
      copy,
      origin,
      present,
      at: new Date(seconds * 1000).toISOString(),
      machine: lost?.machine ?? null,
      author: lost?.author ?? null,
      commit: lost?.oid ?? null,
      diff: diff ? await diffOfFiles(workTree, present ? origin : null, copy) : null,
    })
  }
  return conflicts
}

/**
 * The conflict copies of these work trees, or below these folders, known by their names. Looks only.
 *
 * @param places work trees, or files and folders in them
 * @throws GitFailure where one is in no work tree
 */
export const listConflicts = async (
  places: readonly string[],
  options: { readonly diff?: boolean } = {},
): Promise<readonly Conflict[]> => {
  const found = new Map<string, Conflict>()
  for (const place of places)
    for (const conflict of await conflictsAt(await findWorkTree(place), {
      diff: options.diff === true,
    }))
      found.set(join(conflict.repo, conflict.copy), conflict)
  return [...found.values()]
}
