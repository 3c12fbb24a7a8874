import { describe, it } from 'vitest'
import type { Addressed } from '../../../src/streams/control/lapsing.js'
import { lapsing } from '../../../src/streams/control/lapsing.js'
import { pause, resume, sync } from '../../support/facts.js'
import { marbles } from '../marbles.js'

/** By the clock of virtual time. */
const at = (ms: number): string => new Date(ms).toISOString()

const to = (repo: string, command: Addressed['command']): Addressed => ({ repo, command })

const values = {
  p: to('/a', pause('person', at(100))),
  q: to('/a', pause('person', at(200))),
  f: to('/a', pause()),
  n: to('/a', pause('night')),
  b: to('/b', pause('person', at(100))),
  d: to('/a', pause('person', at(90_000))),
  s: to('/a', sync('manual')),
  r: to('/a', resume()),
  x: to('/b', resume()),
}

describe('a pause that has an end', () => {
  it.each([
    ['is taken back then', 'p', 'p 99ms r'],
    ['lasts as long as was said last', 'p 9ms q', 'p 9ms q 189ms r'],
    ['has none any more when it is said without', 'p 9ms f', 'p 9ms f'],
    ['is over when it is taken back before', 'p 9ms r', 'p 9ms r'],
    ['is no matter of another reason, a trigger or another repository', 'pnsb', 'pnsb 96ms (rx)'],
    ['is over at once where that is in the past', '150ms p', '150ms (pr)'],
    ['may be longer than a timer is trusted', 'd', 'd 89999ms r'],
  ])('%s', (_, given, expected) => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot(given, values).pipe(lapsing())).toBe(expected, values)
    })
  })
})
