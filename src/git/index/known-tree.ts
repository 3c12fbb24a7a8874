import type { Oid, RepoPath } from '../../actors/outcome.js'
import type { GitIndex } from '../git-objects.js'

/** A tree that an index is, but for some paths. */
export interface KnownTree {
  readonly tree: Oid
  /** Whatever came to an entry since, or went. */
  readonly changed: ReadonlySet<RepoPath>
}

const known = new WeakMap<GitIndex, { readonly tree: Oid; readonly changed: Set<RepoPath> }>()

const followed = new WeakSet<GitIndex>()

/** Null where nobody can tell without writing all of it. */
export const knownTree = (index: GitIndex): KnownTree | null => known.get(index) ?? null

/** What was read from elsewhere is nobody's writing of ours. */
export const forgetTree = (index: GitIndex): void => {
  known.delete(index)
}

/** The index is this tree now. */
export const rememberTree = (index: GitIndex, tree: Oid): void => {
  if (followed.has(index)) known.set(index, { tree, changed: new Set() })
}

/** All that changes entries: what this leaves out of an index's interface only looks. */
type Changing = Pick<
  GitIndex,
  | 'add'
  | 'addByPath'
  | 'removeByPath'
  | 'read'
  | 'readTree'
  | 'addAll'
  | 'clear'
  | 'conflictCleanup'
>

const own = (index: GitIndex): Changing => ({
  add: index.add.bind(index),
  addByPath: index.addByPath.bind(index),
  removeByPath: index.removeByPath.bind(index),
  read: index.read.bind(index),
  readTree: index.readTree.bind(index),
  addAll: index.addAll.bind(index),
  clear: index.clear.bind(index),
  conflictCleanup: index.conflictCleanup.bind(index),
})

/**
 * From now on every change that is made to the index through this object is noted; nothing else changes an entry of it.
 */
export const followTree = (index: GitIndex): void => {
  followed.add(index)
  const itself = own(index)
  const note = (path: RepoPath): void => {
    known.get(index)?.changed.add(path)
  }
  const following: Changing = {
    add: (entry) => {
      note(entry.path)
      return itself.add(entry)
    },
    addByPath: (path) => {
      note(path)
      return itself.addByPath(path)
    },
    removeByPath: (path) => {
      note(path)
      return itself.removeByPath(path)
    },
    // One that is not forced reads what is new alone: whoever asks for it knows whether there may be something.
    read: (force) => {
      if (force === 1) forgetTree(index)
      return itself.read(force)
    },
    readTree: (tree) => {
      forgetTree(index)
      return itself.readTree(tree)
    },
    addAll: (...args) => {
      forgetTree(index)
      return itself.addAll(...args)
    },
    clear: () => {
      forgetTree(index)
      return itself.clear()
    },
    conflictCleanup: () => {
      forgetTree(index)
      return itself.conflictCleanup()
    },
  }
  Object.assign(index, following)
}
