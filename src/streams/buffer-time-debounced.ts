import {
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  asyncScheduler,
  bufferWhen,
  connect,
  debounceTime,
  delay,
  filter,
  merge,
  take,
} from 'rxjs'

/**
 * Gathers a burst. A window opens with the first event and closes after `quiet` ms without one, or `longest` ms
 * after it opened at the latest. Never emits empty; what is gathered is emitted on completion.
 */
export const bufferTimeDebounced = <T>(
  quiet: number,
  longest: number,
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<T, readonly T[]> =>
  connect((events$: Observable<T>): Observable<readonly T[]> =>
    events$.pipe(
      bufferWhen(() =>
        merge(
          events$.pipe(debounceTime(quiet, scheduler)),
          events$.pipe(take(1), delay(longest, scheduler)),
        ),
      ),
      filter((events) => events.length > 0),
    ),
  )
