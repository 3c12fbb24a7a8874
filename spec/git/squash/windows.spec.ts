import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Making } from '../../../src/git/squash/windows.js'
import { windowsOf } from '../../../src/git/squash/windows.js'

const minute = 60
const hour = 3_600_000

const by = (author: string, ...minutes: readonly number[]): readonly Making[] =>
  minutes.map((at) => ({ author, begun: at * minute }))

const partsOf = (run: readonly Making[], length = hour): readonly (readonly number[])[] =>
  windowsOf(run, length, (one) => one).map((window) => window.map(({ begun }) => begun / minute))

describe('the windows of a run', () => {
  it('take in what was begun less than so long after the first', () => {
    expect(partsOf(by('a', 0, 10, 59, 60, 61, 119, 120))).toEqual([
      [0, 10, 59],
      [60, 61, 119],
      [120],
    ])
  })

  it('end where another author begins', () => {
    expect(partsOf([...by('a', 0, 1), ...by('b', 2, 3), ...by('a', 4)])).toEqual([
      [0, 1],
      [2, 3],
      [4],
    ])
  })

  it('take in what a clock that was set back dates earlier', () => {
    expect(partsOf(by('a', 50, 10, 70))).toEqual([[50, 10, 70]])
  })

  it('of nothing are none', () => {
    expect(partsOf([])).toEqual([])
  })

  it('are found again in what becomes of them, and none grows', () => {
    const run = fc.array(fc.record({ author: fc.constantFrom('a', 'b'), begun: fc.nat(100_000) }))
    fc.assert(
      fc.property(run, fc.integer({ min: 1_000, max: 10 * hour }), (commits, length) => {
        const sorted = commits.toSorted((a, b) => a.begun - b.begun)
        const firsts = windowsOf(sorted, length, (one) => one).map(([first]) => first)
        expect(windowsOf(firsts, length, (one) => one)).toEqual(firsts.map((one) => [one]))
      }),
    )
  })
})
