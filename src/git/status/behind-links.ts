import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { seenNow } from '../files/stat-now.js'
import type { GitIndex } from '../git-objects.js'
import { orNull, status } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { StatusEntry } from './status-entry.js'

/** What the index has below a path. */
const belowIn = async (index: GitIndex, path: RepoPath): Promise<readonly RepoPath[]> => {
  const folder = `${path}/`
  const first = await orNull(index.findPrefix(folder))
  const found: RepoPath[] = []
  if (first === null) return found
  for (let n = first; n < index.entryCount(); n += 1) {
    const entry = index.getByIndex(n)
    if (!entry.path.startsWith(folder)) break
    found.push(entry.path)
  }
  return found
}

/**
 * Tracked files whose folder has become a link that nobody can look through, as to itself or into what is barred: they
 * are gone like those behind any other link. git calls that an error and lists none of them, though `git add` takes
 * them out; left in the index beside the link, they would keep git from making a tree of it.
 *
 * @param entries what git listed, the link among it
 */
export const goneBehindLinks = async (
  { git, workTree }: Repository,
  entries: readonly StatusEntry[],
): Promise<readonly StatusEntry[]> => {
  const links = entries.filter(({ path }) => seenNow(fileAt(workTree, path))?.isSymbolicLink())
  const listed = new Set(entries.map(({ path }) => path))
  const gone: StatusEntry[] = []
  const index = await git.index()
  for (const link of links)
    for (const path of await belowIn(index, link.path))
      if (!listed.has(path)) gone.push({ path, flags: status.deleted })
  return gone
}
