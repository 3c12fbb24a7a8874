import { describe, it } from 'vitest'
import type { Fact } from '../../src/actors/outcome.js'
import { tidyDue$ } from '../../src/streams/tidy.js'
import { marbles } from './marbles.js'

const oid = '1'.repeat(40)

const facts: Readonly<Record<string, Fact>> = {
  c: { type: 'FastForwarded', from: null, to: oid, files: 1 },
  p: { type: 'Paused', reasons: [] },
  r: { type: 'Unpaused' },
  u: {
    type: 'CycleSettled',
    outcome: 'up-to-date',
    head: oid,
    ahead: 0,
    behind: 0,
    durationMs: 1,
  },
}

describe('tidyDue$', () => {
  it.each([
    ['once nothing was recorded for two minutes', 'c 59999ms c 59999ms u', '180s x'],
    ['never where nothing is', 'u 59999ms u', ''],
    ['not in a pause', 'c 59999ms p', ''],
    ['after a pause, with what is recorded next', 'c 59999ms p 59998ms rc', '240s x'],
    ['after an hour at the latest', `c ${'59999ms c '.repeat(70)}`, '3600s x 3659999ms x'],
    ['no sooner than an hour after the last time', 'c 599999ms c 59m c', '120s x 4140000ms x'],
  ])('comes %s', (_, told, expected) => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(tidyDue$(hot(told, facts)), '^ 180m !').toBe(expected, { x: 'due' })
    })
  })
})
