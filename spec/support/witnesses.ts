import type { Talk } from '../../src/actors/outcome.js'
import assert from 'node:assert/strict'
import type { Changes } from '../../src/actors/changes.js'
import { everything } from '../../src/actors/changes.js'
import { isFact } from '../../src/actors/events.js'
import type { Policy } from '../../src/actors/plan.js'
import { maxRounds } from '../../src/actors/plan.js'
import type { Problem } from '../../src/actors/problem.js'
import { isBusy } from '../../src/actors/state.js'
import { asksRemote } from '../../src/actors/trigger.js'
import { atFirst, standing } from '../../src/streams/control/standing.js'
import type { Witness } from './watched-actor.js'
import type { World } from './world.js'
import { dirty } from './world.js'

type Teller = 'repository' | Talk

/** I9: each problem is told once while it lasts, and its end once. */
export const saidOnce = (world: World): { readonly see: Witness; readonly told: () => number } => {
  const told = new Map<Teller, Problem>()
  const lasting = { 'detached-head': 'detached', 'operation-in-progress': 'inProgress' } as const
  return {
    told: () => told.size,
    see: ({ events }) => {
      for (const [index, event] of events.entries()) {
        const cause = events[index - 1]
        if (event.type === 'Halted') {
          const teller = cause?.type === 'TalkSuspended' ? cause.operation : 'repository'
          assert.notDeepEqual(told.get(teller), event.problem, 'I9 Halted is not repeated')
          told.set(teller, event.problem)
        }
        if (event.type === 'Resumed') {
          const teller = cause?.type === 'TalkRestored' ? cause.operation : 'repository'
          assert.ok(told.has(teller), 'I9 Resumed follows Halted')
          told.delete(teller)
        }
        if (event.type === 'HaltLeft' || event.type === 'TalkRestored') {
          const teller = event.type === 'HaltLeft' ? 'repository' : event.operation
          const said = events[index + 1]?.type === 'Resumed'
          assert.equal(said, told.has(teller), 'I9 Resumed is told where Halted was')
        }
      }
      const problem = told.get('repository')
      if (problem?.kind === 'no-identity' && events.some(({ type }) => type === 'HaltLeft'))
        assert.ok(!world.weather.anonymous || dirty(world).length === 0)
      for (const [kind, flag] of Object.entries(lasting))
        if (events.some(({ type }) => type === 'HaltLeft') && problem?.kind === kind)
          assert.ok(!world.weather[flag])
    },
  }
}

/** I16: what is told says when the actor is in a cycle and when it is paused, and nothing is at work while it is. */
export const standsAsTold = (): Witness => {
  let told = atFirst
  return ({ before, events, after }) => {
    const stamp = { repo: '/repo', at: '', seq: 0 }
    told = events.filter(isFact).reduce((so, fact) => standing(so, { ...fact, ...stamp }), told)
    assert.equal(told.inCycle, 'cycle' in after, 'I16 a cycle is told from its start to its end')
    assert.equal(
      told.paused !== null,
      after.phase === 'paused',
      'I16 a pause is told while it lasts',
    )
    if (after.phase === 'paused') assert.deepEqual(told.paused?.reasons, after.reasons)
    const types = events.map(({ type }) => type)
    if (before.phase === 'paused' && types.includes('StepStarted'))
      assert.ok(types.includes('Unpaused'), 'I16 nothing begins before the pause is over')
  }
}

/** I4: attempts and rounds never pass their bounds. */
export const bounded =
  ({ attempts }: Policy): Witness =>
  ({ after }) => {
    if (!('cycle' in after)) return
    assert.ok(after.cycle.rounds <= maxRounds)
    assert.ok(after.cycle.attempts <= attempts)
  }

/**
 * I3: what a trigger named is looked at by a commit that began after it, before the repository is idle again;
 * and a trigger that asks the remote is answered by a fetch that began after it, unless the talk is in trouble.
 */
export const nothingLost = (world: World, { pull, push }: Policy): Witness => {
  /** Each path, or `*` for everything, and the turn in which it was named last. */
  const owed = new Map<string, number>()
  let asked: number | null = null
  let begun = 0
  let looking: Changes = everything
  let turn = 0
  return ({ input, before, events, after }) => {
    turn += 1
    if (input.type === 'Committed')
      for (const [path, at] of owed)
        if (at < begun && (looking.kind === 'everything' || looking.paths.has(path)))
          owed.delete(path)
    if (asked !== null && asked < begun && before.phase === 'fetching' && after !== before)
      asked = isBusy(after) && after.phase === 'fetching' ? asked : null
    for (const event of events) {
      if (event.type === 'SyncRequested') {
        const { changes, trigger } = event
        for (const path of changes.kind === 'everything' ? ['*'] : changes.paths)
          owed.set(path, turn)
        if (asksRemote[trigger]) asked = turn
      }
      if (event.type === 'StepStarted') begun = turn
      if (event.type === 'Paused') {
        owed.clear()
        asked = null
      }
    }
    if (after.phase === 'committing') looking = after.looking
    if (after.phase !== 'idle') return
    assert.deepEqual([...owed.keys()], [], 'I3 what was named is committed')
    const talks = world.remote !== undefined && (pull || push)
    if (talks && after.talk.fetch === null)
      assert.equal(asked, null, 'I3 who asks the remote gets an answer')
  }
}
