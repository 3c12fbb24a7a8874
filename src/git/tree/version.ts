import type { Oid, RepoPath } from '../../actors/outcome.js'

/** One side of a conflicted path. */
export interface Version {
  readonly oid: Oid
  readonly mode: number
}

export const isSame = (a: Version, b: Version): boolean => a.oid === b.oid && a.mode === b.mode

export type Side = 'ours' | 'theirs'

/** Where a version is put, and whose it is. */
export interface Placed {
  readonly path: RepoPath
  readonly version: Version
  readonly side: Side
}

/** A path that did merge. */
export type MergedFile = Omit<Placed, 'side'>

/** Committer times of the two tips, seconds since the epoch. */
export type Times = Readonly<Record<Side, number>>
