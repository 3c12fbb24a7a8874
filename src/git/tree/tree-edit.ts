import { join } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { isBelowAny } from '../files/folders.js'
import type { GitTree } from '../git-objects.js'
import { libgit2, orNull } from '../libgit2.js'
import { entryOf } from '../index/index-entry.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { Version } from './version.js'
import { canonical } from './tree-changes.js'

/** What is to be at a path of a tree; null: nothing. */
export interface TreeEdit {
  readonly path: RepoPath
  readonly version: Version | null
}

/** What a tree has at a path, a folder included; null where it has nothing. */
export const entryAt = async (tree: GitTree, path: RepoPath): Promise<Version | null> => {
  const entry = await orNull(tree.entryByPath(path))
  return entry === null ? null : { oid: entry.id().tostrS(), mode: canonical(entry.filemode()) }
}

/** A file needs folders where files are, or a folder is where it belongs. @throws GitFailure */
const refuseInTheWay = async (tree: GitTree, { path, version }: TreeEdit): Promise<void> => {
  if (version === null) return
  const entry = await orNull(tree.entryByPath(path))
  if (entry?.isTree() === true)
    throw failure('conflict', `${path} is a folder now.`, 'Name another place with --to.')
  const parts = path.split('/')
  const folders = parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('/'))
  for (const folder of folders) {
    const found = await orNull(tree.entryByPath(folder))
    if (found !== null && !found.isTree())
      throw failure('conflict', `${folder} is a file now.`, 'Name another place with --to.')
  }
}

/** The tree with these edits, written; the work tree and the index are not touched. @throws GitFailure `conflict` */
export const editTree = async (
  { git, ownDir }: Repository,
  tree: GitTree,
  edits: readonly TreeEdit[],
): Promise<Oid> => {
  const removed = edits.filter(({ version }) => version === null).map(({ path }) => path)
  const index = await libgit2.Index.open(join(ownDir, 'no-index'))
  await index.readTree(tree)
  for (const path of removed) await index.removeByPath(path)
  for (const edit of edits) {
    if (!isBelowAny(edit.path, new Set(removed))) await refuseInTheWay(tree, edit)
    if (edit.version !== null) await index.add(entryOf(edit.path, edit.version))
  }
  return (await index.writeTreeTo(git)).tostrS()
}
