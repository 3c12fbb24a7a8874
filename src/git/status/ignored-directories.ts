import type { RepoPath } from '../../actors/outcome.js'
import { printedBy } from '../program/git-output.js'
import { runGit } from '../program/git-program.js'
import { ignoredAmong } from './ignored.js'
import { looking } from './looking.js'
import type { Repository } from '../repository.js'

/** It looks at no tracked file, which takes a status most of its time. A monitor is nothing to trust. */
const args = [
  ...['-c', 'core.fsmonitor=false', 'ls-files', '-z'],
  ...['--others', '--ignored', '--exclude-standard', '--directory'],
]

/**
 * The top-most folders that a rule names and that hold nothing tracked, without a trailing `/`. git lists beside them
 * folders in which it ignores each file by itself: a new file there may be none that it ignores. @throws GitFailure
 */
export const readIgnoredByGit = async (repository: Repository): Promise<readonly RepoPath[]> => {
  const lines = printedBy(await runGit(args, looking(repository)))
    .toString()
    .split('\0')
  const folders = lines.filter((line) => line.endsWith('/')).map((line) => line.slice(0, -1))
  if (folders.length === 0) return []
  const named = await ignoredAmong(repository, folders)
  return folders.filter((folder) => named.has(folder))
}
