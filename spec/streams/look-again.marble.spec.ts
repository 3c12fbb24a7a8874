import { describe, expect, it } from 'vitest'
import { EMPTY, NEVER, defer, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { lookAgain } from '../../src/streams/look-again.js'
import { marbles } from './marbles.js'

/** What there is to see at each look; one in capitals is doubtful. */
const looking = (seen: string, changed$: Observable<unknown>, stamps = '') => {
  let looks = 0
  let asked = 0
  return {
    changed$,
    stamp: () => stamps.charAt(Math.min(asked++, stamps.length - 1)),
    look: () => seen.charAt(Math.min(looks++, seen.length - 1)),
    isDoubtful: (found: string) => found !== found.toLowerCase(),
  }
}

describe('lookAgain', () => {
  it('looks at once, and half a second after a hint however many there are', () => {
    marbles(({ hot, expectObservable }) => {
      const hints$ = hot('---xxx 300ms xx 700ms x')
      expectObservable(lookAgain(looking('abcd', hints$)), '^ 1999ms !').toBe('a 502ms b 1004ms c')
    })
  })

  it('is told of hints before it looks, anew for each look', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const hints$ = cold('--x')
      expectObservable(lookAgain(looking('abc', hints$)), '^ 1004ms !').toBe('a 501ms b 501ms c')
      expectSubscriptions(hints$.subscriptions).toBe(['^-!', '502ms ^-!', '1004ms ^!'])
    })
    const order: string[] = []
    const hint$ = defer(() => {
      order.push('listens')
      return NEVER
    })
    const look = (): string => {
      order.push('looks')
      return 'a'
    }
    lookAgain({ ...looking('a', hint$), look })
      .pipe(tap())
      .subscribe()
      .unsubscribe()
    expect(order).toEqual(['listens', 'looks'])
  })

  it('finds within a minute what no hint told', () => {
    marbles(({ expectObservable }) => {
      expectObservable(lookAgain(looking('ab', EMPTY, '112')), '^ 150s !').toBe('a 120499ms b')
    })
  })

  it('holds what is doubtful back for a second, and looks at it again each minute', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(lookAgain(looking('Ab', hot('-x'))), '^ 3s !').toBe('501ms b')
    })
    marbles(({ hot, expectObservable }) => {
      expectObservable(lookAgain(looking('aBB', hot('-x'))), '^ 3s !').toBe('a 1500ms B')
    })
    marbles(({ expectObservable }) => {
      expectObservable(lookAgain(looking('Ab', NEVER)), '^ 70s !').toBe('1s A 59499ms b')
    })
  })
})
