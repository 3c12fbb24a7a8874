import type { RepoPath } from '../../actors/outcome.js'
import type { Trees } from './byte-conflicts.js'
import { isByteName } from '../files/byte-name.js'
import type { GitRepository, GitTree } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import type { Conflict, Side } from './resolve.js'

/** GIT_DIFF_DISABLE_PATHSPEC_MATCH: a path is itself, whatever characters are in it. */
const literalPaths = 1 << 12

/** GIT_DIFF_FIND_RENAMES */
const findRenames = 1

/** GIT_DELTA_RENAMED */
const renamed = 4

/** Whatever the machine's own settings say, so that every machine finds the same. */
export const renameLimits = {
  /** Alike in so many parts of a hundred: git's own measure. */
  threshold: 50,
  /**
   * Paths that changed, above which a file that was moved and edited is no more found. The most that it allows,
   * 2,500 files moved and edited on both sides, took four seconds; libgit2's own bound is 1,000 paths.
   */
  files: 5_000,
} as const

/** Where files went between two trees, of these paths alone. */
const movesIn = async (
  git: GitRepository,
  from: GitTree,
  to: GitTree,
  paths: readonly RepoPath[],
): Promise<ReadonlyMap<RepoPath, RepoPath>> => {
  const diff = await libgit2.Diff.treeToTree(git, from, to, {
    flags: literalPaths,
    pathspec: paths,
  })
  await diff.findSimilar({
    flags: findRenames,
    renameThreshold: renameLimits.threshold,
    renameLimit: renameLimits.files,
  })
  const moves = new Map<RepoPath, RepoPath>()
  for (let n = 0; n < diff.numDeltas(); n += 1) {
    const delta = diff.getDelta(n)
    if (delta.status() === renamed) moves.set(delta.oldFile().path(), delta.newFile().path())
  }
  return moves
}

const otherSide = { ours: 'theirs', theirs: 'ours' } as const

/** What one side has no more and the other has still: it may have been moved. */
const isLeft = ({ path, base, ...sides }: Conflict, mover: Side): boolean =>
  base !== null && sides[mover] === null && sides[otherSide[mover]] !== null && !isByteName(path)

/** What one side alone has, and had not: it may be where something went. */
const isNew = ({ path, base, ...sides }: Conflict, mover: Side): boolean =>
  base === null && sides[mover] !== null && sides[otherSide[mover]] === null && !isByteName(path)

const pairedBy = async (
  git: GitRepository,
  conflicts: readonly Conflict[],
  trees: Trees,
  mover: Side,
): Promise<readonly Conflict[]> => {
  const left = conflicts.filter((conflict) => isLeft(conflict, mover))
  const fresh = conflicts.filter((conflict) => isNew(conflict, mover))
  if (trees.base === null || left.length === 0 || fresh.length === 0) return conflicts
  const paths = [...left, ...fresh].map(({ path }) => path)
  const moves = await movesIn(git, trees.base, trees[mover], paths)
  const former = new Map<RepoPath, Conflict>()
  const arrived = new Set(fresh.map(({ path }) => path))
  for (const conflict of left) {
    const to = moves.get(conflict.path)
    if (to !== undefined && arrived.has(to)) former.set(to, conflict)
  }
  const gone = new Set(former.values())
  return conflicts.flatMap((conflict) => {
    if (gone.has(conflict)) return []
    const was = former.get(conflict.path)
    if (was === undefined) return [conflict]
    return [{ ...was, path: conflict.path, [mover]: conflict[mover] }]
  })
}

/**
 * Where one side moved a file that both changed, libgit2 puts the old name's versions and the new name's apart:
 * here they are one conflict, under the new name. What both moved keeps both names.
 */
export const pairRenames = async (
  git: GitRepository,
  conflicts: readonly Conflict[],
  trees: Trees,
): Promise<readonly Conflict[]> =>
  pairedBy(git, await pairedBy(git, conflicts, trees, 'theirs'), trees, 'ours')
