import type { Observable, SchedulerLike } from 'rxjs'
import {
  asyncScheduler,
  defer,
  delay,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  repeat,
  switchMap,
  take,
  timer,
} from 'rxjs'

export interface Looking<Found> {
  /** Tells that there may be something else to see, from its subscription on; a hint, and some may be missed. */
  readonly changed$: Observable<unknown>
  /** Told apart cheaply: what is seen is another where this is. */
  readonly stamp: () => string
  readonly look: () => Found
  /** Whether it may well be another in a moment, and without a sign of it. */
  readonly isDoubtful: (found: Found) => boolean
}

/** Milliseconds: a hint is rarely alone, and then it is looked this often at the most. */
const rest = 500

/** Milliseconds in which what is doubtful may pass: a file that is saved is empty or away for a moment. */
const confirmation = 1_000

/** Milliseconds between two looks at the stamp, for what no hint tells. */
const slow = 60_000

/**
 * What is seen now, and again after each hint that it may be another. It is listened for hints before it is looked, so
 * that what comes after a look is seen by the next one.
 */
export const lookAgain = <Found>(
  { changed$, stamp, look, isDoubtful }: Looking<Found>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Found> =>
  defer(() => {
    const before = stamp()
    let doubtful = false
    const missed$ = interval(slow, scheduler).pipe(filter(() => doubtful || stamp() !== before))
    const next$ = merge(changed$, missed$).pipe(take(1), delay(rest, scheduler), ignoreElements())
    const look$ = defer(() => of(look())).pipe(
      map((found) => {
        doubtful = isDoubtful(found)
        return { found, after: doubtful ? confirmation : null }
      }),
    )
    return merge(next$, look$)
  }).pipe(
    repeat(),
    // Only a timer is cancelled: the later look knows better.
    switchMap(({ found, after }) =>
      after === null ? of(found) : timer(after, scheduler).pipe(map(() => found)),
    ),
  )
