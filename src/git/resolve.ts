import type { ConflictKept, Oid, RepoPath } from '../actors/outcome.js'
import type { RepoSettings } from '../actors/settings.js'
import { conflictCopyPath } from './conflict-name.js'
import { fileMode } from './libgit2.js'

/** One side of a conflicted path. */
export interface Version {
  readonly oid: Oid
  readonly mode: number
}

/** A path that did not merge, as the three stages of the index tell it. */
export interface Conflict {
  readonly path: RepoPath
  readonly base: Version | null
  readonly ours: Version | null
  readonly theirs: Version | null
}

export type Side = 'ours' | 'theirs'

/** Where a version is put, and whose it is. */
export interface Placed {
  readonly path: RepoPath
  readonly version: Version
  readonly side: Side
}

/** A path that did merge. */
export type MergedFile = Omit<Placed, 'side'>

/** Whose the paths are that one side alone has. */
export type Sides = ReadonlyMap<RepoPath, Side>

export interface Resolution {
  /** Merged paths that make way for a folder. */
  readonly freed: readonly RepoPath[]
  readonly placed: readonly Placed[]
  readonly kept: readonly ConflictKept[]
}

/** Of one path. */
type Outcome = Omit<Resolution, 'freed'>

/** Committer times of the two tips, seconds since the epoch. */
export type Times = Readonly<Record<Side, number>>

export type Policy = Exclude<RepoSettings['conflict'], 'halt'>

const told = ({ path, ours, theirs }: Conflict, copy: RepoPath | null): ConflictKept => ({
  type: 'ConflictKept',
  path,
  copy,
  ours: ours?.oid ?? null,
  theirs: theirs?.oid ?? null,
})

/** One side's version alone; where that side deleted the path, so it stays. */
const one = (conflict: Conflict, side: Side): Outcome => {
  const version = conflict[side]
  return {
    placed: version === null ? [] : [{ path: conflict.path, version, side }],
    kept: [told(conflict, null)],
  }
}

const isSame = (a: Version, b: Version): boolean => a.oid === b.oid && a.mode === b.mode

/**
 * Both versions are kept: the remote's was there first and keeps the name, ours goes beside it. Where one side
 * deleted, the other's edit stays. A commit of a submodule cannot stand under another name: the remote's stays,
 * and ours stays reachable through its commit.
 */
const keepBoth = (conflict: Conflict, times: Times): Outcome => {
  const { path, ours, theirs } = conflict
  if (ours === null || theirs === null) {
    // A path with its base alone was renamed on both sides: the new names carry the versions.
    if (ours === null && theirs === null) return { placed: [], kept: [] }
    return one(conflict, theirs === null ? 'ours' : 'theirs')
  }
  const keeps: Placed = { path, version: theirs, side: 'theirs' }
  if (isSame(ours, theirs)) return { placed: [keeps], kept: [] }
  if (ours.mode === fileMode.commit) return one(conflict, 'theirs')
  const copy = conflictCopyPath(path, times.ours, ours.oid)
  const beside: Placed = { path: copy, version: ours, side: 'ours' }
  return { placed: [keeps, beside], kept: [told(conflict, copy)] }
}

const isLike = (a: Version | null, b: Version | null): boolean =>
  a === null || b === null ? a === b : isSame(a, b)

/** The side that left the base as it was yields: a rename or a folder in the way made it look like a conflict. */
const unopposed = ({ base, ours, theirs }: Conflict): Side | null => {
  if (base === null) return null
  if (isLike(base, ours)) return 'theirs'
  return isLike(base, theirs) ? 'ours' : null
}

const resolveOne = (conflict: Conflict, policy: Policy, times: Times): Outcome => {
  const side = unopposed(conflict)
  if (side !== null) return { ...one(conflict, side), kept: [] }
  switch (policy) {
    case 'keep-both':
      return keepBoth(conflict, times)
    case 'ours':
      return one(conflict, 'ours')
    case 'theirs':
      return one(conflict, 'theirs')
    default:
      return policy satisfies never
  }
}

const foldersOf = (path: RepoPath): readonly RepoPath[] => {
  const parts = path.split('/')
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('/'))
}

/** Merged files that stand where a folder is to be. */
const underfoot = (
  placed: readonly Placed[],
  merged: readonly MergedFile[],
  sides: Sides,
): readonly Placed[] => {
  const folders = new Set([...merged, ...placed].flatMap(({ path }) => foldersOf(path)))
  return merged.flatMap((file) =>
    folders.has(file.path) ? [{ ...file, side: sides.get(file.path) ?? 'theirs' }] : [],
  )
}

/** Whether one of these stands where this path needs a folder. */
export const isBelowAny = (path: RepoPath, files: Pick<ReadonlySet<RepoPath>, 'has'>): boolean =>
  foldersOf(path).some((folder) => files.has(folder))

/** Whether one side has a file where the other has a folder: libgit2 does not always say so. */
export const isBesideFolder = (sides: Sides): boolean =>
  [...sides.keys()].some((path) => isBelowAny(path, sides))

/** A file where the other side has a folder gets the copy's name, whoever's it is. */
const besideFolders = (
  { placed, kept }: Outcome,
  merged: readonly MergedFile[],
  sides: Sides,
  times: Times,
): Resolution => {
  const files = underfoot(placed, merged, sides)
  const folders = new Set([...merged, ...placed].flatMap(({ path }) => foldersOf(path)))
  const copies = new Map<RepoPath, RepoPath>()
  const moved = [...placed, ...files].map((place) => {
    if (!folders.has(place.path)) return place
    const copy = conflictCopyPath(place.path, times[place.side], place.version.oid)
    copies.set(place.path, copy)
    return { ...place, path: copy }
  })
  const facts = files.map(({ path, version, side }) =>
    told({ path, base: null, ours: null, theirs: null, [side]: version }, null),
  )
  return {
    freed: files.map(({ path }) => path),
    placed: moved,
    kept: [...kept, ...facts].map((fact) => ({
      ...fact,
      copy: copies.get(fact.path) ?? fact.copy,
    })),
  }
}

/**
 * What does not merge, decided by policy. Pure.
 *
 * @param merged what did merge; a file of it that is in the way of a folder is placed anew
 */
export const resolve = (
  conflicts: readonly Conflict[],
  merged: readonly MergedFile[],
  sides: Sides,
  policy: Policy,
  times: Times,
): Resolution => {
  const each = conflicts.map((conflict) => resolveOne(conflict, policy, times))
  const whole = {
    placed: each.flatMap(({ placed }) => placed),
    kept: each.flatMap(({ kept }) => kept),
  }
  return besideFolders(whole, merged, sides, times)
}
