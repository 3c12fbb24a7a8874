import {
  EMPTY,
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  filter,
  interval,
  map,
  repeat,
  scan,
  switchMap,
  timer,
} from 'rxjs'
import { hurriedAt } from '../actors/backoff.js'
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

/** When a failure was, and when its next try is due: milliseconds since the epoch. */
interface Awaited {
  readonly triedAt: number
  readonly dueAt: number
  /** Whether the cycle has made a commit since, which nobody has been told of. */
  readonly fresh: boolean
}

const awaited = (before: Awaited | null, fact: Fact, now: number): Awaited | null => {
  if (fact.type === 'OperationFailed' && fact.retryInMs !== null)
    return { triedAt: now, dueAt: now + fact.retryInMs, fresh: false }
  if (before === null) return null
  if (fact.type === 'CommitCreated') return { ...before, fresh: true }
  if (fact.type !== 'CycleSettled' || !before.fresh) return before
  // A cycle that had work and did not ask: the last try was too short a while ago.
  const { triedAt, dueAt } = before
  const sooner = fact.outcome === 'offline' ? hurriedAt(triedAt, dueAt) : dueAt
  return { triedAt, dueAt: sooner, fresh: false }
}

/** Time for another try, as the last failure that permits one says; fresh work in an outage brings it forward. */
export const retryDue$ = (
  outcomes$: Observable<Fact>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  outcomes$.pipe(
    scan<Fact, Awaited | null>((before, fact) => awaited(before, fact, scheduler.now()), null),
    map((waiting) => waiting?.dueAt ?? null),
    distinctUntilChanged(),
    filter((dueAt) => dueAt !== null),
    // The newest knows best how long to wait; only a timer is cancelled, no work.
    switchMap((dueAt) => timer(timerMs(Math.max(0, dueAt - scheduler.now())), scheduler)),
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
