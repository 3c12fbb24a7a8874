import {
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  catchError,
  defer,
  EMPTY,
  distinctUntilChanged,
  finalize,
  map,
  repeat,
  timer,
} from 'rxjs'
import type { StatusProbe } from '../../actors/ports.js'
import { timerMs } from '../timer-bound.js'
import type { WorkTreeChange } from './change.js'

/** A look may take one part in this many of the time, at most 5 %. */
const restFactor = 20

/** Looks at the work tree on a timer. A look that fails says nothing, and the next one is made all the same. */
export const watchByPoll$ = (
  probe: StatusProbe,
  pollInterval: number,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<WorkTreeChange> =>
  defer(() => {
    let lastDuration = 0
    const look$ = defer(() => {
      const start = scheduler.now()
      return probe.fingerprint().pipe(
        catchError(() => EMPTY),
        finalize(() => {
          lastDuration = scheduler.now() - start
        }),
      )
    })
    return look$.pipe(
      repeat({
        delay: () => timer(timerMs(Math.max(pollInterval, restFactor * lastDuration)), scheduler),
      }),
      distinctUntilChanged(),
      map((_print, index): WorkTreeChange =>
        index === 0
          ? { kind: 'armed', source: 'poll' }
          : { kind: 'rescan', reason: 'a poll found the status changed' },
      ),
    )
  })
