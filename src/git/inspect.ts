import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoSettings } from '../actors/settings.js'
import { seenNow } from './files/stat-now.js'
import type { GitRepository } from './git-objects.js'
import { libgit2 } from './libgit2.js'
import { refuseWhileWriting } from './open-editor.js'
import { failure } from './problem/problem.js'
import { readBranch, readRef } from './refs/position.js'
import { treeOf } from './tree/tree-changes.js'

/** git_repository_state_t, in the words of `git status`. */
const operations: Readonly<Record<number, string>> = {
  1: 'merge',
  2: 'revert',
  3: 'revert',
  4: 'cherry-pick',
  5: 'cherry-pick',
  6: 'bisect',
  7: 'rebase',
  8: 'rebase',
  9: 'rebase',
  10: 'am',
  11: 'am or rebase',
}

const endings: Readonly<Record<string, string>> = {
  bisect: 'git bisect reset',
  rebase: 'git rebase --continue or git rebase --abort',
  am: 'git am --continue or git am --abort',
  'cherry-pick': 'git cherry-pick --continue or git cherry-pick --abort',
  revert: 'git revert --continue or git revert --abort',
  merge: 'git commit or git merge --abort',
}

/** Whether nothing of a merge is in the index: git could not even begin it, as where another's lock stood in its way. */
const isVoid = async (git: GitRepository): Promise<boolean> => {
  const index = await libgit2.Index.open(join(git.path(), 'index'))
  if (index.hasConflicts()) return false
  const head = await readRef(git, 'HEAD')
  const tree = await treeOf(git, head?.tostrS() ?? null)
  return (await libgit2.Diff.treeToIndex(git, tree, index, {})).numDeltas() === 0
}

const remedyOf = async (git: GitRepository, operation: string): Promise<string> =>
  operation === 'merge' && (await isVoid(git))
    ? 'Nothing of it is here, and git commit would record it as merged all the same. Give it up: git merge --abort.'
    : `Finish it or give it up: ${endings[operation] ?? 'see git status'}.`

/**
 * What is picked or reverted of several commits, which nothing else tells of between two of them.
 * @returns undefined where nothing is
 */
const sequencedIn = async (gitDir: string): Promise<string | undefined> => {
  const todo = join(gitDir, 'sequencer', 'todo')
  if (seenNow(todo) === null) return undefined
  const [command] = (await readFile(todo, 'utf8').catch(() => '')).split(' ', 1)
  return command === 'revert' ? 'revert' : 'cherry-pick'
}

/** A person's merge, rebase, open commit message… comes first, and the branch must be the one that is meant. @returns its name @throws GitFailure */
export const refuseUnlessAtRest = async (
  git: GitRepository,
  settings: Pick<RepoSettings, 'branch'>,
): Promise<string> => {
  const operation = operations[git.state()] ?? (await sequencedIn(git.path()))
  if (operation !== undefined)
    throw failure(
      'operation-in-progress',
      `${operation === 'am' ? 'An' : 'A'} ${operation} is in progress.`,
      await remedyOf(git, operation),
    )
  await refuseWhileWriting(git)
  const branch = await readBranch(git)
  if (settings.branch !== null && settings.branch !== branch)
    throw failure(
      'wrong-branch',
      `HEAD is on ${branch}, the configuration says ${settings.branch}.`,
      `git switch ${settings.branch}, or change "branch".`,
    )
  return branch
}
