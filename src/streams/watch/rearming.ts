import {
  EMPTY,
  type Observable,
  type SchedulerLike,
  asyncScheduler,
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  filter,
  merge,
  of,
  repeat,
  switchMap,
  tap,
  timer,
} from 'rxjs'
import type { WorkTreeChange } from './change.js'

const firstDelayMs = 2_000
const longestDelayMs = 5 * 60_000

/** So long a source must have worked for its next failure to count as the first one. */
const provenMs = 60_000

/** How long to wait after this many failures in a row. */
export const rearmDelay = (failures: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1))

/** Subscribes to the source again and again, with growing delays while it does not hold. */
const repeated$ = (
  source$: Observable<WorkTreeChange>,
  scheduler: SchedulerLike,
): Observable<WorkTreeChange> =>
  defer(() => {
    let failures = 0
    let armedAt = Infinity
    return source$.pipe(
      tap(({ kind }) => {
        if (kind === 'armed') armedAt = scheduler.now()
        if (kind === 'degraded') {
          failures = scheduler.now() - armedAt >= provenMs ? 1 : failures + 1
          armedAt = Infinity
        }
      }),
      repeat({ delay: () => timer(rearmDelay(failures), scheduler) }),
    )
  })

/**
 * A source that may end with `degraded`, made to last: told once, polled meanwhile, armed again when it can be,
 * and then followed by a rescan of what was missed.
 */
export const rearming$ = (
  source$: Observable<WorkTreeChange>,
  poll$: Observable<WorkTreeChange>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<WorkTreeChange> =>
  repeated$(source$, scheduler).pipe(
    // A try that fails while the source is known to be down is not told again.
    distinctUntilChanged(
      (before, after) => before.kind === 'degraded' && after.kind === 'degraded',
    ),
    connect((changes$) =>
      merge(
        changes$.pipe(
          concatMap((change, index) =>
            change.kind === 'armed' && index > 0 ? of(change, missed('again')) : of(change),
          ),
        ),
        changes$.pipe(
          filter(({ kind }) => kind === 'armed' || kind === 'degraded'),
          // The poll is for the outage only, and reads: nothing is lost when it is let go.
          switchMap(({ kind }) => (kind === 'degraded' ? poll$ : EMPTY)),
          concatMap((change) =>
            change.kind === 'armed' ? of(change, missed('by polling')) : of(change),
          ),
        ),
      ),
    ),
  )

const missed = (how: string): WorkTreeChange => ({
  kind: 'rescan',
  reason: `watched ${how}: what was missed is looked for`,
})
