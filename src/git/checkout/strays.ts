import { readdir } from 'node:fs/promises'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { fileAt, pathOf, shownPath } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import { fileMode, status } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { StatusEntry } from '../status/status-entry.js'
import { isIgnored } from './hide.js'
import type { Item } from './move.js'
import { isReachable, makeWay, removeEmptyParents } from './reach.js'
import type { Swap } from './way.js'
import { setAside } from './way.js'

/** Files and links below a folder, but for those of a repository of its own. */
const straysBelow = async (
  repository: Repository,
  folder: RepoPath,
): Promise<readonly RepoPath[]> => {
  if (!isReachable(repository, `${folder}/`)) return []
  const place = fileAt(repository.workTree, folder)
  const entries =
    (await orAbsent(readdir(place, { withFileTypes: true, encoding: 'buffer' }))) ?? []
  if (entries.some(({ name }) => name.toString() === '.git')) return []
  const found: RepoPath[] = []
  for (const entry of entries) {
    const path = `${folder}/${pathOf(entry.name)}`
    if (entry.isFile() || entry.isSymbolicLink()) found.push(path)
    else if (entry.isDirectory()) found.push(...(await straysBelow(repository, path)))
  }
  return found
}

/**
 * What somebody made under a new name in a folder that became a submodule is moved out of it: git looks at nothing
 * there, so that no commit would ever take it up. What commits leave out anyway stays where it is.
 */
export const clearStrays = async (
  swap: Swap,
  items: readonly Item[],
  isLeftOut: (entry: StatusEntry) => Promise<boolean>,
): Promise<readonly ConflictKept[]> => {
  const { repository } = swap
  const facts: ConflictKept[] = []
  for (const { delta } of items) {
    const { path: folder, from, to } = delta
    if (to?.mode !== fileMode.commit || from?.mode === fileMode.commit) continue
    for (const path of await straysBelow(repository, folder)) {
      const entry = { path: shownPath(path), flags: status.untracked }
      if ((await isIgnored(repository, path)) || (await isLeftOut(entry))) continue
      facts.push(...(await setAside(swap, { path: folder, from, to: null }, path)))
      await removeEmptyParents(repository, path)
    }
    await makeWay(repository, `${folder}/`)
  }
  return facts
}
