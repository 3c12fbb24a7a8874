import {
  EMPTY,
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  defer,
  filter,
  interval,
  map,
  repeat,
  switchMap,
  timer,
} from 'rxjs'
import { everything, nothing } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'
import type { Fact } from '../actors/outcome.js'
import { timerMs } from './timer-bound.js'

/** A share of the interval, so that many repositories do not ask their server all at once. */
const jitter = 0.1

/** Time to ask the remote, again and again; never where the interval is null. `random` gives [0, 1). */
export const fetchDue$ = (
  intervalMs: number | null,
  random: () => number,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> => {
  if (intervalMs === null) return EMPTY
  return defer(() =>
    timer(timerMs(intervalMs * (1 - jitter + 2 * jitter * random())), scheduler),
  ).pipe(
    repeat(),
    map(() => ({ type: 'Sync', trigger: 'fetch-due', changes: nothing })),
  )
}

/** Time for a full look behind the events' back; never where the interval is null. */
export const rescanDue$ = (
  intervalMs: number | null,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  intervalMs === null
    ? EMPTY
    : interval(timerMs(intervalMs), scheduler).pipe(
        map(() => ({ type: 'Sync', trigger: 'rescan', changes: everything })),
      )

/** Time for another try, as the last failure that permits one says. */
export const retryDue$ = (
  outcomes$: Observable<Fact>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  outcomes$.pipe(
    map((fact) => (fact.type === 'OperationFailed' ? fact.retryInMs : null)),
    filter((delayMs) => delayMs !== null),
    // The newest failure knows best how long to wait; only a timer is cancelled, no work.
    switchMap((delayMs) => timer(timerMs(delayMs), scheduler)),
    map(() => ({ type: 'Sync', trigger: 'retry', changes: nothing })),
  )

const wakeCheckMs = 10_000
const wakeLateMs = 30_000

/** The machine slept: a timer is far too late by the clock on the wall. */
export const wake$ = (
  scheduler: SchedulerLike = asyncScheduler,
  clock: { now(): number } = scheduler,
): Observable<RepoCommand> =>
  defer(() => {
    let last = clock.now()
    return interval(wakeCheckMs, scheduler).pipe(
      filter(() => {
        const before = last
        last = clock.now()
        return last - before > wakeCheckMs + wakeLateMs
      }),
      map((): RepoCommand => ({ type: 'Sync', trigger: 'manual', changes: everything })),
    )
  })
