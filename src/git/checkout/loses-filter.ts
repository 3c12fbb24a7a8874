import type { RepoPath } from '../../actors/outcome.js'
import { isByteName } from '../files/byte-name.js'
import { printedBy } from '../program/git-output.js'
import { findGit, runGit } from '../program/git-program.js'
import type { Repository } from '../repository.js'
import { looking } from '../status/looking.js'

/** Without a filter, or with one that hides nothing: of large files it keeps a name alone. */
const plain: ReadonlySet<string> = new Set(['unspecified', 'unset', 'set', '', 'lfs'])

/**
 * Whether a file that a filter encrypts, named by its path, would be recorded as it stands under another name.
 * @throws GitFailure where git cannot tell
 */
export const losesFilter = async (
  repository: Repository,
  path: RepoPath,
  copy: RepoPath,
): Promise<boolean> => {
  if (isByteName(path) || (await findGit()) === null) return false
  const args = ['check-attr', '-z', 'filter', '--', path, copy]
  const told = printedBy(await runGit(args, looking(repository))).toString()
  const [, , own = '', , , others = ''] = told.split('\0')
  return !plain.has(own) && own !== others
}
