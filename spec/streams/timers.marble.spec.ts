import { describe, it } from 'vitest'
import { everything, nothing } from '../../src/actors/changes.js'
import type { RepoCommand } from '../../src/actors/commands.js'
import type { CycleOutcome, Fact, Trigger } from '../../src/actors/outcome.js'
import { timerBoundMs } from '../../src/streams/timer-bound.js'
import { fetchDue$, rescanDue$, retryDue$, wake$ } from '../../src/streams/timers.js'
import { marbles } from './marbles.js'

const sync = (trigger: Trigger, changes = nothing): RepoCommand => ({
  type: 'Sync',
  trigger,
  changes,
})

describe('fetchDue$', () => {
  it('comes again and again, each time with a jitter of ten per cent', () => {
    marbles(({ expectObservable }) => {
      const dice = [0, 0.5, 1]
      let thrown = 0
      const random = (): number => dice[thrown++ % dice.length] ?? 0
      expectObservable(fetchDue$(100, random), '^ 320ms !').toBe('90ms x 99ms x 109ms x', {
        x: sync('fetch-due'),
      })
    })
  })
  it('never, where it is off', () => {
    marbles(({ expectObservable }) => {
      expectObservable(fetchDue$(null, Math.random)).toBe('|')
    })
  })
  it('is bounded by what a timer can wait, lest it runs hot', () => {
    marbles(({ expectObservable }) => {
      const end = `^ ${String(timerBoundMs + 9)}ms !`
      const expected = `${String(timerBoundMs)}ms x`
      expectObservable(
        fetchDue$(1e12, () => 0.5),
        end,
      ).toBe(expected, { x: sync('fetch-due') })
      expectObservable(rescanDue$(1e12), end).toBe(expected, { x: sync('rescan', everything) })
    })
  })
})

describe('rescanDue$', () => {
  it('asks for everything at each interval', () => {
    marbles(({ expectObservable }) => {
      expectObservable(rescanDue$(4), '^---------!').toBe('----x---x', {
        x: sync('rescan', everything),
      })
      expectObservable(rescanDue$(null)).toBe('|')
    })
  })
})

describe('retryDue$', () => {
  const failed = (retryInMs: number | null): Fact => ({
    type: 'OperationFailed',
    operation: 'fetch',
    problem: { kind: 'network', message: 'm', remedy: 'r' },
    retryInMs,
  })
  const settled = (outcome: CycleOutcome): Fact => ({
    type: 'CycleSettled',
    outcome,
    head: 'c',
    ahead: 1,
    behind: 0,
    durationMs: 1,
  })
  const facts: Record<string, Fact> = {
    f: failed(4),
    l: failed(8),
    n: failed(null),
    r: { type: 'Resumed' },
    // What is long after a try is asked at once; what is not waits for the end of two seconds.
    t: failed(300_000),
    c: {
      type: 'CommitCreated',
      oid: 'c',
      branch: 'main',
      added: 1,
      modified: 0,
      deleted: 0,
      paths: ['a'],
      message: 'Add a\n',
    },
    s: settled('offline'),
    p: settled('pushed'),
  }
  const cases: readonly (readonly [string, string, string])[] = [
    ['one timer per failure that permits another try', 'f------f--------', '----x------x'],
    ['the newer timer takes the place of the older', 'f-f-l-----------', '------------x'],
    ['other outcomes arm none, and leave an armed one alone', 'n-f-r-n---------', '------x'],
    ['a commit that was told nobody brings no earlier one later', 'f-(cs)----------', '----x'],
  ]
  it.each(cases)('%s', (_name, source, expected) => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const outcomes$ = hot(source, facts)
      const end = '^--------------!'
      expectObservable(retryDue$(outcomes$), end).toBe(expected, { x: sync('retry') })
      expectSubscriptions(outcomes$.subscriptions).toBe(end)
    })
  })
  it.each([
    ['L6 fresh work right after a try brings the next one forward', 't 999ms (cs)', '2s x'],
    ['L6 fresh work later asks at once, and by itself', 't 999ms (cs) 5s (ct)', '2s x'],
    ['L6 nothing new brings none forward', 't 999ms s', ''],
    ['L6 what was pushed needs none', 't 999ms (cp)', ''],
  ])('%s', (_name, source, expected) => {
    marbles(({ hot, expectObservable }) => {
      const end = `^ 10s !`
      expectObservable(retryDue$(hot(source, facts)), end).toBe(expected, { x: sync('retry') })
    })
  })
  it('an armed timer outlives the outcomes, and is let go with the subscription', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(retryDue$(cold('f|', facts))).toBe('----(x|)', { x: sync('retry') })
      expectObservable(retryDue$(cold('f|', facts)), '^--!').toBe('-----')
    })
  })
})

describe('wake$', () => {
  it('tells when the clock on the wall jumped', () => {
    marbles(({ expectObservable }) => {
      // Told at the start and at each check: a little late, 31 s late, back in time, in time.
      const times = [0, 10_900, 51_901, 1_000, 11_000]
      const clock = { now: () => times.shift() ?? 11_000 }
      expectObservable(wake$(undefined, clock), '^ 41s !').toBe('20s x', {
        x: sync('manual', everything),
      })
    })
  })
  it('says nothing while time goes by as it should', () => {
    marbles(({ expectObservable }) => {
      expectObservable(wake$(), '^ 10m !').toBe('-')
    })
  })
})
