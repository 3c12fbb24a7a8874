import type { Observable, SchedulerLike } from 'rxjs'
import {
  EMPTY,
  asyncScheduler,
  auditTime,
  debounceTime,
  filter,
  map,
  merge,
  share,
  startWith,
  switchMap,
  throttleTime,
} from 'rxjs'
import type { Fact } from '../actors/outcome.js'

/** Milliseconds without a new commit until it is tidied up, and how long that is waited for; the least between two times. */
const quietMs = 120_000
const longestMs = 3_600_000

/** Whether something came to the history: each leaves some loose objects, or a pack. */
export const isRecorded = ({ type }: Fact): boolean =>
  type === 'CommitCreated' ||
  type === 'MergeCommitted' ||
  type === 'FastForwarded' ||
  type === 'CommitsSquashed'

/** Time to tidy up: a history grew, and rests, or does not for long. Never in a pause. */
export const tidyDue$ = (
  outcomes$: Observable<Fact>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<'due'> => {
  const recorded$ = outcomes$.pipe(filter(isRecorded), share())
  const due$ = merge(
    recorded$.pipe(debounceTime(quietMs, scheduler)),
    recorded$.pipe(auditTime(longestMs, scheduler)),
  )
  return outcomes$.pipe(
    filter(({ type }) => type === 'Paused' || type === 'Unpaused'),
    map(({ type }) => type === 'Unpaused'),
    startWith(true),
    switchMap((isActive) => (isActive ? due$ : EMPTY)),
    throttleTime(longestMs, scheduler),
    map(() => 'due' as const),
  )
}
