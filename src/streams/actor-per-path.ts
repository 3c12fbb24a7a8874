import { isDeepStrictEqual } from 'node:util'
import type { Observable, OperatorFunction } from 'rxjs'
import {
  EMPTY,
  concatAll,
  concatMap,
  connect,
  defer,
  groupBy,
  map,
  mergeMap,
  pipe,
  scan,
  tap,
} from 'rxjs'

interface Located {
  readonly path: string
}

/** What is to become of one path; null: nothing is to be there any more. */
interface Wish<Settings> {
  readonly path: string
  readonly settings: Settings | null
}

interface Wanted<Settings> {
  readonly all: ReadonlyMap<string, Settings>
  /** What differs from before; a path that does not is left in peace. */
  readonly wishes: readonly Wish<Settings>[]
}

const want = <Settings extends Located>(
  { all: before }: Wanted<Settings>,
  settings: readonly Settings[],
): Wanted<Settings> => {
  const all = new Map(settings.map((one) => [one.path, one]))
  const gone = [...before.keys()].filter((path) => !all.has(path))
  const others = [...all.values()].filter((one) => !isDeepStrictEqual(one, before.get(one.path)))
  return {
    all,
    wishes: [
      ...gone.map((path) => ({ path, settings: null })),
      ...others.map((one) => ({ path: one.path, settings: one })),
    ],
  }
}

/** One path: each of its actors ends before the next one begins, and what is no longer wished for never begins. */
const oneAfterTheOther = <Settings, Value>(
  actor: (settings: Settings, leave$: Observable<unknown>) => Observable<Value>,
): OperatorFunction<Settings | null, Value> =>
  connect((wishes$: Observable<Settings | null>) =>
    defer(() => {
      let latest: Settings | null = null
      return wishes$.pipe(
        tap((wish) => {
          latest = wish
        }),
        concatMap((wish) =>
          defer(() => (wish === null || wish !== latest ? EMPTY : actor(wish, wishes$))),
        ),
      )
    }),
  )

/**
 * An actor for each path that is wanted. Each list is the whole of what is wanted from then on: a path that is new gets
 * its actor, one that is gone or has other settings is left, and the others never hear of it.
 *
 * @param actor completes some time after `leave$` tells that it is to leave
 */
export const actorPerPath = <Settings extends Located, Value>(
  actor: (settings: Settings, leave$: Observable<unknown>) => Observable<Value>,
): OperatorFunction<readonly Settings[], Value> =>
  pipe(
    scan(want<Settings>, { all: new Map(), wishes: [] }),
    map(({ wishes }) => wishes),
    concatAll(),
    groupBy(({ path }) => path),
    mergeMap((ofOne$) =>
      ofOne$.pipe(
        map(({ settings }) => settings),
        oneAfterTheOther(actor),
      ),
    ),
  )
