import { describe, expect, it } from 'vitest'
import { NEVER, defer } from 'rxjs'
import type { WorkTreeChange } from '../../../src/streams/watch/change.js'
import { rearmDelay, rearming$ } from '../../../src/streams/watch/rearming.js'
import { marbles } from '../marbles.js'

const values: Record<string, WorkTreeChange> = {
  s: { kind: 'armed', source: 'native' },
  c: { kind: 'changed', path: 'a' },
  d: { kind: 'degraded', source: 'native', reason: 'r', remedy: 'm' },
  p: { kind: 'armed', source: 'poll' },
  r: { kind: 'rescan', reason: 'p' },
  m: { kind: 'rescan', reason: 'watched by polling: what was missed is looked for' },
  a: { kind: 'rescan', reason: 'watched again: what was missed is looked for' },
}

describe('rearmDelay', () => {
  it('grows from 2 s to 5 min', () => {
    expect([0, 1, 2, 3, 4, 8, 9, 99].map(rearmDelay)).toEqual([
      2_000, 2_000, 4_000, 8_000, 16_000, 256_000, 300_000, 300_000,
    ])
  })
})

describe('rearming$', () => {
  const cases: readonly (readonly [
    string,
    readonly string[],
    string,
    string,
    string,
    readonly string[],
  ])[] = [
    [
      'a source that holds is passed on, and nothing is polled',
      ['s-c-c'],
      'p',
      '^----!',
      's-c-c',
      [],
    ],
    [
      'a source that fails is told once, polled meanwhile, and armed again with a rescan',
      ['s-c-(d|)', '-(d|)', '-s----c'],
      '-p-----r',
      '^ 6019ms !',
      // 4 + 2000: fails again, unsaid; 2005 + 4000: tried, armed at 6006.
      's-c-d(pm)--r 5994ms (sa)-c',
      ['----^ 6001ms !'],
    ],
  ]
  it.each(cases)('%s', (_name, tries, poll, end, expected, polled) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      let made = 0
      const source$ = defer(() => cold(tries[made++] ?? '-', values))
      const poll$ = cold(poll, values)
      expectObservable(rearming$(source$, poll$), end).toBe(expected, values)
      expectSubscriptions(poll$.subscriptions).toBe([...polled])
    })
  })

  it('begins with short delays again only after the source held for a minute', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const short$ = cold('s(d|)', values)
      const long$ = cold('s 60s (d|)', values)
      const tries = [short$, short$, long$, short$]
      const source$ = defer(() => tries.shift() ?? NEVER)
      expectObservable(rearming$(source$, NEVER), '^ 70s !')
      // 2 s after the first failure, 4 s after the second, 2 s after the one that came late.
      expectSubscriptions(short$.subscriptions).toBe(['^!', '2001ms ^!', '68003ms ^!'])
      expectSubscriptions(long$.subscriptions).toBe(['6002ms ^ 60s !'])
    })
  })
})
