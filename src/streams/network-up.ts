import { networkInterfaces } from 'node:os'
import {
  EMPTY,
  type Observable,
  type SchedulerLike,
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
import type { Fact } from '../actors/outcome.js'

/** Milliseconds between two looks, in an outage alone. */
const lookMs = 5_000

/** By which this machine reaches others, of what is up. */
export const addressesNow = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => address)
      .filter((address) => !/^(?:127\.|::1$)/.test(address)),
  )

/** A network came up in an outage: an address is there that was not before. Time for another try. */
export const networkUp$ = (
  outcomes$: Observable<Fact>,
  addresses: () => ReadonlySet<string> = addressesNow,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<RepoCommand> =>
  outcomes$.pipe(
    filter((fact) => fact.type === 'CycleSettled'),
    map(({ outcome }) => outcome === 'offline'),
    distinctUntilChanged(),
    switchMap((isOffline) =>
      isOffline
        ? interval(lookMs, scheduler).pipe(map(addresses), startWith(addresses()), pairwise())
        : EMPTY,
    ),
    filter(([before, now]) => [...now].some((address) => !before.has(address))),
    map(() => ({ type: 'Sync', trigger: 'retry', changes: nothing })),
  )
