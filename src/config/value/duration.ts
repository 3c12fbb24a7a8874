import { parseQuantity, renderQuantity } from './quantity.js'
import type { Quantity } from './quantity.js'
import type { Reading } from './reading.js'

/**
 * Milliseconds. The upper bound stays below what a timer of Node can hold (2^31 - 1 ms):
 * past that a timer fires at once, and an interval would loop hot.
 */
export const durationFrom = (atLeast: number): Quantity => ({
  units: { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 },
  noun: 'a duration',
  smallest: 'milliseconds',
  examples: ['250ms', '2s', '5m', '1h'],
  atLeast,
  atMost: 500 * 3_600_000,
})

export const parseDuration = (value: unknown, atLeast = 0): Reading<number> =>
  parseQuantity(durationFrom(atLeast), value)

export const renderDuration = (ms: number): string => renderQuantity(durationFrom(0), ms)
