import fc from 'fast-check'
import type { Observable } from 'rxjs'
import { Subject, concat, defer, delay, finalize, ignoreElements, map, of, take, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { actorPerPath } from '../../src/streams/actor-per-path.js'
import { marbles } from './marbles.js'

interface Settings {
  readonly path: string
  readonly option: number
}

const lists: Record<string, readonly Settings[]> = {
  n: [],
  a: [{ path: 'a', option: 1 }],
  A: [{ path: 'a', option: 2 }],
  b: [{ path: 'b', option: 1 }],
  c: [
    { path: 'a', option: 1 },
    { path: 'b', option: 1 },
  ],
}

const name = ({ path, option }: Settings): string => (option === 1 ? path : path.toUpperCase())

/** Says its name when it begins, and again when it has left, which takes three frames. */
const slowActor = (settings: Settings, leave$: Observable<unknown>): Observable<string> =>
  concat(
    of(name(settings)),
    leave$.pipe(
      take(1),
      delay(3),
      map(() => `-${name(settings)}`),
    ),
  )

describe('actorPerPath', () => {
  const cases: readonly (readonly [title: string, lists: string, told: string])[] = [
    ['begins with each that is wanted', 'c----', '(ab)'],
    ['leaves in peace whoever is wanted as before', 'a--c--', 'a--b'],
    ['lets the one go that is wanted no more', 'c--b---', '(ab)--x'],
    ['begins anew with other settings once it is gone', 'a--A---', 'a-----(xA)'],
    ['begins with the last that was wanted alone', 'a--AnA----', 'a-----(xA)'],
    ['does not begin with what is wanted no more', 'a--An----', 'a-----x'],
    ['begins again with what was taken out and put back', 'a--n-----a', 'a-----x--a'],
  ]
  it.each(cases)('%s', (_, wanted, told) => {
    marbles(({ hot, expectObservable }) => {
      const values = { a: 'a', b: 'b', A: 'A', x: '-a' }
      expectObservable(hot(wanted, lists).pipe(actorPerPath(slowActor)), '^-----------!').toBe(
        told,
        values,
      )
    })
  })

  it('completes when nothing more is wanted and every actor has', () => {
    marbles(({ cold, expectObservable }) => {
      const actor = (settings: Settings): Observable<string> => of(name(settings)).pipe(delay(2))
      expectObservable(cold('(c|)', lists).pipe(actorPerPath(actor))).toBe('--(ab|)')
    })
  })

  it('begins no actor again that ended by itself', () => {
    marbles(({ hot, expectObservable }) => {
      const actor = (settings: Settings): Observable<string> => of(name(settings))
      expectObservable(hot('a--a--c', lists).pipe(actorPerPath(actor))).toBe('a-----b')
    })
  })

  /** Holds its path until it has left, which is when `ends` says so. */
  const holding =
    (here: Map<string, Settings>, leaving: Map<string, Subject<never>>) =>
    (settings: Settings, leave$: Observable<unknown>): Observable<never> =>
      defer(() => {
        const { path } = settings
        const ended$ = new Subject<never>()
        expect(here.has(path)).toBe(false)
        here.set(path, settings)
        const left$ = leave$.pipe(
          take(1),
          tap(() => leaving.set(path, ended$)),
          ignoreElements(),
        )
        return concat(left$, ended$).pipe(
          finalize(() => {
            leaving.delete(path)
            here.delete(path)
          }),
        )
      })

  const list = fc.uniqueArray(
    fc.record({ path: fc.constantFrom('a', 'b', 'c'), option: fc.integer({ min: 1, max: 3 }) }),
    { selector: ({ path }) => path },
  )
  const step = fc.oneof(list, fc.constantFrom('a', 'b', 'c'))

  it('has one actor for a path at any time, none that is disturbed, and in the end what was wanted last', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), list, (steps, last) => {
        const here = new Map<string, Settings>()
        const leaving = new Map<string, Subject<never>>()
        const wanted$ = new Subject<readonly Settings[]>()
        const subscription = wanted$.pipe(actorPerPath(holding(here, leaving))).subscribe()
        for (const one of [...steps, last]) {
          if (typeof one === 'string') leaving.get(one)?.complete()
          else {
            const stay = [...here.values()].filter(
              ({ path, option }) =>
                !leaving.has(path) && one.some((it) => it.path === path && it.option === option),
            )
            wanted$.next(one.map((it) => ({ ...it })))
            for (const settings of stay) {
              expect(here.get(settings.path)).toBe(settings)
              expect(leaving.has(settings.path)).toBe(false)
            }
          }
        }
        for (const ended$ of [...leaving.values()]) ended$.complete()
        expect([...here.values()].sort((x, y) => x.path.localeCompare(y.path))).toEqual(
          [...last].sort((x, y) => x.path.localeCompare(y.path)),
        )
        expect(leaving.size).toBe(0)
        subscription.unsubscribe()
        expect(here.size).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})
