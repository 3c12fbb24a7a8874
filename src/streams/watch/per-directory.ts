import {
  EMPTY,
  type Observable,
  concat,
  concatAll,
  concatMap,
  defer,
  filter,
  finalize,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  takeWhile,
  tap,
} from 'rxjs'
import { isCovered } from '../../actors/changes.js'
import type { RepoPath } from '../../actors/outcome.js'
import type { IgnoreRules } from '../../actors/ports.js'
import { repoPathOf } from './byte-path.js'
import type { WorkTreeChange } from './change.js'
import { DirectoryTree } from './directory-tree.js'
import type { Surroundings } from './guarded.js'

/** So long the event loop may be held while directories are watched. */
const sliceMs = 8

/** Watches what is due in the tree, slice by slice, and completes. */
const advance$ = (tree: DirectoryTree): Observable<never> =>
  interval(0).pipe(
    map(() => tree.advance(sliceMs)),
    takeWhile((more) => more),
    ignoreElements(),
  )

/** Git's answer for everything, and a watch for each directory in it; nothing where it is the answer that is known. */
const survey$ = (tree: DirectoryTree, rules: IgnoreRules): Observable<readonly RepoPath[]> =>
  rules.ignoredDirectories().pipe(
    filter((ignored) => tree.size === 0 || tree.differs(ignored)),
    concatMap((ignored) => {
      tree.survey(ignored)
      return concat(advance$(tree), of(ignored))
    }),
  )

const start$ = (tree: DirectoryTree, rules: IgnoreRules): Observable<WorkTreeChange> =>
  concat(
    survey$(tree, rules).pipe(ignoreElements()),
    of<WorkTreeChange>({ kind: 'armed', source: 'native' }),
    // Rules may have changed where nothing was watched yet: asked again beside the first pass, which need not wait.
    survey$(tree, rules).pipe(
      map((): WorkTreeChange => {
        return { kind: 'rescan', reason: 'ignore rules changed while the watches were set' }
      }),
    ),
  )

const settle$ = (tree: DirectoryTree, rules: IgnoreRules): Observable<WorkTreeChange> =>
  defer(() => {
    const { stale, unasked } = tree.take()
    if (stale !== null) {
      const rescan: WorkTreeChange = { kind: 'rescan', reason: stale }
      const asked$ = rules.ignoredDirectories().pipe(
        tap((ignored) => {
          tree.survey(ignored)
        }),
        ignoreElements(),
      )
      return concat(asked$, advance$(tree), of(rescan))
    }
    if (unasked.length === 0) return advance$(tree)
    const asked$ = rules.ignoredOf(unasked.map(repoPathOf)).pipe(
      tap((ignored) => {
        tree.admit(unasked, ignored)
      }),
      ignoreElements(),
    )
    return concat(asked$, advance$(tree))
  })

/** One watch per directory that git looks at, for Linux, where a recursive watch goes blind. */
export const watchPerDirectory$ = (
  { root, own, rulesChanged$, lost$ }: Surroundings,
  rules: IgnoreRules,
): Observable<WorkTreeChange> =>
  defer(() => {
    const tree = new DirectoryTree(root)
    const told$ = tree.events$.pipe(
      concatMap((event): Observable<WorkTreeChange> => {
        switch (event.kind) {
          case 'changed':
            return isCovered(event.path, own) ? EMPTY : of(event)
          case 'root':
            return lost$
          case 'work':
            return EMPTY
        }
      }),
    )
    const work$ = merge(
      of(start$(tree, rules)),
      tree.events$.pipe(
        filter((event) => event.kind === 'work'),
        map(() => settle$(tree, rules)),
      ),
    ).pipe(concatAll())
    const marked$ = rulesChanged$.pipe(
      tap((reason) => {
        tree.markStale(reason)
      }),
      ignoreElements(),
    )
    return merge(told$, work$, marked$).pipe(
      finalize(() => {
        tree.close()
      }),
    )
  })
