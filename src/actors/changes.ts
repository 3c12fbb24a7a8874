import type { RepoPath } from './outcome.js'

/** Where to look: everywhere, or at these paths (a directory stands for all below it). Events are hints, never truth. */
export type Changes =
  | { readonly kind: 'everything' }
  | { readonly kind: 'paths'; readonly paths: ReadonlySet<RepoPath> }

/** Past this many paths a look at everything is cheaper than asking for each. */
export const pathBound = 512

export const everything: Changes = { kind: 'everything' }
export const nothing: Changes = { kind: 'paths', paths: new Set() }

export const changesOf = (paths: Iterable<RepoPath>): Changes => {
  const set = new Set(paths)
  return set.size > pathBound ? everything : { kind: 'paths', paths: set }
}

export const isNothing = (changes: Changes): boolean =>
  changes.kind === 'paths' && changes.paths.size === 0

/** The union; the same reference back where the first holds the second already. */
export const mergeChanges = (a: Changes, b: Changes): Changes => {
  if (a.kind === 'everything') return a
  if (b.kind === 'everything') return b
  const fresh = [...b.paths].filter((path) => !a.paths.has(path))
  return fresh.length === 0 ? a : changesOf([...a.paths, ...fresh])
}

/** Is this path one of these, or below one? */
export const isCovered = (path: RepoPath, places: ReadonlySet<RepoPath>): boolean => {
  // Bounded by the depth of the path.
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (places.has(path.slice(0, end))) return true
  }
  return false
}
