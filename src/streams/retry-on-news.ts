import type { Observable, SchedulerLike } from 'rxjs'
import {
  EMPTY,
  asyncScheduler,
  distinctUntilChanged,
  filter,
  interval,
  map,
  pairwise,
  startWith,
  switchMap,
} from 'rxjs'
import { nothing } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'
import type { CycleOutcome, Fact } from '../actors/outcome.js'

export interface News<Seen> {
  /** How the last cycle ended while it is looked for. */
  readonly while: CycleOutcome
  /** Cheap, and asked at once. */
  readonly look: () => Seen
  readonly isNews: (before: Seen, now: Seen) => boolean
}

/** Milliseconds between two looks. */
const lookMs = 5_000

/** Time for another try: what the last one failed of may have passed, since there is something else to see. */
export const retryOnNews$ = <Seen>(
  outcomes$: Observable<Fact>,
  { while: ending, look, isNews }: News<Seen>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  outcomes$.pipe(
    filter((fact) => fact.type === 'CycleSettled'),
    map(({ outcome }) => outcome === ending),
    distinctUntilChanged(),
    switchMap((isTime) =>
      isTime ? interval(lookMs, scheduler).pipe(map(look), startWith(look()), pairwise()) : EMPTY,
    ),
    filter(([before, now]) => isNews(before, now)),
    map(() => ({ type: 'Sync', trigger: 'retry', changes: nothing })),
  )
