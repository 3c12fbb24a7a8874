import fc from 'fast-check'
import type { Policy } from '../../src/actors/plan.js'
import type { Trigger } from '../../src/actors/outcome.js'
import type { Weather } from './world.js'

/** What can happen to a repository that is being synced, in any order. */
export type Action =
  | { readonly kind: 'step' | 'leave' }
  | { readonly kind: 'throw' }
  | { readonly kind: 'edit' | 'edit-remote'; readonly path: string }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'notify' }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'trigger'; readonly trigger: Exclude<Trigger, 'worktree-changed' | 'retry'> }
  | {
      readonly kind: 'switch'
      readonly what: Exclude<keyof Weather, 'network' | 'pushNetwork'>
      readonly on: boolean
    }
  | {
      readonly kind: 'network'
      readonly what: 'network' | 'pushNetwork'
      readonly failures: number
    }
  | { readonly kind: 'pause' | 'resume'; readonly reason: string; readonly until: string | null }
  | { readonly kind: 'stop'; readonly when: 'after-step' | 'after-cycle' }
  | { readonly kind: 'person-commits' | 'person-merges' }

const path = fc.constantFrom('a', 'b', 'c')
const constant = <const Value>(value: Value) => fc.constant(value)

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 24, arbitrary: constant({ kind: 'step' }) },
  { weight: 8, arbitrary: constant({ kind: 'leave' }) },
  { weight: 8, arbitrary: fc.record({ kind: constant('edit'), path }) },
  { weight: 1, arbitrary: fc.record({ kind: constant('delete'), path }) },
  { weight: 6, arbitrary: constant({ kind: 'notify' }) },
  { weight: 5, arbitrary: fc.record({ kind: constant('edit-remote'), path }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: constant('advance'),
      milliseconds: fc.constantFrom(1, 150, 2_000, 60_000, 3_600_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: constant('trigger'),
      trigger: fc.constantFrom('fetch-due', 'fetch-due', 'rescan', 'manual', 'startup'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: constant('switch'),
      what: fc.constantFrom(
        'locked',
        'detached',
        'inProgress',
        'anonymous',
        'unauthenticated',
        'declining',
      ),
      on: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: constant('network'),
      what: fc.constantFrom('network', 'pushNetwork'),
      failures: fc.constantFrom(0, 1, 3, Infinity),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('pause', 'resume', 'resume'),
      reason: fc.constantFrom('person', 'night'),
      until: fc.constantFrom(null, '2026-01-02T03:04:05.678Z'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'person-commits' }, { kind: 'person-merges' }) },
  { weight: 1, arbitrary: constant({ kind: 'throw' }) },
)

/** Comes last, where it comes at all: after it nothing more is to be learnt. */
export const stopping: fc.Arbitrary<Action> = fc.record({
  kind: constant('stop'),
  when: fc.constantFrom('after-step', 'after-cycle'),
})

export interface Setting {
  readonly policy: Policy
  readonly remote: 'none' | 'empty' | 'level' | 'clone'
  readonly conflict: 'keep-both' | 'halt'
}

export const setting: fc.Arbitrary<Setting> = fc.record({
  policy: fc.record({
    pull: fc.constantFrom(true, true, true, false),
    push: fc.constantFrom(true, true, true, false),
    squash: fc.constantFrom(null, 3_600_000),
    fetchInterval: fc.constantFrom(60_000, null),
    attempts: fc.constantFrom(0, 2, 5, Infinity),
  }),
  remote: fc.constantFrom('level', 'level', 'clone', 'empty', 'none'),
  conflict: fc.constantFrom('keep-both', 'keep-both', 'halt'),
})
