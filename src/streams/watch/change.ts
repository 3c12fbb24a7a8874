import type { RepoPath, WatchSource } from '../../actors/outcome.js'

/** Events were lost or cannot be had, and what a person can do about it. The source is at its end. */
export interface Degraded {
  readonly kind: 'degraded'
  readonly source: WatchSource
  readonly reason: string
  readonly remedy: string
}

/** What a work-tree source tells. Every path is a hint: it, or anything below it, may differ. */
export type WorkTreeChange =
  /** Every later change will be seen from now on, or found by a rescan that follows; what was before is unknown. */
  | { readonly kind: 'armed'; readonly source: WatchSource }
  | { readonly kind: 'changed'; readonly path: RepoPath }
  | { readonly kind: 'rescan'; readonly reason: string }
  | Degraded

/** Is this path git's own? By component and never by substring: `.github/` and `my.git.notes/` are ordinary. */
export const isInsideGitDir = (path: RepoPath): boolean => path.split('/').includes('.git')

/** Does this file say what git ignores? */
export const isIgnoreFile = (path: RepoPath): boolean =>
  path === '.gitignore' || path.endsWith('/.gitignore')
