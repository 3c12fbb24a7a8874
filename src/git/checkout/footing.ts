import { accessSync, constants } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, shownPath } from '../files/byte-name.js'
import { hasCode } from '../problem/error-code.js'
import { readMounts } from './mounts.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import { statNow } from '../files/stat-now.js'
import { isFile } from './file-state.js'
import type { Item } from './move.js'

/** Where files come from and go to, by rename and link. */
interface Ground {
  readonly dev: number
  readonly mount: string
  readonly mountOf: (path: RepoPath) => string
}

const groundOf = async ({ workTree, gitDir, ownDir }: Repository): Promise<Ground> => {
  const [{ dev }, root, own, mountOf] = await Promise.all([
    lstat(ownDir),
    realpath(workTree),
    realpath(ownDir),
    readMounts(),
  ])
  const top = await lstat(root)
  if (top.dev !== dev || mountOf(root) !== mountOf(own))
    throw failure(
      'unexpected',
      `${workTree} and ${gitDir} are on two file systems, or two mounts of one, between which no file can be renamed.`,
      'Keep both on the same one: what is saved is committed and pushed, and nothing of the remote comes in before.',
    )
  return { dev, mount: mountOf(own), mountOf: (path) => mountOf(join(root, path)) }
}

/** Rename and link end at the border of a file system, and of each of its mounts. */
const refuseElsewhere = (path: RepoPath, dev: number, ground: Ground): void => {
  if (dev === ground.dev && ground.mountOf(path) === ground.mount) return
  throw failure(
    'unexpected',
    `${shownPath(path)} is another file system than the repository, or another mount of it, and the remote changes it.`,
    'Unmount it, or keep it out of the repository.',
  )
}

/** Asked at once, as a stat is: of ten thousand files the way through a thread would take longer than the answer. */
const refusalOf = (file: string | Buffer, mode: number): unknown => {
  try {
    accessSync(file, mode)
    return null
  } catch (error) {
    return error
  }
}

/** The rights of a person, and what not even the rights of root overcome. */
const refuseClosed = ({ workTree }: Repository, path: RepoPath, mode: number): void => {
  const error = refusalOf(fileAt(workTree, path), mode)
  const shown = path === '.' ? workTree : shownPath(path)
  if (hasCode(error, 'EPERM'))
    throw failure(
      'unexpected',
      `${shown} is immutable, and the remote changes it.`,
      `Make it changeable (chattr -i ${JSON.stringify(shown)}).`,
    )
  if (hasCode(error, 'EACCES') && mode !== constants.W_OK)
    throw failure(
      'unexpected',
      `The remote changes files in ${shown}, which may not be written to.`,
      'Give yourself the right to write there (chmod u+rwx).',
    )
}

const refuseFolder = (
  repository: Repository,
  folder: RepoPath,
  ground: Ground,
): 'folder' | 'none' => {
  const found = statNow(fileAt(repository.workTree, folder))
  if (found?.isDirectory() !== true) return 'none'
  refuseElsewhere(folder, Number(found.dev), ground)
  refuseClosed(repository, folder, constants.W_OK | constants.X_OK)
  return 'folder'
}

/** A file that is not to be written to can be replaced all the same, but for one that is a mount or immutable. */
const refuseFile = (
  repository: Repository,
  { delta: { path }, found }: Item,
  ground: Ground,
): void => {
  if (found.kind !== 'as-from' || !isFile(found.state)) return
  refuseElsewhere(path, found.state.dev, ground)
  refuseClosed(repository, path, constants.W_OK)
}

/** Every folder that files will come into or go from must bear it. @throws GitFailure before anything is touched */
export const refuseBarred = async (
  repository: Repository,
  items: readonly Item[],
): Promise<void> => {
  const ground = await groundOf(repository)
  const known = new Set<RepoPath>()
  const looks = inSlices(items, (item) => {
    refuseFile(repository, item, ground)
  })
  for await (const [{ delta }] of looks) {
    const { path } = delta
    for (let folder = posix.dirname(path); !known.has(folder); folder = posix.dirname(folder)) {
      known.add(folder)
      if (refuseFolder(repository, folder, ground) === 'folder' || folder === '.') break
    }
  }
}
