import { access, constants, lstat } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, shownPath } from '../byte-name.js'
import { hasCode, orAbsent } from '../error-code.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'

/** Files come and go by rename and link, which end at the border of a file system and at a folder that is closed. */
const refuseFolder = async (
  { workTree }: Repository,
  folder: RepoPath,
  own: number,
): Promise<'folder' | 'none'> => {
  const place = fileAt(workTree, folder)
  const found = await orAbsent(lstat(place))
  if (found?.isDirectory() !== true) return 'none'
  if (found.dev !== own)
    throw failure(
      'unexpected',
      `${shownPath(folder)} is another file system than the repository, and the remote changes files in it.`,
      'Unmount it, or keep that folder out of the repository.',
    )
  await access(place, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw hasCode(error, 'EACCES')
      ? failure(
          'unexpected',
          `The remote changes files in ${folder === '.' ? workTree : shownPath(folder)}, which may not be written to.`,
          'Give yourself the right to write there (chmod u+rwx).',
        )
      : error
  })
  return 'folder'
}

/** Every folder that files will come into or go from must bear it. @throws GitFailure before anything is touched */
export const refuseBarred = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
): Promise<void> => {
  const { dev } = await lstat(repository.ownDir)
  const known = new Set<RepoPath>()
  for (const { path } of deltas)
    for (let folder = posix.dirname(path); !known.has(folder); folder = posix.dirname(folder)) {
      known.add(folder)
      if ((await refuseFolder(repository, folder, dev)) === 'folder' || folder === '.') break
    }
}
