import assert from 'node:assert/strict'
import { Subject } from 'rxjs'
import type { Input } from '../../src/actors/context.js'
import { decide } from '../../src/actors/decide.js'
import type { RepoEvent } from '../../src/actors/events.js'
import { isFact } from '../../src/actors/events.js'
import type { Operation } from '../../src/actors/operation.js'
import { operationFor } from '../../src/actors/operation.js'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import type { Report } from '../../src/actors/reports.js'
import { repoActor } from '../../src/actors/repo-actor.js'
import type { RepoState } from '../../src/actors/state.js'
import { isBusy } from '../../src/actors/state.js'
import type { Setting } from './arbitraries.js'
import { fakeWorkTree } from './fake-work-tree.js'
import { fold } from './given.js'
import type { World } from './world.js'

export interface WatchedActor {
  readonly state: RepoState
  readonly pending: Operation | null
  readonly completed: boolean
  readonly now: number
  readonly told: readonly SyncOutcome[]
  readonly performed: readonly Operation[]
  send(input: Input): void
  /** The outstanding operation is done and answers. */
  step(): void
  /** The outstanding operation goes on by itself, if it is a talk with the remote. */
  leave(): void
  /** The outstanding operation has a bug. */
  throwUp(): void
  advance(milliseconds: number): void
  /** When the last failure asked to be tried again; null: not asked for, or done. */
  readonly retryAt: number | null
}

export type Witness = (turn: {
  readonly input: Input
  readonly before: RepoState
  readonly events: readonly RepoEvent[]
  readonly after: RepoState
}) => void

/** The remedy and the message that the shell gives to a thrown error. */
const bug = (operation: Operation, error: Error): Report => ({
  type: 'Failed',
  operation: operation.kind,
  problem: {
    kind: 'unexpected',
    message: error.stack ?? error.message,
    remedy: 'This is a fault of gitsync: please report it with this message.',
  },
})

/**
 * The real actor on a fake world, beside a shadow that decides and folds the same inputs. After each input
 * the two must agree, and what the state says is outstanding must be what the port was asked for.
 */
export const watchedActor = (
  world: World,
  { policy, conflict }: Setting,
  random: () => number,
  witness: Witness,
  startedAt = 0,
): WatchedActor => {
  const workTree = fakeWorkTree(world, conflict)
  const commands$ = new Subject<Input>()
  const told: SyncOutcome[] = []
  const journal: SyncOutcome[] = []
  let chance = 0
  let now = startedAt
  let state = fold([])
  let completed = false
  let retryAt: number | null = null
  let expected = 0

  repoActor(commands$, {
    repo: '/repo',
    workTree,
    journal: { lastSeq: 0, append: (outcomes) => journal.push(...outcomes) },
    policy,
    clock: () => now,
    random: () => chance,
  }).subscribe({
    next: (outcome) => told.push(outcome),
    complete: () => (completed = true),
  })

  const agree = (events: readonly RepoEvent[]): void => {
    const facts = events.filter(isFact)
    const fresh = told.slice(expected)
    const stamps = facts.map((_, index) => ({
      repo: '/repo',
      at: new Date(now).toISOString(),
      seq: expected + index + 1,
    }))
    expected += facts.length
    assert.deepEqual(
      fresh,
      facts.map((fact, index) => ({ ...fact, ...stamps[index] })),
      'I2 what is told is what the events say',
    )
    assert.equal(journal.length, expected, 'I11 the journal has it')
    assert.equal(isBusy(state), workTree.pending !== null, 'I1 busy means one operation')
    assert.deepEqual(workTree.pending, operationFor(state), 'I1 it is the one asked for')
    assert.equal(completed, state.phase === 'stopped', 'I12 stopped is the end')
    assert.deepEqual(workTree.faults, [])
  }

  const turn = (input: Input, act: () => void): void => {
    chance = random()
    const before = state
    const events = decide(input, before, { now, random: chance, policy })
    state = fold(events, before, now)
    for (const event of events) {
      if (event.type === 'OperationFailed' && event.retryInMs !== null)
        retryAt = now + event.retryInMs
    }
    act()
    agree(events)
    witness({ input, before, events, after: state })
  }

  return {
    get state() {
      return state
    },
    get pending() {
      return workTree.pending
    },
    get completed() {
      return completed
    },
    get now() {
      return now
    },
    get retryAt() {
      return retryAt
    },
    told,
    get performed() {
      return workTree.performed
    },
    send: (input) => {
      if (input.type === 'Sync' && input.trigger === 'retry') retryAt = null
      turn(input, () => commands$.next(input))
    },
    step: () => {
      const report = workTree.perform()
      turn(report, () => workTree.answer(report))
    },
    leave: () => {
      const report = workTree.leave()
      if (report !== null) turn(report, () => workTree.answer(report))
    },
    throwUp: () => {
      const error = new Error('a bug')
      const { pending } = workTree
      if (pending !== null) turn(bug(pending, error), () => workTree.throwUp(error))
    },
    advance: (milliseconds) => {
      now += milliseconds
    },
  }
}
