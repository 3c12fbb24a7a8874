import { readdir } from 'node:fs/promises'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, pathOf } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Found } from './survey.js'

/** Whether it is a folder that is empty once these are gone. */
const isEmptied = async (
  repository: Repository,
  folder: RepoPath,
  gone: ReadonlySet<RepoPath>,
): Promise<boolean> => {
  const options = { withFileTypes: true, encoding: 'buffer' } as const
  const entries = await orAbsent(readdir(fileAt(repository.workTree, folder), options))
  for (const entry of entries ?? []) {
    const path = `${folder}/${pathOf(entry.name)}`
    if (!(entry.isDirectory() ? await isEmptied(repository, path, gone) : gone.has(path)))
      return false
  }
  return entries !== null
}

/** The first path of a move at which something stands that is in no commit, and that would be replaced. */
export const barredIn = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  found: readonly Found[],
): Promise<RepoPath | null> => {
  const gone = new Set(
    deltas
      .filter(({ to }, n) => to === null && found[n]?.kind === 'as-from')
      .map(({ path }) => path),
  )
  for (const [n, { path, to }] of deltas.entries()) {
    if (found[n]?.kind !== 'other') continue
    if (to === null || !(await isEmptied(repository, path, gone))) return path
  }
  return null
}
