import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { namingCopies } from './copies.js'
import { allFoldersOf, isBelowAny } from '../files/folders.js'
import type { MergedFile, Placed, Side, Times, Version } from '../tree/version.js'
import { isSame } from '../tree/version.js'

export { isBelowAny } from '../files/folders.js'
export type { MergedFile, Placed, Side, Times, Version } from '../tree/version.js'

/** A path that did not merge, as the three stages of the index tell it. */
export interface Conflict {
  readonly path: RepoPath
  readonly base: Version | null
  readonly ours: Version | null
  readonly theirs: Version | null
}

/** Whose the paths are that one side alone has. */
export type Sides = ReadonlyMap<RepoPath, Side>

export interface Resolution {
  /** Merged paths that make way for a folder. */
  readonly freed: readonly RepoPath[]
  readonly placed: readonly Placed[]
  readonly kept: readonly ConflictKept[]
}

export type Policy = Exclude<RepoSettings['conflict'], 'halt'>

/** Whether one side has a file at this path, or above it, where the other has a folder. */
type Meets = (path: RepoPath) => boolean

const meeting = (sides: Sides): Meets => {
  const folders = allFoldersOf([...sides.keys()])
  return (path) => folders.has(path) || isBelowAny(path, sides)
}

/** Whether one side has a file where the other has a folder: libgit2 does not always say so. */
export const isBesideFolder = (sides: Sides): boolean =>
  [...sides.keys()].some((path) => isBelowAny(path, sides))

/** What becomes of one path: the version that keeps it, the versions that go beside it, and whether that is worth telling. */
interface Outcome {
  readonly conflict: Conflict
  readonly keeps: Placed | null
  readonly beside: readonly Placed[]
  readonly isTold: boolean
}

/** One side's version alone; where that side deleted the path, so it stays. */
const one = (conflict: Conflict, side: Side): Outcome => {
  const { path } = conflict
  const version = conflict[side]
  const keeps = version === null ? null : { path, version, side }
  return { conflict, keeps, beside: [], isTold: true }
}

/**
 * Both versions are kept: the remote's was there first and keeps the name, ours goes beside it. Where one side
 * deleted, the other's edit stays.
 */
const keepBoth = (conflict: Conflict): Outcome => {
  const { path, ours, theirs } = conflict
  if (theirs === null)
    // A path with its base alone was renamed on both sides: the new names carry the versions.
    return { ...one(conflict, 'ours'), isTold: ours !== null }
  const remote = one(conflict, 'theirs')
  if (ours === null) return remote
  if (isSame(ours, theirs)) return { ...remote, isTold: false }
  return { ...remote, beside: [{ path, version: ours, side: 'ours' }] }
}

const isLike = (a: Version | null, b: Version | null): boolean =>
  a === null || b === null ? a === b : isSame(a, b)

/**
 * The side that nothing speaks against. Whoever left the base as it was yields: a rename or a folder in the way made
 * it look like a conflict. A new file and a folder are no versions of one another, so that no policy drops either.
 */
const unopposed = ({ path, base, ours, theirs }: Conflict, meets: Meets): Side | null => {
  if (base === null) {
    if ((ours === null) === (theirs === null) || !meets(path)) return null
    return ours === null ? 'theirs' : 'ours'
  }
  if (isLike(base, ours)) return 'theirs'
  return isLike(base, theirs) ? 'ours' : null
}

const resolveOne = (conflict: Conflict, policy: Policy, meets: Meets): Outcome => {
  const side = unopposed(conflict, meets)
  if (side !== null) return { ...one(conflict, side), isTold: false }
  switch (policy) {
    case 'keep-both':
      return keepBoth(conflict)
    case 'ours':
      return one(conflict, 'ours')
    case 'theirs':
      return one(conflict, 'theirs')
    default:
      return policy satisfies never
  }
}

/** A merged file that stands where a folder is to be. */
const underfoot = ({ path, version }: MergedFile, sides: Sides): Outcome => {
  const side = sides.get(path) ?? 'theirs'
  const conflict = { path, base: null, ours: null, theirs: null, [side]: version }
  return { ...one(conflict, side), isTold: false }
}

/** A file where the other side has a folder gets the copy's name, whoever's it is. */
const besideFolder = (outcome: Outcome, folders: ReadonlySet<RepoPath>): Outcome =>
  outcome.keeps !== null && folders.has(outcome.keeps.path)
    ? { ...outcome, keeps: null, beside: [outcome.keeps, ...outcome.beside], isTold: true }
    : outcome

/** Each copy is told once, and a path of which there is none where it is worth telling. */
const told = (
  { conflict: { path, ours, theirs }, isTold }: Outcome,
  copies: readonly (RepoPath | null)[],
): readonly ConflictKept[] => {
  if (!isTold) return []
  const blobs = { ours: ours?.oid ?? null, theirs: theirs?.oid ?? null }
  const all = copies.length === 0 ? [null] : copies
  return all.map((copy) => ({ type: 'ConflictKept', path, copy, ...blobs }))
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
  const meets = meeting(sides)
  const each = conflicts.map((conflict) => resolveOne(conflict, policy, meets))
  const standing = [...merged, ...each.flatMap(({ keeps }) => keeps ?? [])]
  const folders = allFoldersOf(standing.map(({ path }) => path))
  const freed = merged.filter(({ path }) => folders.has(path))
  const outcomes = [...each, ...freed.map((file) => underfoot(file, sides))].map((outcome) =>
    besideFolder(outcome, folders),
  )
  const keeps = outcomes.flatMap((outcome) => outcome.keeps ?? [])
  const stays = merged.filter(({ path }) => !folders.has(path))
  const copyOf = namingCopies([...stays, ...keeps], times)
  const copies = outcomes.map(({ beside }) =>
    beside.map((lost) => ({ ...lost, path: copyOf(lost) })),
  )
  return {
    freed: freed.map(({ path }) => path),
    placed: [
      ...keeps,
      ...copies.flat().flatMap(({ path, ...lost }) => (path === null ? [] : [{ path, ...lost }])),
    ],
    kept: outcomes.flatMap((outcome, n) => told(outcome, copies[n]?.map(({ path }) => path) ?? [])),
  }
}
