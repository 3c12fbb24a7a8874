import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilterOf } from '../attributes.js'
import { orAbsent } from '../error-code.js'
import { runGit } from '../git-program.js'
import { fileMode, libgit2, status } from '../libgit2.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'
import { readStatus } from '../status.js'
import type { TreeDelta, TreeEntry } from '../tree-changes.js'

/** What stands where a delta wants to write. */
export type Found =
  | { readonly kind: 'absent' }
  /** The version that the move comes from, at rest since this stat. */
  | { readonly kind: 'as-from'; readonly stat: BigIntStats }
  /** The version that the move goes to: nothing is left to do. */
  | { readonly kind: 'as-to' }
  /** Content that no commit has; never overwritten. */
  | { readonly kind: 'other' }

export const statOf = (repository: Repository, path: string): Promise<BigIntStats | null> =>
  orAbsent(lstat(join(repository.workTree, path), { bigint: true }))

/** Whether nobody wrote between the two. */
export const isSameFile = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.mode === b.mode

const dirty = status.modified | status.deleted | status.typeChange | status.conflicted

/** Status is asked about so many paths at a time. */
const slice = 2000

const hashOf = async (
  { git, workTree }: Repository,
  path: string,
  filterOf: FilterOf,
): Promise<string> => {
  if ((await filterOf(path)) === null)
    return (await libgit2.Blob.createFromWorkdir(git, path)).tostrS()
  const { stdout } = await runGit(['hash-object', '--', path], { cwd: workTree })
  return stdout.toString('latin1').trim()
}

const modeOf = (stat: BigIntStats): number =>
  stat.isSymbolicLink()
    ? fileMode.link
    : (stat.mode & 0o100n) === 0n
      ? fileMode.file
      : fileMode.executable

const isVersion = (entry: TreeEntry | null, oid: string, mode: number): boolean =>
  entry !== null && entry.oid.tostrS() === oid && entry.mode === mode

/** No filter runs for the target of a link. */
const noFilter: FilterOf = () => Promise.resolve(null)

/** Told by content, which takes a look into the file. */
const foundByContent = async (
  repository: Repository,
  { path, from, to }: TreeDelta,
  stat: BigIntStats,
  filterOf: FilterOf,
): Promise<Found> => {
  if (!stat.isFile() && !stat.isSymbolicLink()) return { kind: 'other' }
  const oid = await hashOf(repository, path, stat.isFile() ? filterOf : noFilter)
  const mode = modeOf(stat)
  if (isVersion(to, oid, mode)) return { kind: 'as-to' }
  return isVersion(from, oid, mode) ? { kind: 'as-from', stat } : { kind: 'other' }
}

/**
 * Before a move begins: every path must be as the index has it. The stats are taken before git is asked, so
 * that what git found clean is what they describe. @throws GitFailure `work-tree-moved`
 */
export const surveyClean = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  filterOf: FilterOf,
): Promise<readonly Found[]> => {
  const found: Found[] = []
  for (const delta of deltas) {
    const stat = await statOf(repository, delta.path)
    if (stat === null) found.push({ kind: 'absent' })
    else if (delta.from === null)
      found.push(await foundByContent(repository, delta, stat, filterOf))
    else if (stat.isDirectory()) found.push({ kind: 'other' })
    else found.push({ kind: 'as-from', stat })
  }
  for (let start = 0; start < deltas.length; start += slice) {
    const paths = deltas.slice(start, start + slice).map(({ path }) => path)
    const entries = await readStatus(repository.git, { kind: 'paths', paths: new Set(paths) })
    const moved = entries.find(({ flags }) => (flags & dirty) !== 0)
    if (moved !== undefined)
      throw failure(
        'work-tree-moved',
        `${moved.path} changed here and on the remote.`,
        'It is committed first; if it is held back from commits, see PathSkipped for the way out.',
      )
  }
  return found
}

/** After a kill: the files tell by their content how far the move had come. */
export const surveyByContent = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  filterOf: FilterOf,
): Promise<readonly Found[]> => {
  const found: Found[] = []
  for (const delta of deltas) {
    const stat = await statOf(repository, delta.path)
    found.push(
      stat === null ? { kind: 'absent' } : await foundByContent(repository, delta, stat, filterOf),
    )
  }
  return found
}
