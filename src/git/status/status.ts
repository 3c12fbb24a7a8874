import { setImmediate } from 'node:timers/promises'
import type { Changes } from '../../actors/changes.js'
import type { GitRepository } from '../git-objects.js'
import { refuseEndless } from './endless-rules.js'
import { findGit } from '../program/git-program.js'
import { readGitStatus } from './git-status.js'
import { readIgnoredByGit } from './ignored-directories.js'
import { withoutIgnored } from './ignored.js'
import { libgit2, status, statusOption } from '../libgit2.js'
import { GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { StatusEntry } from './status-entry.js'

/** Entries read between two turns of the event loop: about a millisecond. */
const slice = 256

const readSlices = async (
  git: GitRepository,
  flags: number,
  pathspec?: readonly string[],
): Promise<readonly StatusEntry[]> => {
  const list = await libgit2.StatusList.create(git, {
    show: 0,
    flags,
    ...(pathspec === undefined ? {} : { pathspec }),
  })
  const total = list.entrycount()
  const entries: StatusEntry[] = []
  for (let n = 0; n < total; n += 1) {
    const entry = libgit2.Status.byIndex(list, n)
    const delta = entry.indexToWorkdir() ?? entry.headToIndex()
    const path = delta?.newFile().path() ?? delta?.oldFile().path()
    if (path !== undefined) entries.push({ path, flags: entry.status() })
    if (n % slice === slice - 1) await setImmediate()
  }
  return entries
}

const flags =
  statusOption.includeUntracked | statusOption.recurseUntracked | statusOption.includeUnreadable

/** HEAD and index differ: somebody staged it. */
export const stagedFlags =
  status.indexNew | status.indexModified | status.indexDeleted | status.indexTypeChange

/** A byte that is no UTF-8 shows as this; such a name cannot be given back to libgit2. */
export const unnameable = '\u{FFFD}'

/** A look at everything; libgit2 stands in where the git program is not installed. */
const readAll = async (repository: Repository): Promise<readonly StatusEntry[]> => {
  if ((await findGit()) !== null) return readGitStatus(repository)
  await refuseEndless(repository.workTree, [''])
  return readSlices(repository.git, flags)
}

/** libgit2 gives up the whole look at one file that it may not read, or that lies too deep; git could not say what it ignores. */
const isBarred = (error: unknown): boolean =>
  error instanceof GitFailure ||
  (error instanceof Error && /permission denied|nesting too deep/i.test(error.message))

/** What `git status` would list: everywhere, or under these paths, and then more where git must be asked for them. */
export const readStatus = async (
  repository: Repository,
  changes: Changes,
): Promise<readonly StatusEntry[]> => {
  if (changes.kind === 'everything') return readAll(repository)
  const paths = [...changes.paths]
  if (paths.some((path) => path.includes(unnameable))) return readAll(repository)
  await refuseEndless(repository.workTree, paths)
  try {
    const entries = await readSlices(repository.git, flags | statusOption.exactPaths, paths)
    return await withoutIgnored(repository, entries)
  } catch (error) {
    if (isBarred(error)) return readAll(repository)
    throw error
  }
}

/** The top-most ignored directories, without a trailing `/`. */
export const readIgnoredDirectories = async (
  repository: Repository,
): Promise<readonly string[]> => {
  if ((await findGit()) !== null) return readIgnoredByGit(repository)
  await refuseEndless(repository.workTree, [''])
  const entries = await readSlices(repository.git, flags | statusOption.includeIgnored)
  return entries
    .filter(({ flags: found, path }) => (found & status.ignored) !== 0 && path.endsWith('/'))
    .map(({ path }) => path.slice(0, -1))
}
