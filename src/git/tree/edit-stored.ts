import type { Oid, RepoPath } from '../../actors/outcome.js'
import type { GitOid, GitRepository } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { StoredEntry } from './stored-tree.js'
import { entriesIn, isFolder, readStored } from './stored-tree.js'
import type { Version } from './version.js'

/** Versions by path, relative to one tree; null: nothing is to be there. */
type Edits = ReadonlyMap<RepoPath, Version | null>

/** Bytes of the largest tree that is edited here: what goes through it holds the event loop, some milliseconds at the most. */
const largest = 256 * 1024

const modes: ReadonlySet<number> = new Set([
  ...[fileMode.file, fileMode.executable, fileMode.link],
  ...[fileMode.commit, fileMode.tree],
])

/** The edits of a tree's own files, and those below each of its folders. */
const sorted = (
  edits: Edits,
): { readonly files: Edits; readonly folders: ReadonlyMap<string, Edits> } => {
  const files = new Map<string, Version | null>()
  const folders = new Map<string, Map<RepoPath, Version | null>>()
  for (const [path, version] of edits) {
    const slash = path.indexOf('/')
    if (slash === -1) {
      files.set(path, version)
      continue
    }
    const folder = path.slice(0, slash)
    const below = folders.get(folder) ?? new Map<RepoPath, Version | null>()
    folders.set(folder, below.set(path.slice(slash + 1), version))
  }
  return { files, folders }
}

/** The entries of a tree by their names; null where this is none to be edited here. */
const namedIn = async (
  git: GitRepository,
  tree: Oid,
): Promise<ReadonlyMap<string, StoredEntry> | null> => {
  const stored = await readStored(await git.odb(), tree)
  if (stored.length > largest) return null
  const entries = entriesIn(stored)
  if (!entries.every(({ mode }) => modes.has(mode))) return null
  return new Map(entries.map((entry) => [Buffer.from(entry.name, 'latin1').toString(), entry]))
}

/** What comes of a tree, which may be none any more; `barred`: that is not to be had here. */
type Edited = GitOid | 'empty' | 'barred'

const edited = async (git: GitRepository, tree: Oid | null, edits: Edits): Promise<Edited> => {
  const named = tree === null ? new Map<string, StoredEntry>() : await namedIn(git, tree)
  if (named === null) return 'barred'
  const { files, folders } = sorted(edits)
  const source = tree === null ? null : await libgit2.Tree.lookup(git, libgit2.Oid.fromString(tree))
  const builder = await libgit2.Treebuilder.create(git, source)
  for (const [name, version] of files) {
    const known = named.get(name)
    if (known !== undefined && isFolder(known)) return 'barred'
    if (version !== null) builder.insert(name, libgit2.Oid.fromString(version.oid), version.mode)
    else if (known !== undefined) builder.remove(name)
  }
  for (const [name, below] of folders) {
    const known = named.get(name)
    if (known !== undefined && !isFolder(known)) return 'barred'
    const after = await edited(git, known?.oid ?? null, below)
    if (after === 'barred') return after
    if (after !== 'empty') builder.insert(name, after, fileMode.tree)
    else if (known !== undefined) builder.remove(name)
  }
  return builder.entrycount() === 0 ? 'empty' : builder.write()
}

/**
 * The tree with these versions at these paths, written folder by folder, of which only those are read that lead to a
 * path. Null where that would not do: what is edited is large, was never git's own writing, or makes a file of a folder.
 *
 * @throws Error where a folder is missing or cannot be read
 */
export const editStored = async (
  git: GitRepository,
  tree: Oid,
  edits: Edits,
): Promise<Oid | null> => {
  const after = await edited(git, tree, edits)
  return typeof after === 'string' ? null : after.tostrS()
}
