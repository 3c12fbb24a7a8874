import { lstat, rename } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { conflictCopyPath } from '../merge/conflict-name.js'
import { orAbsent } from '../problem/error-code.js'
import type { GitRepository } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { hide } from './hide.js'
import { losesFilter } from './loses-filter.js'
import { outsideOf } from './outside.js'
import { reach } from './reach.js'

/** Names that are tried, a second apart, before giving up; nothing is moved then. */
const nameBound = 100

const noBlob = '0000000'

/** What tells under which name content is kept that a move finds in its way, and whether commits take that up. */
export interface Keeping {
  readonly repository: Repository
  /** What is set aside lies outside of them. */
  readonly submodules: ReadonlySet<RepoPath>
  /** Paths whose content here a person keeps out of commits. */
  readonly withheld: ReadonlySet<RepoPath>
}

export interface Aside {
  readonly copy: RepoPath
  readonly blob: string | null
}

/** Null where libgit2 cannot read or name it, or it went meanwhile: it is moved all the same. */
export const blobOf = async (git: GitRepository, file: string | Buffer): Promise<string | null> => {
  if (typeof file !== 'string') return null
  return libgit2.Blob.createFromDisk(git, file).then(
    (oid) => oid.tostrS(),
    () => null,
  )
}

type Visibility = 'visible' | 'hidden' | readonly RepoPath[]

const hiddenOf = (copy: RepoPath, visibility: Visibility): readonly RepoPath[] => {
  if (visibility === 'visible') return []
  return visibility === 'hidden' ? [copy] : visibility.map((below) => `${copy}/${below}`)
}

/**
 * Gives content that no commit has, and that stands in the way, a conflict copy's name beside its own: by one
 * rename, so that whatever is there at that moment is what is kept. Where its folder is none any more, beside that. What
 * would lose the filter that encrypts it is hidden.
 *
 * @param file absolute path where the content is now
 * @param path where the content belongs
 * @param seconds since the epoch
 * @param visibility `hidden`: no commit takes it up; or what of a folder none does, relative to it
 * @returns null where it is gone
 */
export const keepAside = async (
  repository: Repository,
  file: string | Buffer,
  path: RepoPath,
  seconds: number,
  visibility: Visibility = 'visible',
): Promise<Aside | null> => {
  const { git, workTree } = repository
  for (let n = 0; n < nameBound; n += 1) {
    const found = await orAbsent(lstat(file))
    if (found === null) return null
    const blob = found.isFile() ? await blobOf(git, file) : null
    const beside = posix.join(await reach(repository, path), posix.basename(path))
    const copy = conflictCopyPath(beside, seconds + n, blob ?? noBlob)
    const target = fileAt(workTree, copy)
    if ((await orAbsent(lstat(target))) !== null) continue
    const isBare = visibility !== 'hidden' && (await losesFilter(repository, path, copy))
    const hidden = hiddenOf(copy, isBare ? 'hidden' : visibility)
    for (const one of hidden) await hide(repository, one)
    if (await orAbsent(rename(file, target).then(() => true))) return { copy, blob }
  }
  throw failure(
    'unexpected',
    `No free name was found to keep ${path} under.`,
    'Tidy up its folder.',
  )
}

export const visibilityOf = ({ withheld }: Keeping, path: RepoPath): 'visible' | 'hidden' =>
  withheld.has(path) ? 'hidden' : 'visible'

/** As `keepAside`, of content that belongs at a path of a move. */
export const keepBeside = (
  keeping: Keeping,
  file: string,
  path: RepoPath,
  seconds = Math.floor(Date.now() / 1000),
): Promise<Aside | null> => {
  const { repository, submodules } = keeping
  const beside = outsideOf(submodules, path)
  return keepAside(repository, file, beside, seconds, visibilityOf(keeping, path))
}
