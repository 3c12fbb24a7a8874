import fc from 'fast-check'
import { Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { everything, nothing } from '../../../src/actors/changes.js'
import type { Input } from '../../../src/actors/context.js'
import type { SyncOutcome } from '../../../src/actors/outcome.js'
import { isBusy } from '../../../src/actors/state.js'
import { obey } from '../../../src/streams/control/obey.js'
import type { ControlRequest } from '../../../src/streams/control/protocol.js'
import type { Standing } from '../../../src/streams/control/standing.js'
import { atFirst, standing } from '../../../src/streams/control/standing.js'
import type { Setting } from '../../support/arbitraries.js'
import { setting } from '../../support/arbitraries.js'
import * as facts from '../../support/facts.js'
import { watchedActor } from '../../support/watched-actor.js'
import { edit, fair, newWorld } from '../../support/world.js'

type Act =
  | { readonly kind: 'step' | 'edit' | keyof typeof inputs }
  | { readonly kind: 'locked'; readonly on: boolean }
  | { readonly kind: 'ask'; readonly command: ControlRequest['command'] }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Act>({ kind: 'step' }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('edit', 'retry', 'rescan', 'fetch-due', 'night', 'day')
      .map((kind): Act => ({ kind })),
  },
  { weight: 2, arbitrary: fc.boolean().map((on): Act => ({ kind: 'locked', on })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('sync', 'sync', 'sync', 'pause', 'resume', 'repos')
      .map((command): Act => ({ kind: 'ask', command })),
  },
)

interface Asked {
  readonly command: ControlRequest['command']
  outcomes: readonly SyncOutcome[] | null
}

const inputs: Readonly<Record<'retry' | 'rescan' | 'fetch-due' | 'night' | 'day', Input>> = {
  retry: facts.sync('retry'),
  rescan: { type: 'Sync', trigger: 'rescan', changes: everything },
  'fetch-due': { type: 'Sync', trigger: 'fetch-due', changes: nothing },
  night: facts.pause('night'),
  day: facts.resume('night'),
}

const usually: Setting = { policy: facts.usual, remote: 'level', conflict: 'keep-both' }

/** The real actor on a fake world, and what is asked of it from outside. */
const playground = (set: Setting) => {
  const world = newWorld(set.remote)
  const told$ = new Subject<SyncOutcome>()
  const scheduler = new VirtualTimeScheduler()
  const asked: Asked[] = []
  const faults: string[] = []
  let stand: Standing = atFirst
  let turns = 0
  let begun = 0
  /** The turn in which the cycle that settled last began to look. */
  let looked = 0
  const actor = watchedActor(
    world,
    set,
    () => 0,
    ({ events }) => {
      turns += 1
      for (const one of events) {
        if (one.type === 'StepStarted' && one.step === 'inspect') begun = turns
        if (one.type === 'CycleSettled') looked = begun
      }
    },
  )

  /** What the actor told in a turn is told on in the same turn. */
  const pump = (): void => {
    for (const outcome of actor.told.slice(pumped)) {
      pumped += 1
      stand = standing(stand, outcome)
      told$.next(outcome)
    }
  }
  let pumped = 0

  const turn = (work: () => void): void => {
    work()
    pump()
    scheduler.flush()
  }

  const send = (input: Input): void => {
    turn(() => actor.send(input))
  }

  const ask = (command: ControlRequest['command']): void => {
    const one: Asked = { command, outcomes: null }
    asked.push(one)
    let given = Infinity
    turn(() => {
      obey({ command }, { told$, standing: () => stand }, scheduler).subscribe((step) => {
        if (step.type === 'Given') {
          given = turns + 1
          actor.send(step.command)
          pump()
          return
        }
        if (one.outcomes !== null) faults.push('answered twice')
        one.outcomes = step.outcomes
        faults.push(...faultsOf(one.command, step.outcomes, given))
      })
    })
  }

  /** What is wrong with an answer at the moment at which it comes; an observer that throws is not heard. */
  const faultsOf = (
    command: ControlRequest['command'],
    outcomes: readonly SyncOutcome[],
    given: number,
  ): readonly string[] => {
    const types = outcomes.map(({ type }) => type)
    const last = outcomes.at(-1)
    const paused = actor.state.phase === 'paused'
    const waits = last?.type === 'CycleSettled' && last.outcome === 'halted'
    const found: Readonly<Record<string, boolean>> = {
      'a sync ends with its cycle':
        command === 'sync' && !['CycleSettled', 'Paused', 'Stopped'].includes(last?.type ?? ''),
      'a sync is one cycle': types.filter((type) => type === 'CycleStarted').length > 1,
      'a sync looks after it was asked for':
        command === 'sync' && last?.type === 'CycleSettled' && looked < given,
      'a halt is told': waits && stand.halted !== null && !types.includes('Halted'),
      'a pause is told when it has begun':
        command === 'pause' && last?.type !== 'Stopped' && paused !== (last?.type === 'Paused'),
      'a resume is told when it is over':
        command === 'resume' && last?.type === 'Unpaused' && paused,
    }
    return Object.keys(found).filter((fault) => found[fault] === true)
  }

  const settle = (): void => {
    while (actor.pending !== null) turn(() => actor.step())
  }

  return { world, actor, asked, faults, turn, send, ask, settle }
}

type Playground = ReturnType<typeof playground>

const perform = ({ world, actor, turn, send, ask }: Playground, one: Act, serial: number): void => {
  switch (one.kind) {
    case 'step':
      if (actor.pending !== null) turn(() => actor.step())
      return
    case 'edit':
      edit(world, 'a', `here-${serial}`)
      send(facts.sync('worktree-changed', ['a']))
      return
    case 'locked':
      world.weather.locked = one.on
      return
    case 'ask':
      ask(one.command)
      return
    case 'retry':
    case 'rescan':
    case 'fetch-due':
    case 'night':
    case 'day':
      send(inputs[one.kind])
      return
    default:
      return one satisfies never
  }
}

describe('what is asked of a repository', () => {
  it('R1 R2 is answered once, by what it caused, whatever else goes on', () => {
    fc.assert(
      fc.property(setting, fc.array(act, { maxLength: 60 }), (set, acts) => {
        const on = playground(set)
        for (const [serial, one] of acts.entries()) perform(on, one, serial)
        Object.assign(on.world.weather, fair())
        for (let n = 0; n < 3; n += 1) {
          on.settle()
          on.send(facts.sync('retry'))
        }
        on.settle()
        expect(isBusy(on.actor.state)).toBe(false)
        const open = on.asked.filter(({ outcomes }) => outcomes === null)
        expect(open).toEqual([])
        expect(on.faults).toEqual([])
      }),
      { numRuns: 2_000, plugins: [fc.interruptAfterTimeLimit(10_000)] },
    )
  })

  it('R1 a cycle that waits for its retry takes a sync in', () => {
    const on = playground(usually)
    on.world.weather.locked = true
    on.send(inputs.rescan)
    on.settle()
    expect(on.actor.state.phase).toBe('backing-off')
    on.world.weather.locked = false
    on.ask('sync')
    on.settle()
    expect(on.asked[0]?.outcomes?.at(-1)?.type).toBe('CycleSettled')
  })

  it('R2 a stop ends every wait', () => {
    for (const command of ['sync', 'pause'] as const) {
      const on = playground(usually)
      on.send(inputs.rescan)
      on.ask(command)
      on.send(facts.stop('after-step'))
      on.settle()
      expect(on.asked[0]?.outcomes?.at(-1)?.type).toBe('Stopped')
    }
  })
})
