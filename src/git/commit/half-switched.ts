import type { Oid } from '../../actors/outcome.js'
import { runGit } from '../program/git-program.js'
import type { HeldIndex } from '../index/index-copy.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { treeOf } from '../tree/tree-changes.js'
import { writeTree } from '../tree/write-tree.js'

/**
 * Milliseconds. `git checkout` publishes the index of the new branch and only then moves HEAD, a few milliseconds
 * later, or after as long as a hook takes: what is staged so freshly may be another branch's, above all where it is
 * just what another branch holds.
 */
const patience = { staged: 3_000, ofAnotherBranch: 10_000 } as const

const trees = ['for-each-ref', '--format=%(tree)', 'refs/heads', 'refs/remotes'] as const

const isOfAnotherBranch = async ({ workTree }: Repository, tree: Oid): Promise<boolean> => {
  const told = await runGit(trees, { cwd: workTree }).catch(() => null)
  return told?.stdout.toString('latin1').split('\n').includes(tree) === true
}

/**
 * Whoever staged something may be about to move HEAD: one branch's files must not be committed on another.
 *
 * @param readHead tells the commit that HEAD names
 * @throws GitFailure `locked`
 */
export const refuseHalfSwitched = async (
  repository: Repository,
  { index, foreignSince }: HeldIndex,
  readHead: () => Promise<Oid | null>,
): Promise<void> => {
  if (foreignSince === null || index.hasConflicts()) return
  const age = Math.abs(Date.now() - foreignSince)
  if (age >= patience.ofAnotherBranch) return
  const { git } = repository
  const { tree, deltas } = await writeTree(git, index, await treeOf(git, await readHead()))
  if (deltas.length === 0) return
  if (age >= patience.staged && !(await isOfAnotherBranch(repository, tree.tostrS()))) return
  throw failure(
    'locked',
    'Something was staged a moment ago, as git checkout does before it moves HEAD.',
    'It is waited for.',
  )
}
