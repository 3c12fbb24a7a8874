import type { Oid, RepoPath } from '../../actors/outcome.js'
import { libgit2 } from '../libgit2.js'
import { openRepository } from '../repository.js'

/** From which commit to which something led; null: from nothing; undefined: from the first parent. */
export interface Passage {
  readonly from?: Oid | null
  readonly to: Oid
}

/** Whether a file or folder is another after a passage than before. */
export type Touches = (passage: Passage, path: RepoPath) => Promise<boolean>

/** Compares the names of trees, and so costs no more than the depth of the path. What is not there touches nothing. */
export const openTouches = async (workTree: string): Promise<Touches> => {
  const { git } = await openRepository(workTree)
  const entryAt = async (oid: Oid, path: RepoPath): Promise<string> => {
    const tree = await (await libgit2.Commit.lookup(git, oid)).getTree()
    return tree.entryByPath(path).then(
      (entry) => `${String(entry.filemode())} ${entry.id().tostrS()}`,
      () => '',
    )
  }
  const parentOf = async (oid: Oid): Promise<Oid | null> => {
    const commit = await libgit2.Commit.lookup(git, oid)
    return commit.parentcount() === 0 ? null : commit.parentId(0).tostrS()
  }
  return async ({ from, to }, path) => {
    try {
      const before = from === undefined ? await parentOf(to) : from
      return (before === null ? '' : await entryAt(before, path)) !== (await entryAt(to, path))
    } catch {
      return false
    }
  }
}
