import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delayOf } from '../../src/actors/backoff.js'
import {
  changesOf,
  everything,
  mergeChanges,
  nothing,
  pathBound,
} from '../../src/actors/changes.js'
import type { Changes } from '../../src/actors/changes.js'
import type { RepoEvent } from '../../src/actors/events.js'
import { evolve } from '../../src/actors/evolve.js'
import { operationFor } from '../../src/actors/operation.js'
import type { Trigger } from '../../src/actors/outcome.js'
import { mayTalk } from '../../src/actors/plan.js'
import { isBusy } from '../../src/actors/state.js'
import type { BusyState, TalkState } from '../../src/actors/state.js'
import { asksRemote, stronger } from '../../src/actors/trigger.js'
import * as facts from '../support/facts.js'
import { fold, given } from '../support/given.js'

const triggers = Object.keys(asksRemote) as Trigger[]
const trigger = fc.constantFrom(...triggers)
const changes: fc.Arbitrary<Changes> = fc.oneof(
  fc.constant(everything),
  fc.array(fc.constantFrom('a', 'b', 'c')).map(changesOf),
)
const position = fc.constantFrom(
  facts.level,
  facts.ahead,
  facts.behind,
  facts.diverged,
  facts.alone,
)
const constant = <const Value>(value: Value) => fc.constant(value)

/** Any fact that the state minds, in any order: also such as no decision makes. */
const event: fc.Arbitrary<RepoEvent> = fc.oneof(
  fc.record({ type: constant('SyncRequested'), trigger, changes }),
  fc.record({
    type: constant('StepStarted'),
    step: fc.constantFrom('inspect', 'fetch', 'squash', 'integrate', 'push'),
  }),
  fc.record({ type: constant('StepStarted'), step: constant('commit'), changes }),
  fc.record({ type: constant('PositionRead'), position }),
  fc.constantFrom<RepoEvent>(
    { type: 'RoundEnded' },
    { type: 'HaltLeft' },
    { type: 'Resumed' },
    { type: 'Stopped' },
    { type: 'BackedOff', problem: facts.problem('locked') },
    { type: 'HaltEntered', operation: 'commit', problem: facts.problem('no-identity') },
    { type: 'TalkRestored', operation: 'fetch' },
    { type: 'TalkRestored', operation: 'push' },
    { type: 'Paused', reasons: [{ reason: 'person', until: null }] },
    { type: 'Unpaused' },
    { type: 'PauseRequested', reason: 'person', until: null },
    { type: 'ResumeRequested', reason: 'person' },
    { type: 'StopRequested', when: 'after-step' },
    { type: 'StopRequested', when: 'after-cycle' },
    facts.commitCreated,
    facts.pushed,
  ),
  fc.record({
    type: constant('CycleSettled'),
    outcome: constant('up-to-date'),
    head: constant(null),
    ahead: constant(0),
    behind: constant(0),
    durationMs: constant(0),
  }),
)

describe('the fold of the events', () => {
  it('I2 takes any event in any state, and gives the same reference where it does not apply', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const state = fold(events)
        expect((operationFor(state) !== null) === isBusy(state)).toBe(true)
        if (state.phase === 'stopped')
          for (const more of events) expect(evolve(state, more, 0)).toBe(state)
      }),
      { numRuns: 2_000 },
    )
  })

  it('I12 nothing follows Stopped', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (before, after) => {
        expect(fold([...before, { type: 'Stopped' }, ...after]).phase).toBe('stopped')
      }),
    )
  })
})

describe('changes', () => {
  it('I3 a union holds both, and is the first where that holds the second', () => {
    fc.assert(
      fc.property(changes, changes, (a, b) => {
        const both = mergeChanges(a, b)
        expect(mergeChanges(both, a)).toBe(both)
        expect(mergeChanges(both, b)).toBe(both)
      }),
    )
    expect(mergeChanges(nothing, everything)).toBe(everything)
  })

  it('become everything past their bound', () => {
    const many = Array.from({ length: pathBound }, (_, index) => String(index))
    expect(changesOf(many).kind).toBe('paths')
    expect(mergeChanges(changesOf(many), changesOf(['one more']))).toBe(everything)
  })
})

describe('triggers', () => {
  const pairs = triggers.flatMap((a) => triggers.map((b) => [a, b] as const))

  /** Every shape of talk at every time around its bounds. */
  const talks: readonly TalkState[] = (['network', 'authentication'] as const).flatMap((kind) => {
    const problem = facts.problem(kind)
    const trouble = { problem, told: null, attempts: 9, triedAt: 0, retryAt: 300_000 }
    return [
      { fetch: trouble, push: null },
      { fetch: null, push: trouble },
    ]
  })

  it.each(pairs)('I3 %s and %s together are no weaker than either', (a, b) => {
    const busy = given().when(facts.sync(), facts.inspected(), facts.committed()).state as BusyState
    const both = stronger(a, b)
    for (const one of [a, b]) {
      if (asksRemote[one]) expect(asksRemote[both]).toBe(true)
      for (const talk of talks)
        for (const now of [0, 1_999, 2_000, 299_999, 300_000]) {
          const may = (cause: Trigger) =>
            mayTalk(
              { cycle: { ...busy.cycle, trigger: cause }, talk, policy: facts.usual, now },
              'push',
            )
          if (may(one)) expect(may(both)).toBe(true)
        }
    }
  })
})

describe('a delay', () => {
  it('L6 doubles up to its bound, less up to a quarter, and is never nothing', () => {
    const backoff = { base: 100, longest: 30_000 }
    expect([1, 2, 3, 9, 10, 1_000].map((attempt) => delayOf(backoff, attempt, 0))).toEqual([
      100, 200, 400, 25_600, 30_000, 30_000,
    ])
    expect(delayOf(backoff, 1, 0.999)).toBe(75)
    expect(delayOf({ base: 0, longest: 0 }, 1, 0)).toBe(1)
  })
})
