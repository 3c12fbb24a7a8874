import type { RepoPath } from '../../actors/outcome.js'
import { failure, type GitFailure } from '../problem/problem.js'
import { unnameable } from '../status/status.js'

/** Node hands a name over with this character in the place of what is no UTF-8. */
export const isUnnameable = (path: RepoPath): boolean => path.includes(unnameable)

/** What is told of a name that no commit has. */
export const unknownName = (path: RepoPath): GitFailure =>
  failure(
    'not-found',
    `No commit of this branch has ${path}.`,
    isUnnameable(path)
      ? 'gitsync cannot be given a name that is not in UTF-8; git can: git log -- NAME, git restore --source=COMMIT -- NAME.'
      : 'Check its name.',
  )
