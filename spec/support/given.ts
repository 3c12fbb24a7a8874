import { expect } from 'vitest'
import type { Input } from '../../src/actors/context.js'
import { decide } from '../../src/actors/decide.js'
import type { RepoEvent } from '../../src/actors/events.js'
import { evolve } from '../../src/actors/evolve.js'
import type { Operation } from '../../src/actors/operation.js'
import { operationFor } from '../../src/actors/operation.js'
import type { Policy } from '../../src/actors/plan.js'
import type { RepoState } from '../../src/actors/state.js'
import { initialState } from '../../src/actors/state.js'
import { usual } from './facts.js'

/** A scenario: what has happened so far, and what the last input gave. */
export interface Scenario {
  readonly state: RepoState
  /** Milliseconds since the beginning. */
  readonly now: number
  /** What the last input gave. */
  readonly events: readonly RepoEvent[]
  readonly operation: Operation | null
  /** Every input in turn, each decided and folded. */
  when(...inputs: readonly Input[]): Scenario
  /** Lets time go by. */
  later(milliseconds: number): Scenario
  /** The types of what the last input gave, in order. */
  then(...types: readonly RepoEvent['type'][]): Scenario
  thenNothing(): Scenario
  /** One of the events of the last input, in part. */
  telling(part: { readonly type: RepoEvent['type'] } & Readonly<Record<string, unknown>>): Scenario
  /** The operation that is outstanding now, in part. */
  asking(part: Readonly<Record<string, unknown>>): Scenario
  /** The state now, in part. */
  being(part: Readonly<Record<string, unknown>>): Scenario
}

/** Chance without spread: delays are told in full. */
const random = 0

const scenario = (
  policy: Policy,
  state: RepoState,
  now: number,
  events: readonly RepoEvent[],
): Scenario => {
  const operation = operationFor(state)
  const self: Scenario = {
    state,
    now,
    events,
    operation,
    when: (...inputs) =>
      inputs.reduce<Scenario>((so, input) => {
        const given = decide(input, so.state, { now, random, policy })
        return scenario(policy, fold(given, so.state, now), now, given)
      }, self),
    later: (milliseconds) => scenario(policy, state, now + milliseconds, events),
    then: (...types) => {
      expect(events.map(({ type }) => type)).toEqual(types)
      return self
    },
    thenNothing: () => self.then(),
    telling: (part) => {
      expect(events).toContainEqual(expect.objectContaining(part))
      return self
    },
    asking: (part) => {
      expect(operation).toMatchObject(part)
      return self
    },
    being: (part) => {
      expect(state).toMatchObject(part)
      return self
    },
  }
  return self
}

/** The state after these events, and by no other way. */
export const fold = (events: readonly RepoEvent[], from: RepoState = initialState, at = 0) =>
  events.reduce((state, event) => evolve(state, event, at), from)

/** A repository to which nothing has happened yet. */
export const given = (policy: Partial<Policy> = {}): Scenario =>
  scenario({ ...usual, ...policy }, initialState, 0, [])
