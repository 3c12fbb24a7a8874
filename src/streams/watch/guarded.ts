import fs from 'node:fs'
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  filter,
  interval,
  map,
  merge,
  of,
  skipWhile,
  takeWhile,
} from 'rxjs'
import type { RepoPath, WatchSource } from '../../actors/outcome.js'
import { codeOf } from '../system-error.js'
import type { WorkTreeChange } from './change.js'
import { degradedBy } from './failure.js'
import { type GitDirHint, watchGitDir$ } from './git-dir.js'
import { targetIdentity } from './identity.js'

/** Nothing else tells that a root was unmounted. */
const rootCheckMs = 2_000

/** A work tree and its git directory, absolute paths. */
export interface Places {
  readonly root: string
  readonly gitDir: string
  /** What gitsync itself writes to in the work tree: nothing is told of it. */
  readonly own: ReadonlySet<RepoPath>
}

/** What a source of events is given. */
export interface Surroundings {
  /** The work tree without symbolic links on the way. */
  readonly root: string
  readonly own: ReadonlySet<RepoPath>
  /** Ignore rules outside of the work tree changed, for this reason. */
  readonly rulesChanged$: Observable<string>
  /** Looks whether root and git directory are still the ones that they were; `degraded` if not, else nothing. */
  readonly lost$: Observable<WorkTreeChange>
}

const isBarred = (path: string): boolean => {
  try {
    fs.readdirSync(path)
    return false
  } catch (error) {
    return codeOf(error) === 'EACCES'
  }
}

const gone = (source: WatchSource, path: string): WorkTreeChange =>
  degradedBy(
    source,
    isBarred(path)
      ? Object.assign(new Error(`${path} may not be looked into: permission denied`), {
          code: 'EACCES',
        })
      : Object.assign(new Error(`${path} was deleted, moved, replaced or unmounted`), {
          code: 'ENOENT',
        }),
  )

const lostFrom$ = (source: WatchSource, paths: readonly string[]): Observable<WorkTreeChange> => {
  const before = paths.map(targetIdentity)
  return defer(() => {
    const lost = paths.find((path, index) => targetIdentity(path) !== before[index])
    return lost === undefined ? EMPTY : of(gone(source, lost))
  })
}

const changesBy = (
  source: WatchSource,
  gitDir: string,
  hint: GitDirHint,
): readonly WorkTreeChange[] => {
  switch (hint.kind) {
    case 'state':
      return [{ kind: 'rescan', reason: `git changed ${hint.name}` }]
    case 'gone':
      return [gone(source, gitDir)]
    case 'ignore-rules':
      return []
  }
}

/**
 * A source of events together with what each needs: the git directory's hints and a look at the root. It never
 * errors: what goes wrong is its last value, `degraded`, and all its watches are given back.
 */
export const guarded$ = (
  source: WatchSource,
  { root, gitDir, own }: Places,
  events: (surroundings: Surroundings) => Observable<WorkTreeChange>,
): Observable<WorkTreeChange> =>
  defer(() => {
    const lost$ = lostFrom$(source, [root, gitDir])
    const watched$ = defer(() => {
      const realRoot = fs.realpathSync(root)
      return watchGitDir$(gitDir).pipe(
        connect((hints$) =>
          merge(
            hints$.pipe(concatMap((hint) => changesBy(source, gitDir, hint))),
            interval(rootCheckMs).pipe(concatMap(() => lost$)),
            events({
              root: realRoot,
              own,
              rulesChanged$: hints$.pipe(
                filter((hint) => hint.kind === 'ignore-rules'),
                map(() => 'info/exclude changed'),
              ),
              lost$,
            }),
          ),
        ),
      )
    })
    return watched$.pipe(
      // A root that is gone makes everything fail: then that is the reason.
      catchError((error: unknown) => concat(lost$, of(degradedBy(source, error)))),
      // What comes before is of no use: `armed` says that all of that is unknown.
      skipWhile(({ kind }) => kind !== 'armed' && kind !== 'degraded'),
      takeWhile(({ kind }) => kind !== 'degraded', true),
    )
  })
