import { everything } from '../../actors/changes.js'
import type { RepoPath } from '../../actors/outcome.js'
import { status } from '../libgit2.js'
import { printedBy } from '../program/git-output.js'
import { findGit, runGit } from '../program/git-program.js'
import type { Repository } from '../repository.js'
import { looking } from './looking.js'
import { readStatus } from './status.js'

const args = [
  ...['-c', 'core.fsmonitor=false', 'diff-files'],
  ...['--name-only', '-z', '--ignore-submodules'],
]

/**
 * Tracked files that are gone, or whose size or times are not what the index has: at the least those that changed. A
 * status would look for untracked ones too, and into files. @throws GitFailure
 */
export const readChangedFiles = async (repository: Repository): Promise<readonly RepoPath[]> => {
  if ((await findGit()) !== null) {
    const printed = printedBy(await runGit(args, looking(repository)))
    return printed.toString().split('\0').slice(0, -1)
  }
  const entries = await readStatus(repository, everything)
  return entries
    .filter(({ flags }) => (flags & (status.modified | status.deleted)) !== 0)
    .map(({ path }) => path)
}
