import { mkdir, rmdir } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { hasCode, orAbsent } from '../problem/error-code.js'
import { foldersOf } from '../files/folders.js'
import type { Repository } from '../repository.js'
import { statNow } from '../files/stat-now.js'

const isFolder = ({ workTree }: Repository, folder: RepoPath): boolean =>
  statNow(fileAt(workTree, folder))?.isDirectory() === true

/** Whether the folders on the way are folders, and no link leads elsewhere. */
export const isReachable = (repository: Repository, path: RepoPath): boolean =>
  foldersOf(path).every((folder) => isFolder(repository, folder))

/**
 * Makes the folders on the way to a path, as far as nothing else stands there: behind a link lies what is no part of
 * the work tree. @returns the innermost of them, `.` for the work tree itself
 */
export const reach = async (repository: Repository, path: RepoPath): Promise<RepoPath> => {
  let reached = '.'
  for (const folder of foldersOf(path)) {
    await orAbsent(mkdir(fileAt(repository.workTree, folder))).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
    if (!isFolder(repository, folder)) break
    reached = folder
  }
  return reached
}

/** Makes the folders on the way. @returns whether nothing else stands there */
export const makeWay = async (repository: Repository, path: RepoPath): Promise<boolean> =>
  (await reach(repository, path)) === posix.dirname(path)

/** Empty folders are no part of a tree, so they go with their last file. */
export const removeEmptyParents = async (repository: Repository, path: RepoPath): Promise<void> => {
  const folders: RepoPath[] = []
  for (const folder of foldersOf(path))
    if (isFolder(repository, folder)) folders.push(folder)
    else break
  for (const folder of folders.toReversed())
    if (!(await succeeds(rmdir(fileAt(repository.workTree, folder))))) return
}

/** Whether it could be done; why not does not matter. */
export const succeeds = (done: Promise<unknown>): Promise<boolean> =>
  done.then(
    () => true,
    () => false,
  )
