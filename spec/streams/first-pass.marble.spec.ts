import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { everything, nothing } from '../../src/actors/changes.js'
import type { SyncOutcome, WatchSource } from '../../src/actors/outcome.js'
import { passes$, recheckDue$, watchStarted$ } from '../../src/streams/first-pass.js'

const scheduler = (): TestScheduler =>
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  })

const stamp = { repo: '/r', at: '2026-01-01T00:00:00.000Z', seq: 1 }
const settled = (outcome: 'halted' | 'up-to-date'): SyncOutcome => ({
  type: 'CycleSettled',
  outcome,
  head: null,
  ahead: 0,
  behind: 0,
  durationMs: 1,
  ...stamp,
})
const outcomes: Readonly<Record<string, SyncOutcome>> = {
  h: settled('halted'),
  s: settled('up-to-date'),
}
const commands = {
  s: { type: 'Sync', trigger: 'startup', changes: everything },
  r: { type: 'Sync', trigger: 'rescan', changes: everything },
  n: { type: 'Sync', trigger: 'rescan', changes: nothing },
}

describe('passes$', () => {
  it('begins when the source is armed, and looks at all again each time it is armed anew', () => {
    scheduler().run(({ hot, expectObservable }) => {
      const armed$ = hot<WatchSource>('--a--a 3s a', { a: 'native' })
      expectObservable(passes$(armed$), '10s !').toBe('--s--r 3s r', commands)
    })
  })

  it('does not wait for a source that is slow to arm, and looks again once it is', () => {
    scheduler().run(({ hot, expectObservable }) => {
      const armed$ = hot<WatchSource>('3s a', { a: 'native' })
      expectObservable(passes$(armed$), '10s !').toBe('2s s 999ms r', commands)
    })
  })
})

describe('a stop', () => {
  it.each([
    ['has the first pass begin where it has not', '5s a', '1s s'],
    ['asks for no other one', '--a 5s a', '--s'],
  ])('%s', (_, armed, expected) => {
    scheduler().run(({ hot, expectObservable }) => {
      const passed$ = passes$(hot<WatchSource>(armed, { a: 'native' }), hot('1s z', { z: null }))
      expectObservable(passed$, '10s !').toBe(expected, commands)
    })
  })
})

describe('watchStarted$', () => {
  it('is told once armed and once the first pass is over, whichever comes last', () => {
    scheduler().run(({ hot, expectObservable }) => {
      const started = { w: { type: 'WatchStarted', source: 'native' } }
      const source = { a: 'native' } as const
      expectObservable(
        watchStarted$(hot<WatchSource>('a---', source), hot('--s-s', outcomes)),
      ).toBe('--w', started)
      expectObservable(
        watchStarted$(hot<WatchSource>('---a', source), hot('-s---', outcomes)),
      ).toBe('---w', started)
      expectObservable(
        watchStarted$(hot<WatchSource>('a--a', source), hot('-s---', outcomes)),
      ).toBe('-w-w', started)
    })
  })
})

describe('recheckDue$', () => {
  it('looks again while a person is waited for, and rests after', () => {
    scheduler().run(({ hot, expectObservable }) => {
      const told$ = hot('h 70s s', outcomes)
      expectObservable(recheckDue$(told$), '160s !').toBe('30s n 29999ms n', commands)
    })
  })
})
