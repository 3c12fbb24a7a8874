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

const noting =
  <A extends readonly unknown[], R>(note: (...args: NoInfer<A>) => void, call: (...args: A) => R) =>
  (...args: A): R => {
    note(...args)
    return call(...args)
  }

/**
 * From now on every change that is made to the index through this object is noted; nothing else changes an entry of it.
 */
export const followTree = (index: GitIndex): void => {
  followed.add(index)
  const note = (path: RepoPath): void => {
    known.get(index)?.changed.add(path)
  }
  const forget = (): void => {
    forgetTree(index)
  }
  const following: Changing = {
    add: noting(({ path }) => {
      note(path)
    }, index.add.bind(index)),
    addByPath: noting(note, index.addByPath.bind(index)),
    removeByPath: noting(note, index.removeByPath.bind(index)),
    // One that is not forced reads what is new alone: whoever asks for it knows whether there may be something.
    read: noting((force) => {
      if (force === 1) forget()
    }, index.read.bind(index)),
    readTree: noting(forget, index.readTree.bind(index)),
    addAll: noting(forget, index.addAll.bind(index)),
    clear: noting(forget, index.clear.bind(index)),
    conflictCleanup: noting(forget, index.conflictCleanup.bind(index)),
  }
  Object.assign(index, following)
}
