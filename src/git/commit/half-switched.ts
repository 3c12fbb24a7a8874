import type { Oid } from '../../actors/outcome.js'
import { gitRuns } from '../program/git-processes.js'
import { runGit } from '../program/git-program.js'
import type { HeldIndex } from '../index/index-copy.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { treeOf } from '../tree/tree-changes.js'
import { writeTree } from '../tree/write-tree.js'

/**
 * Milliseconds. `git checkout` publishes the index of the new branch and only then moves HEAD, a few milliseconds
 * later, or after as long as a hook takes: what is staged so freshly may be another branch's, above all where it is
 * just what another branch holds. Where a command of git's is seen that may go on to record it, that is waited for, unless
 * it is forgotten, as in an editor that nobody closes.
 */
const patience = { staged: 3_000, ofAnotherBranch: 10_000, atWork: 600_000 } as const

const trees = ['for-each-ref', '--format=%(tree)', 'refs/heads', 'refs/remotes'] as const

const isOfAnotherBranch = async ({ workTree }: Repository, tree: Oid): Promise<boolean> => {
  const told = await runGit(trees, { cwd: workTree }).catch(() => null)
  return told?.stdout.toString('latin1').split('\n').includes(tree) === true
}

/** Commands of git's that stage what they are about to record, and may wait for a hook before they do, or for a network. */
const recording: ReadonlySet<string> = new Set([
  ...['commit', 'merge', 'pull', 'cherry-pick', 'revert', 'rebase', 'am'],
  ...['switch', 'checkout', 'stash', 'reset'],
])

/**
 * Whoever staged something may be about to move HEAD, or to commit it: one branch's files must not be committed on
 * another, and what a person words a message for is theirs.
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
  if (age >= patience.atWork) return
  const { git, workTree } = repository
  const { tree, deltas } = await writeTree(git, index, await treeOf(git, await readHead()))
  if (deltas.length === 0) return
  if (await gitRuns(recording, workTree))
    throw failure(
      'locked',
      'Something is staged, and a git command is at work that may be about to record it.',
      'It is waited for: let its hook or its editor end.',
    )
  if (age >= patience.ofAnotherBranch) return
  if (age >= patience.staged && !(await isOfAnotherBranch(repository, tree.tostrS()))) return
  throw failure(
    'locked',
    'Something was staged a moment ago, as git checkout does before it moves HEAD.',
    'It is waited for.',
  )
}
