import { lstat, mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { conflictCopyPath } from '../conflict-name.js'
import { orAbsent } from '../error-code.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'

/** Names that are tried, a second apart, before giving up; nothing is moved then. */
const nameBound = 100

const noBlob = '0000000'

export interface Aside {
  readonly copy: RepoPath
  readonly blob: string | null
}

/**
 * Gives content that no commit has, and that stands in the way, a conflict copy's name beside its own: by one
 * rename, so that whatever is there at that moment is what is kept.
 *
 * @param file absolute path where the content is now
 * @param path where the content belongs
 * @param seconds since the epoch
 */
export const keepAside = async (
  { git, workTree }: Repository,
  file: string,
  path: RepoPath,
  seconds: number,
): Promise<Aside> => {
  const isFile = (await lstat(file)).isFile()
  const blob = isFile ? (await libgit2.Blob.createFromDisk(git, file)).tostrS() : null
  for (let n = 0; n < nameBound; n += 1) {
    const copy = conflictCopyPath(path, seconds + n, blob ?? noBlob)
    const target = join(workTree, copy)
    if ((await orAbsent(lstat(target))) !== null) continue
    await mkdir(dirname(target), { recursive: true })
    await rename(file, target)
    return { copy, blob }
  }
  throw failure(
    'unexpected',
    `No free name was found to keep ${path} under.`,
    'Tidy up its folder.',
  )
}
