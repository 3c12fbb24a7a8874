import type { Stats } from 'node:fs'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import {
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  defer,
  filter,
  finalize,
  from,
  map,
  merge,
  mergeMap,
  of,
  take,
  timer,
} from 'rxjs'
import { changesOf } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'
import type { RepoPath } from '../actors/outcome.js'

/** Bytes from which each unfinished version of a file costs more than it is worth: a download, a film that is being cut. */
const large = 1_000_000

/** Times `maxWait` that a file is waited for at the longest. */
export const holdFactor = 10

/** Milliseconds between two looks at the least. */
const leastPause = 250

/** Null where it cannot be seen: whoever commits will say so. */
const statOf = (file: string): Stats | null => {
  try {
    return statSync(file)
  } catch {
    return null
  }
}

/** Whether a large file was written to within this quiet time. What is small is a text being written, and never waited for. */
export const isBeingWritten =
  (root: string, quiet: number) =>
  (path: RepoPath): boolean => {
    const found = statOf(join(root, path))
    if (found?.isFile() !== true || found.size < large) return false
    return Math.abs(Date.now() - found.mtimeMs) < quiet
  }

const syncOf = (paths: readonly RepoPath[]): RepoCommand => ({
  type: 'Sync',
  trigger: 'worktree-changed',
  changes: changesOf(paths),
})

export interface Holding {
  readonly isWritten: (path: RepoPath) => boolean
  /** Milliseconds without a write, after which a file is at rest. */
  readonly quiet: number
  /** Milliseconds after which it is committed all the same. */
  readonly longest: number
}

/**
 * A burst that ended for being too long names files that are growing still. Those wait until they rest, each on its
 * own and with a bound; the others go on at once. A look at everything is held back by nothing.
 */
export const holdWhileWritten = (
  { isWritten, quiet, longest }: Holding,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<RepoCommand> => {
  const pause = Math.max(quiet, leastPause)
  const rested$ = (path: RepoPath): Observable<RepoCommand> =>
    timer(pause, pause, scheduler).pipe(
      filter((n) => (n + 1) * pause >= longest || !isWritten(path)),
      take(1),
      map(() => syncOf([path])),
    )
  return (commands$) =>
    defer(() => {
      const held = new Set<RepoPath>()
      const release$ = (path: RepoPath): Observable<RepoCommand> =>
        defer(() => {
          held.add(path)
          return rested$(path).pipe(finalize(() => held.delete(path)))
        })
      return commands$.pipe(
        mergeMap((command) => {
          if (command.type !== 'Sync' || command.changes.kind === 'everything') return of(command)
          const paths = [...command.changes.paths]
          const written = paths.filter((path) => held.has(path) || isWritten(path))
          if (written.length === 0) return of(command)
          const others = paths.filter((path) => !written.includes(path))
          const fresh = written.filter((path) => !held.has(path))
          return merge(
            others.length === 0 ? [] : of(syncOf(others)),
            from(fresh).pipe(mergeMap(release$)),
          )
        }),
      )
    })
}
