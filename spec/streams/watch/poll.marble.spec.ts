import { describe, it } from 'vitest'
import { defer } from 'rxjs'
import type { WorkTreeChange } from '../../../src/streams/watch/change.js'
import { watchByPoll$ } from '../../../src/streams/watch/poll.js'
import { marbles } from '../marbles.js'

const values: Record<string, WorkTreeChange> = {
  s: { kind: 'armed', source: 'poll' },
  r: { kind: 'rescan', reason: 'a poll found the status changed' },
}

describe('watchByPoll$', () => {
  const cases: readonly (readonly [string, readonly string[], string, string])[] = [
    [
      'arms with the first look, and tells what differs',
      ['(a|)', '(a|)', '(b|)', '(b|)', '(a|)'],
      '^ 49ms !',
      's 19ms r 19ms r',
    ],
    [
      'tries again after a look that failed',
      ['#', '(a|)', '#', '(a|)', '(b|)'],
      '^ 49ms !',
      '10ms s 29ms r',
    ],
    ['tries again after a look that said nothing', ['|', '(a|)'], '^ 29ms !', '10ms s'],
    [
      'rests twenty times as long as the last look took',
      ['-(a|)', '--(b|)', '(c|)'],
      '^ 70ms !',
      '-s 21ms r 39ms r',
    ],
  ]
  it.each(cases)('%s', (_name, looks, end, expected) => {
    marbles(({ cold, expectObservable }) => {
      let made = 0
      const fingerprint = () => defer(() => cold(looks[made++] ?? '-'))
      expectObservable(watchByPoll$({ fingerprint }, 10), end).toBe(expected, values)
    })
  })

  it('looks at nothing when it is let go', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const look$ = cold('--(a|)')
      const fingerprint = () => look$
      expectObservable(watchByPoll$({ fingerprint }, 3), '^ 43ms !').toBe('--s', values)
      expectSubscriptions(look$.subscriptions).toBe(['^-!', '42ms ^-!'])
    })
  })
})
