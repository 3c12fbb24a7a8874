import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import type { GitRepository, GitTree } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Version } from './version.js'

/** A path that two trees have differently; null where a tree has it not. */
export interface TreeDelta {
  readonly path: string
  readonly from: Version | null
  readonly to: Version | null
}

/** Old versions of git and other programs recorded more of a mode than whether the owner may execute. */
export const canonical = (mode: number): number => {
  if ((mode & 0o170000) !== 0o100000) return mode
  return (mode & 0o100) === 0 ? fileMode.file : fileMode.executable
}

export const isSame = (a: Version | null, b: Version | null): boolean =>
  a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid

/** Deltas read between two turns of the event loop: about a millisecond. */
const slice = 256

/** The tree of a commit; null, the empty tree, for none. */
export const treeOf = async (git: GitRepository, commit: Oid | null): Promise<GitTree | null> =>
  commit === null ? null : (await libgit2.Commit.lookup(git, commit)).getTree()

/** From one tree to another, paths in git's order. Null stands for the empty tree. */
export const diffTrees = async (
  git: GitRepository,
  from: GitTree | null,
  to: GitTree | null,
): Promise<readonly TreeDelta[]> => {
  const diff = await libgit2.Diff.treeToTree(git, from, to, { flags: includeTypeChange })
  const total = diff.numDeltas()
  const deltas: TreeDelta[] = []
  for (let n = 0; n < total; n += 1) {
    const delta = diff.getDelta(n)
    const [old, fresh] = [delta.oldFile(), delta.newFile()]
    const kind = delta.status()
    const from = kind === added ? null : { oid: old.id().tostrS(), mode: canonical(old.mode()) }
    const to = kind === deleted ? null : { oid: fresh.id().tostrS(), mode: canonical(fresh.mode()) }
    if (!isSame(from, to)) deltas.push({ path: (to === null ? old : fresh).path(), from, to })
    if (n % slice === slice - 1) await setImmediate()
  }
  return deltas
}

/** GIT_DELTA_ADDED and GIT_DELTA_DELETED. */
const added = 1
const deleted = 2

/** GIT_DIFF_INCLUDE_TYPECHANGE: a file that became a link is one delta, not two. */
const includeTypeChange = 64
