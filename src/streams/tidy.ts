import type { Observable, SchedulerLike } from 'rxjs'
import { EMPTY, asyncScheduler, filter, switchMap, throttleTime, timer } from 'rxjs'
import type { Fact } from '../actors/outcome.js'

/** Milliseconds without a new commit until git is asked to tidy up, and at least between two times. */
const quietMs = 120_000
const restMs = 3_600_000

/** Whether something came to the history: each leaves some loose objects, or a pack. */
export const isRecorded = ({ type }: Fact): boolean =>
  type === 'CommitCreated' ||
  type === 'MergeCommitted' ||
  type === 'FastForwarded' ||
  type === 'CommitsSquashed'

/** Time to tidy up: a history grew, and rests. Never in a pause. */
export const tidyDue$ = (
  outcomes$: Observable<Fact>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<unknown> =>
  outcomes$.pipe(
    filter((fact) => isRecorded(fact) || fact.type === 'Paused'),
    switchMap(({ type }) => (type === 'Paused' ? EMPTY : timer(quietMs, scheduler))),
    throttleTime(restMs, scheduler),
  )
