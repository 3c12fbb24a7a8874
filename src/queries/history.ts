import type { FileVersion } from '../git/history/file-history.js'
import { readFileHistory } from '../git/history/file-history.js'
import { isUnnameable, unknownName } from '../git/history/unknown-name.js'
import { findWorkTree } from '../git/find-work-tree.js'
import { failure } from '../git/problem/problem.js'

export interface FileHistory {
  readonly repo: string
  readonly path: string
  /** Newest first. */
  readonly versions: readonly FileVersion[]
}

/** The versions of a file on the branch that is checked out, also of one that was deleted. Looks only. @throws GitFailure */
export const readHistory = async (
  file: string,
  options: { readonly count?: number } = {},
): Promise<FileHistory> => {
  const { workTree, path } = await findWorkTree(file)
  if (path === '') throw failure('not-found', `${file} is a work tree.`, 'Name a file in it.')
  const versions = await readFileHistory(workTree, path, options.count ?? null)
  if (versions.length === 0 && isUnnameable(path)) throw unknownName(path)
  return { repo: workTree, path, versions }
}
