import type { Observable, SchedulerLike } from 'rxjs'
import {
  EMPTY,
  asyncScheduler,
  combineLatest,
  concatMap,
  filter,
  interval,
  map,
  merge,
  of,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs'
import { everything, nothing } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'
import type { SyncOutcome, WatchSource, WatchStarted } from '../actors/outcome.js'

/** Milliseconds; the first pass does not wait longer than this for the watches. */
const armPatience = 2_000

/** Milliseconds; while a person is waited for, the repository is looked at this often. */
const recheckInterval = 30_000

/**
 * The first pass begins once every later change will be seen; each time that is so again, all is looked at anew. Who is
 * stopped before has everything settled all the same.
 */
export const passes$ = (
  armed$: Observable<WatchSource>,
  lastCall$: Observable<unknown> = EMPTY,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  merge(
    armed$.pipe(
      map(() => 'armed' as const),
      takeUntil(lastCall$),
    ),
    merge(timer(armPatience, scheduler), lastCall$).pipe(map(() => 'at-last' as const)),
  ).pipe(
    concatMap((why, index): Observable<RepoCommand> => {
      if (index === 0) return of({ type: 'Sync', trigger: 'startup', changes: everything })
      return why === 'armed' ? of({ type: 'Sync', trigger: 'rescan', changes: everything }) : EMPTY
    }),
  )

/** Told once the first pass is over and every later change will be seen, and each time the source is armed anew. */
export const watchStarted$ = (
  armed$: Observable<WatchSource>,
  outcomes$: Observable<SyncOutcome>,
): Observable<WatchStarted> =>
  combineLatest([
    armed$,
    outcomes$.pipe(
      filter(({ type }) => type === 'CycleSettled'),
      take(1),
    ),
  ]).pipe(map(([source]) => ({ type: 'WatchStarted', source })))

/** What a person does about a halt may leave no trace that is watched, such as a setting of their own git. */
export const recheckDue$ = (
  outcomes$: Observable<SyncOutcome>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  outcomes$.pipe(
    filter((outcome) => outcome.type === 'CycleSettled'),
    // The newest cycle says whether anybody is waited for; only a timer is cancelled, no work.
    switchMap(({ outcome }) =>
      outcome === 'halted' ? interval(recheckInterval, scheduler) : EMPTY,
    ),
    map(() => ({ type: 'Sync', trigger: 'rescan', changes: nothing })),
  )
