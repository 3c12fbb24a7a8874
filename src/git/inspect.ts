import type { RepoSettings } from '../actors/settings.js'
import type { GitRepository } from './git-objects.js'
import { refuseWhileWriting } from './open-editor.js'
import { failure } from './problem/problem.js'
import { readBranch } from './refs/position.js'

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

/** A person's merge, rebase, open commit message… comes first, and the branch must be the one that is meant. @returns its name @throws GitFailure */
export const refuseUnlessAtRest = async (
  git: GitRepository,
  settings: Pick<RepoSettings, 'branch'>,
): Promise<string> => {
  const operation = operations[git.state()]
  if (operation !== undefined)
    throw failure(
      'operation-in-progress',
      `${operation === 'am' ? 'An' : 'A'} ${operation} is in progress.`,
      `Finish it or give it up: ${endings[operation] ?? 'see git status'}.`,
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
