import type { Oid } from '../../actors/outcome.js'
import { seenNow } from '../files/stat-now.js'
import { flushPaths } from '../files/flush-paths.js'
import { flushMany } from '../files/flush.js'
import type { GitCommit, GitRepository } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { diffTreesExactly, treeOf } from '../tree/tree-changes.js'
import { objectsOf } from './garbage.js'
import { looseFileOf, looseFilesOf } from './loose-objects.js'

/** Milliseconds after which a file system has written what it was given; Linux takes half a minute. */
const settled = 120_000

/** Commits that are flushed. More of them in two minutes come out of a pack, which git flushes by itself. */
const bound = 1_000

const isRecent = ({ commonDir }: Repository, oid: Oid): boolean => {
  const seen = seenNow(looseFileOf(commonDir, oid))
  return seen !== null && Number(seen.mtimeMs) > Date.now() - settled
}

const parentsOf = (commit: GitCommit): readonly Oid[] =>
  Array.from({ length: commit.parentcount() }, (_, n) => commit.parentId(n).tostrS())

/** What the commit brought, in files of its own and in the work tree. */
const flushCommit = async (repository: Repository, commit: GitCommit): Promise<void> => {
  const { git, workTree, commonDir } = repository
  const before = await treeOf(git, parentsOf(commit)[0] ?? null)
  const tree = (await commit.getTree()).id()
  const brought = await diffTreesExactly(git, before?.id() ?? null, tree)
  const objects = objectsOf(brought, commit.id())
  const paths = brought.deltas.map(({ path }) => path)
  await flushMany(await looseFilesOf(commonDir, objects), commonDir)
  await flushPaths(workTree, paths)
}

/** A commit with all that is in it on the disk, while its repository is open. */
const flushedTips = new WeakMap<GitRepository, Oid>()

/** Whoever made this commit has flushed it. */
export const rememberFlushed = ({ git }: Repository, tip: Oid): void => {
  flushedTips.set(git, tip)
}

/**
 * Brings to the disk what others committed a moment ago, before a commit of ours is built on it: git has its references
 * on the disk, and its objects only when the file system comes to it, as with the files that a person saved.
 */
export const flushHistory = async (repository: Repository, head: Oid): Promise<void> => {
  if (flushedTips.get(repository.git) === head) return
  const found = new Set([head])
  for (const oid of found) {
    if (found.size > bound || !isRecent(repository, oid)) continue
    const commit = await libgit2.Commit.lookup(repository.git, oid).catch(() => null)
    if (commit === null) continue
    for (const parent of parentsOf(commit)) found.add(parent)
    await flushCommit(repository, commit).catch(() => undefined)
  }
  rememberFlushed(repository, head)
}
