import { lstat, readlink } from 'node:fs/promises'
import { filtering } from '../program/filtering.js'
import { runGit } from '../program/git-program.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { blobOf } from './keep-aside.js'

/** The blob that a file, with no filter, or a link is recorded as; null where there is none, or it cannot be told. */
export const blobOfAny = async ({ git }: Repository, file: string): Promise<string | null> => {
  const found = await lstat(file)
  if (!found.isSymbolicLink()) return found.isFile() ? blobOf(git, file) : null
  const target = await readlink(file, { encoding: 'buffer' })
  return libgit2.Blob.createFromBuffer(git, target, target.length).then(
    (oid) => oid.tostrS(),
    () => null,
  )
}

/** Whether a version that was set aside is the one that the move comes from. */
export const isOld = async (
  repository: Repository,
  { path, from }: TreeDelta,
  file: string,
): Promise<boolean> => {
  const found = await lstat(file)
  if (from === null || found.isSymbolicLink() !== (from.mode === fileMode.link)) return false
  const old = from.oid
  if ((await blobOfAny(repository, file)) === old) return true
  if (!found.isFile()) return false
  const args = ['hash-object', `--path=${path}`, '--', file]
  const { stdout } = await runGit(args, filtering(repository))
  return stdout.toString('latin1').trim() === old
}
