import { access, constants, lstat, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, shownPath } from '../byte-name.js'
import { hasCode, orAbsent } from '../error-code.js'
import { readMounts } from '../mounts.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import type { Item } from './move.js'

/** Where files come from and go to, by rename and link. */
interface Ground {
  readonly dev: number
  readonly mount: string
  readonly mountOf: (path: RepoPath) => string
}

const groundOf = async ({ workTree, ownDir }: Repository): Promise<Ground> => {
  const [{ dev }, root, own, mountOf] = await Promise.all([
    lstat(ownDir),
    realpath(workTree),
    realpath(ownDir),
    readMounts(),
  ])
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

/** The rights of a person, and what not even the rights of root overcome. */
const refuseClosed = async (
  { workTree }: Repository,
  path: RepoPath,
  mode: number,
): Promise<void> => {
  const error: unknown = await access(fileAt(workTree, path), mode).catch((no: unknown) => no)
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

const refuseFolder = async (
  repository: Repository,
  folder: RepoPath,
  ground: Ground,
): Promise<'folder' | 'none'> => {
  const found = await orAbsent(lstat(fileAt(repository.workTree, folder)))
  if (found?.isDirectory() !== true) return 'none'
  refuseElsewhere(folder, found.dev, ground)
  await refuseClosed(repository, folder, constants.W_OK | constants.X_OK)
  return 'folder'
}

/** A file that is not to be written to can be replaced all the same, but for one that is a mount or immutable. */
const refuseFile = async (
  repository: Repository,
  { delta: { path }, found }: Item,
  ground: Ground,
): Promise<void> => {
  if (found.kind !== 'as-from' || !found.stat.isFile()) return
  refuseElsewhere(path, Number(found.stat.dev), ground)
  await refuseClosed(repository, path, constants.W_OK)
}

/** Every folder that files will come into or go from must bear it. @throws GitFailure before anything is touched */
export const refuseBarred = async (
  repository: Repository,
  items: readonly Item[],
): Promise<void> => {
  const ground = await groundOf(repository)
  const known = new Set<RepoPath>()
  for await (const [{ delta }] of inSlices(items, (item) => refuseFile(repository, item, ground))) {
    const { path } = delta
    for (let folder = posix.dirname(path); !known.has(folder); folder = posix.dirname(folder)) {
      known.add(folder)
      if ((await refuseFolder(repository, folder, ground)) === 'folder' || folder === '.') break
    }
  }
}
