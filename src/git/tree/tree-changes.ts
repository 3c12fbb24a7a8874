import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import type { GitOdb, GitOid, GitRepository, GitTree } from '../git-objects.js'
import { pathOf } from '../files/byte-name.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { StoredEntry } from './stored-tree.js'
import { isFolder, readStored, unlikeIn } from './stored-tree.js'
import type { Version } from './version.js'

/** A path that two trees have differently; null where a tree has it not. */
export interface TreeDelta {
  readonly path: string
  readonly from: Version | null
  readonly to: Version | null
}

/** How a tree came to be out of another one. */
export interface TreeDiff {
  readonly deltas: readonly TreeDelta[]
  /** The tree itself, and its folders that the other has not, or not so. */
  readonly trees: readonly Oid[]
}

/** Old versions of git and other programs recorded more of a mode than whether the owner may execute. */
export const canonical = (mode: number): number => {
  if ((mode & 0o170000) !== 0o100000) return mode
  return (mode & 0o100) === 0 ? fileMode.file : fileMode.executable
}

export const isSame = (a: Version | null, b: Version | null): boolean =>
  a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid

/** Entries gone through between two turns of the event loop: some milliseconds. */
const slice = 2048

/** The tree of a commit; null, the empty tree, for none. */
export const treeOf = async (git: GitRepository, commit: Oid | null): Promise<GitTree | null> =>
  commit === null ? null : (await libgit2.Commit.lookup(git, commit)).getTree()

const none = Buffer.alloc(0)

const folderIn = async (objects: GitOdb, entry: StoredEntry | null): Promise<Buffer> =>
  entry !== null && isFolder(entry) ? readStored(objects, entry.oid) : none

const leafIn = (entry: StoredEntry | null): Version | null =>
  entry === null || isFolder(entry) ? null : { oid: entry.oid, mode: canonical(entry.mode) }

/** Reads the folders alone that are not the same. */
const collect = async (
  objects: GitOdb,
  stored: readonly [from: Buffer, to: Buffer],
  named: (bytes: Buffer) => string,
  prefix: string,
  { deltas, trees }: { readonly deltas: TreeDelta[]; readonly trees: Oid[] },
): Promise<void> => {
  let seen = 0
  for (const pair of unlikeIn(...stored)) {
    seen += 1
    if (seen % slice === 0) await setImmediate()
    if (pair === null) continue
    const name = (pair.to ?? pair.from)?.name ?? ''
    const path = prefix + named(Buffer.from(name, 'latin1'))
    const [from, to] = [leafIn(pair.from), leafIn(pair.to)]
    if (!isSame(from, to)) deltas.push({ path, from, to })
    const folders = await Promise.all([pair.from, pair.to].map((one) => folderIn(objects, one)))
    const [old = none, fresh = none] = folders
    if (pair.to !== null && isFolder(pair.to)) trees.push(pair.to.oid)
    if (old.length + fresh.length > 0)
      await collect(objects, [old, fresh], named, `${path}/`, { deltas, trees })
  }
}

const diff = async (
  git: GitRepository,
  [from, to]: readonly [GitOid | null, GitOid | null],
  named: (bytes: Buffer) => string,
): Promise<TreeDiff> => {
  const objects = await git.odb()
  const stored = (tree: GitOid | null): Promise<Buffer> | Buffer =>
    tree === null ? none : readStored(objects, tree.tostrS())
  const [old, fresh] = await Promise.all([stored(from), stored(to)])
  const found = { deltas: [], trees: to === null ? [] : [to.tostrS()] }
  await collect(objects, [old, fresh], named, '', found)
  return found
}

/**
 * From one tree to another, paths in git's order. Null stands for the empty tree. Paths are as nodegit has them, text in
 * which bytes that are no UTF-8 are lost.
 *
 * libgit2 reads and hashes every folder of both, also those with the same name: at 100,000 files a third of what a commit of
 * one of them cost.
 *
 * @throws Error where a folder is missing or cannot be read
 */
export const diffTrees = (
  git: GitRepository,
  from: GitOid | null,
  to: GitOid | null,
): Promise<TreeDiff> => diff(git, [from, to], (bytes) => bytes.toString())

/** The same with every path as it is. */
export const diffTreesExactly = (
  git: GitRepository,
  from: GitOid | null,
  to: GitOid | null,
): Promise<TreeDiff> => diff(git, [from, to], pathOf)
