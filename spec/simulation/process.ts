import { changesOf, everything, nothing } from '../../src/actors/changes.js'
import type { Input } from '../../src/actors/context.js'
import { decide } from '../../src/actors/decide.js'
import type { RepoEvent } from '../../src/actors/events.js'
import { evolve } from '../../src/actors/evolve.js'
import type { Operation } from '../../src/actors/operation.js'
import { operationFor } from '../../src/actors/operation.js'
import type { Trigger } from '../../src/actors/outcome.js'
import type { Policy } from '../../src/actors/plan.js'
import type { RepoState } from '../../src/actors/state.js'
import { initialState, isBusy } from '../../src/actors/state.js'
import { faultsIn } from '../support/fake-work-tree.js'
import type { Moment } from '../support/move.js'
import { perform } from '../support/perform.js'
import type { World } from '../support/world.js'
import type { Agenda } from './agenda.js'
import type { Chance } from './chance.js'

export const fetchInterval = 60_000
export const rescanInterval = 300_000
const recheckInterval = 30_000

/** How the owner of a machine has it. */
export interface Ways {
  readonly rescans: boolean
  readonly squash: Policy['squash']
}

/** Whoever must know what a process does; it may end the process at any moment. */
export interface ProcessWitness {
  asked(operation: Operation): void
  moment(operation: Operation, moment: Moment): void
  turn(input: Input, events: readonly RepoEvent[]): void
  ended(): void
  fault(fault: string): void
}

/** One run of gitsync on one repository, from its start to its end. */
export interface Process {
  readonly state: RepoState
  send(input: Input): void
  /** The watcher tells of what it has seen, so many milliseconds from now. */
  watch(milliseconds: number): void
  /** `kill -9`: whatever is under way goes no further. */
  kill(): void
}

export const startProcess = (
  world: World,
  agenda: Agenda,
  chance: Chance,
  { rescans, squash }: Ways,
  witness: ProcessWitness,
): Process => {
  const policy: Policy = { pull: true, push: true, squash, fetchInterval, attempts: Infinity }
  let state: RepoState = initialState
  let alive = true
  let outstanding = false
  let watched = false
  /** Only the newest of each is waited for. */
  const newest = { retry: 0, recheck: 0 }
  let cycle: (Operation & { readonly well: boolean })[] = []

  const later = (milliseconds: number, act: () => void): void => {
    agenda.in(milliseconds, () => {
      if (alive) act()
    })
  }

  const sync = (trigger: Trigger, changes = nothing): void => {
    send({ type: 'Sync', trigger, changes })
  }

  const watch = (milliseconds: number): void => {
    if (watched || world.unseen.size === 0) return
    watched = true
    later(milliseconds, () => {
      watched = false
      const changes = changesOf(world.unseen)
      world.unseen.clear()
      sync('worktree-changed', changes)
    })
  }

  const begin = (operation: Operation): void => {
    if (operation.kind === 'inspect') cycle = []
    for (const fault of faultsIn(world, operation, cycle)) witness.fault(fault)
    witness.asked(operation)
    outstanding = true
    const work = perform(world, operation, 'keep-both')
    const isTalk = operation.kind === 'fetch' || operation.kind === 'push'
    const pace = isTalk ? chance.pick([5, 50, 500, 3_000]) : 20
    const goOn = (): void => {
      const step = work.next()
      if (step.done === true) {
        outstanding = false
        cycle.push({ ...operation, well: step.value.type !== 'Failed' })
        send(step.value)
        return
      }
      witness.moment(operation, step.value)
      watch(chance.within(200, 2_000))
      later(chance.within(0, pace), goOn)
    }
    later(chance.within(1, pace), goOn)
  }

  const retryIn = (milliseconds: number): void => {
    const own = (newest.retry += 1)
    later(milliseconds, () => {
      if (own === newest.retry) sync('retry')
    })
  }

  const recheck = (own: number): void => {
    later(recheckInterval, () => {
      if (own !== newest.recheck) return
      sync('rescan')
      recheck(own)
    })
  }

  /** The timers that wait for what is told. */
  const hear = (event: RepoEvent): void => {
    if (event.type === 'OperationFailed' && event.retryInMs !== null) retryIn(event.retryInMs)
    if (event.type === 'CycleSettled') {
      const own = (newest.recheck += 1)
      if (event.outcome === 'halted') recheck(own)
    }
  }

  const send = (input: Input): void => {
    if (!alive) return
    const now = agenda.now
    const events = decide(input, state, { now, random: chance.next(), policy })
    for (const event of events) state = evolve(state, event, now)
    witness.turn(input, events)
    for (const event of events) hear(event)
    const operation = events.at(-1)?.type === 'StepStarted' ? operationFor(state) : null
    if (operation !== null && outstanding) witness.fault('I1 two operations at a time')
    else if (operation !== null) begin(operation)
    if (isBusy(state) !== outstanding) witness.fault(`I1 ${state.phase}, nothing outstanding`)
    if (state.phase === 'stopped') end()
  }

  const end = (): void => {
    alive = false
    witness.ended()
  }

  const fetchDue = (): void => {
    later(fetchInterval * (0.9 + 0.2 * chance.next()), () => {
      sync('fetch-due')
      fetchDue()
    })
  }

  const rescanDue = (): void => {
    later(rescanInterval, () => {
      sync('rescan', everything)
      rescanDue()
    })
  }

  // A watcher that has just begun knows of no change before.
  world.unseen.clear()
  fetchDue()
  if (rescans) rescanDue()
  later(0, () => {
    sync('startup', everything)
  })

  return {
    get state() {
      return state
    },
    send,
    watch,
    kill: () => {
      if (alive) end()
    },
  }
}
