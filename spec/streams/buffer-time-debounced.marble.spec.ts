import { describe, expect, it } from 'vitest'
import { bufferTimeDebounced } from '../../src/streams/buffer-time-debounced.js'
import { marbles } from './marbles.js'

describe('bufferTimeDebounced(3, 8)', () => {
  const cases: readonly (readonly [string, string, string, Record<string, readonly string[]>])[] = [
    [
      'closes after the quiet time',
      '  ab--------c----',
      '----x------ --y-',
      { x: ['a', 'b'], y: ['c'] },
    ],
    [
      'closes after the longest time under steady events',
      'a-b-c-d-e-f-g---',
      '--------x------y',
      { x: ['a', 'b', 'c', 'd', 'e'], y: ['f', 'g'] },
    ],
    [
      'counts the longest time from the first event of the window',
      '-a-b-c-d--e-------',
      '---------x---y',
      { x: ['a', 'b', 'c', 'd'], y: ['e'] },
    ],
    ['emits nothing for nothing', '----------------', '----------------', {}],
    ['flushes on completion', 'a-(b|)', '--(x|)', { x: ['a', 'b'] }],
    ['flushes the second window on completion', 'a-----b|', '---x---(y|)', { x: ['a'], y: ['b'] }],
    ['completes without an empty window', 'a-----|', '---x--|', { x: ['a'] }],
    ['completes empty', '---|', '---|', {}],
    ['passes an error on', 'a-#', '--#', {}],
  ]
  it.each(cases)('%s', (_name, source, expected, values) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source.trim())
      const end = /[|#]/.exec(source.trim()) === null ? '^------------------!' : undefined
      expectObservable(source$.pipe(bufferTimeDebounced(3, 8)), end).toBe(
        expected.replaceAll(' ', ''),
        values,
      )
      if (end !== undefined) expectSubscriptions(source$.subscriptions).toBe(end)
    })
  })

  it('subscribes once, and lets go when it is let go', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('a--b--c--d--e')
      const [unsubscribed, expected] = ['^------!', '--------']
      expectObservable(source$.pipe(bufferTimeDebounced(5, 20)), unsubscribed).toBe(expected)
      expectSubscriptions(source$.subscriptions).toBe([unsubscribed])
    })
  })

  it('lets go when the source ends', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a--b|')
      expectObservable(source$.pipe(bufferTimeDebounced(50, 90))).toBe('----(x|)', {
        x: ['a', 'b'],
      })
      expectSubscriptions(source$.subscriptions).toBe(['^---!'])
    })
  })

  it('loses and repeats nothing, whatever the pace', () => {
    marbles(({ cold, flush }) => {
      const source = 'ab-c---d-efghijklm------n-o-p-q-r-s-t-u-v-w-x----y---z|'
      const seen: string[] = []
      cold(source)
        .pipe(bufferTimeDebounced(2, 5))
        .subscribe((batch) => {
          expect(batch.length).toBeGreaterThan(0)
          seen.push(...batch)
        })
      flush()
      expect(seen.join('')).toBe('abcdefghijklmnopqrstuvwxyz')
    })
  })
})
