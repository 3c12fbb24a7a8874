import { describe, expect, it } from 'vitest'
import { nothing } from '../../src/actors/changes.js'
import type { CycleOutcome, Fact } from '../../src/actors/outcome.js'
import { addressesNow, networkUp } from '../../src/streams/network-up.js'
import { retryOnNews$ } from '../../src/streams/retry-on-news.js'
import { marbles } from './marbles.js'

const settled = (outcome: CycleOutcome): Fact => ({
  type: 'CycleSettled',
  outcome,
  head: null,
  ahead: 0,
  behind: 0,
  durationMs: 1,
})

const facts = { o: settled('offline'), u: settled('up-to-date') }

const up = { x: { type: 'Sync', trigger: 'retry', changes: nothing } as const }

/** What each look finds, the first as the outage begins. */
const finding = (...looks: readonly string[]) => {
  let n = 0
  return () => new Set((looks[Math.min(n++, looks.length - 1)] ?? '').split(' ').filter(Boolean))
}

describe('networkUp', () => {
  it('is told once for each address that comes in an outage', () => {
    marbles(({ hot, expectObservable }) => {
      const told$ = hot('o', facts)
      const look = finding('', '', '10.0.0.2', '10.0.0.2', '10.0.0.2 fd00::2', 'fd00::2')
      expectObservable(retryOnNews$(told$, { ...networkUp, look }), '^ 40s !').toBe(
        '10s x 9999ms x',
        up,
      )
    })
  })

  it('is not asked for while all is well, nor begun anew by each failed try', () => {
    marbles(({ hot, expectObservable }) => {
      const told$ = hot('u 999ms o 3s o 3s u', facts)
      const look = finding('10.0.0.2', '10.0.0.2 10.0.0.3')
      expectObservable(retryOnNews$(told$, { ...networkUp, look }), '^ 60s !').toBe('6s x', up)
    })
  })

  it('knows the addresses of this machine, but for its own alone', () => {
    expect([...addressesNow()]).not.toContain('127.0.0.1')
  })
})
