import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everything, changesOf, nothing } from '../../src/actors/changes.js'
import { isBusy } from '../../src/actors/state.js'
import type { Action, Setting } from '../support/arbitraries.js'
import { action, setting, stopping } from '../support/arbitraries.js'
import { personCommits, personMerges } from '../support/person.js'
import type { WatchedActor } from '../support/watched-actor.js'
import { watchedActor } from '../support/watched-actor.js'
import { bounded, nothingLost, saidOnce, standsAsTold } from '../support/witnesses.js'
import type { World } from '../support/world.js'
import { dirty, edit, editRemote, fair, newWorld, positionIn } from '../support/world.js'

/** More steps than any rest is away. */
const fuel = 400

const hour = 3_600_000

/** How many times the usual effort: `SOAK=100 npx vitest run spec/actors/repo-actor.model.spec.ts`. */
const soak = Number(process.env.SOAK ?? 1)

/** A loaded machine makes fewer runs, never a failure. */
const effort = (runs: number): fc.Parameters<unknown> => ({
  numRuns: runs * soak,
  plugins: [fc.interruptAfterTimeLimit(10_000 * soak)],
})

const patience = 20_000 * soak

interface Run {
  readonly world: World
  readonly actor: WatchedActor
  readonly setting: Setting
  /** How many problems people have been told of and that have not passed. */
  readonly told: () => number
}

const begin = (world: World, set: Setting, chances: readonly number[], startedAt = 0): Run => {
  let drawn = 0
  const said = saidOnce(world)
  const witnesses = [said.see, bounded(set.policy), nothingLost(world, set.policy), standsAsTold()]
  const actor = watchedActor(
    world,
    set,
    () => chances[drawn++ % chances.length] ?? 0,
    (turn) => {
      for (const see of witnesses) see(turn)
    },
    startedAt,
  )
  actor.send({ type: 'Sync', trigger: 'startup', changes: everything })
  return { world, actor, setting: set, told: said.told }
}

/** What the watcher has seen since it last told, told as one burst. */
const notify = ({ world, actor }: Run): void => {
  if (world.unseen.size === 0) return
  const changes = changesOf(world.unseen)
  world.unseen.clear()
  actor.send({ type: 'Sync', trigger: 'worktree-changed', changes })
}

const act = (run: Run, event: Action, serial: number): void => {
  const { world, actor } = run
  switch (event.kind) {
    case 'step':
      if (actor.pending !== null) actor.step()
      return
    case 'leave':
      actor.leave()
      return
    case 'throw':
      if (actor.pending !== null) actor.throwUp()
      return
    case 'edit': {
      edit(world, event.path, `here-${serial}`)
      return
    }
    case 'delete': {
      edit(world, event.path, undefined)
      return
    }
    case 'edit-remote': {
      editRemote(world, event.path, `there-${serial}`)
      return
    }
    case 'notify': {
      notify(run)
      return
    }
    case 'advance':
      actor.advance(event.milliseconds)
      if (actor.retryAt !== null && actor.retryAt <= actor.now)
        actor.send({ type: 'Sync', trigger: 'retry', changes: nothing })
      return
    case 'trigger': {
      const changes = event.trigger === 'fetch-due' ? nothing : everything
      actor.send({ type: 'Sync', trigger: event.trigger, changes })
      return
    }
    case 'switch':
      world.weather[event.what] = event.on
      return
    case 'network':
      world.weather[event.what] = event.failures
      return
    case 'pause': {
      actor.send({ type: 'Pause', reason: event.reason, until: event.until })
      return
    }
    case 'resume': {
      actor.send({ type: 'Resume', reason: event.reason })
      return
    }
    case 'stop': {
      actor.send({ type: 'Stop', when: event.when })
      return
    }
    case 'person-commits': {
      personCommits(world)
      return
    }
    case 'person-merges': {
      personMerges(world)
      return
    }
    default:
      return event satisfies never
  }
}

/** Steps until nothing is outstanding. */
const settle = ({ actor }: Run): number => {
  let steps = 0
  while (actor.pending !== null) {
    expect((steps += 1), 'I5 rest is reached').toBeLessThan(fuel)
    actor.step()
  }
  return steps
}

/** Lets everything that is due come: steps, what the watcher saw, what was to be tried again. */
const drain = (run: Run): void => {
  const { actor, world } = run
  for (let rounds = 0; rounds < fuel; rounds += 1) {
    settle(run)
    if (actor.completed) return
    if (world.unseen.size > 0) notify(run)
    else if (actor.retryAt !== null) {
      actor.advance(Math.max(0, actor.retryAt - actor.now))
      actor.send({ type: 'Sync', trigger: 'retry', changes: nothing })
    } else return
  }
  expect.unreachable('I5 the drain ends')
}

/** The world becomes well, and the repository is left to its timers. */
const recover = (run: Run): void => {
  const { world, actor } = run
  Object.assign(world.weather, fair())
  actor.send({ type: 'Resume', reason: 'person' })
  actor.send({ type: 'Resume', reason: 'night' })
  drain(run)
  for (const _ of ['conflict', 'resolved']) {
    actor.advance(hour)
    actor.send({ type: 'Sync', trigger: 'fetch-due', changes: nothing })
    drain(run)
    const { state } = actor
    if (state.phase === 'halted' && state.halt.problem.kind === 'conflict') personMerges(world)
  }
}

const converged = ({ world, actor, setting: { policy }, told }: Run): void => {
  const { ahead, behind } = positionIn(world)
  expect(dirty(world), 'I6 nothing is dirty').toEqual([])
  const stuck = !policy.pull && policy.push && ahead > 0 && behind > 0
  if (policy.push && !stuck) expect(ahead, 'I6 nothing is ahead').toBe(0)
  if (policy.pull) expect(behind, 'I6 nothing is behind').toBe(0)
  expect(actor.state.phase).toBe('idle')
  expect(told(), 'I9 every problem is over').toBe(stuck ? 1 : 0)
  const lost = world.commits.filter(
    (commit) =>
      !world.head?.history.has(commit) &&
      world.remote?.history.has(commit) !== true &&
      !world.former.some(({ history }) => history.has(commit)),
  )
  expect(lost, 'I6 every commit is reachable').toEqual([])
}

/** I15: a look at everything finds nothing more to do. */
const steady = (run: Run): void => {
  const { world, actor } = run
  const before = world.commits.length
  actor.send({ type: 'Sync', trigger: 'rescan', changes: everything })
  drain(run)
  expect(world.commits).toHaveLength(before)
  expect(actor.told.at(-1)?.type).toBe('CycleSettled')
}

const chances = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 })
const actions = fc.array(action, { maxLength: 80 })

describe('the actor in a world as strict as git', () => {
  it(
    'I1 I2 I3 I4 I5 I6 I7 I8 I9 I10 I11 I13 I14 I15 I16 I17 I18 holds its invariants and converges',
    () => {
      fc.assert(
        fc.property(setting, actions, chances, (set, events, chance) => {
          const run = begin(newWorld(set.remote), set, chance)
          for (const [serial, event] of events.entries()) act(run, event, serial)
          settle(run)
          recover(run)
          converged(run)
          steady(run)
        }),
        effort(2_000),
      )
    },
    patience,
  )

  it(
    'I12 stops at a boundary, and the next start goes on by itself',
    () => {
      fc.assert(
        fc.property(setting, actions, stopping, chances, (set, events, last, chance) => {
          const run = begin(newWorld(set.remote), set, chance)
          for (const [serial, event] of events.entries()) act(run, event, serial)
          const outstanding = run.actor.pending
          const { length } = run.actor.performed
          act(run, last, events.length)
          settle(run)
          expect(run.actor.completed).toBe(true)
          expect(run.actor.told.at(-1)?.type).toBe('Stopped')
          if (last.kind === 'stop' && last.when === 'after-step')
            expect(run.actor.performed.slice(length)).toMatchObject(
              outstanding === null ? [] : [outstanding],
            )

          const next = begin(run.world, set, chance, run.actor.now)
          settle(next)
          recover(next)
          converged(next)
        }),
        effort(1_000),
      )
    },
    patience,
  )

  it(
    'I5 comes to rest while the world stays as bad as it is',
    () => {
      fc.assert(
        fc.property(setting, actions, chances, (set, events, chance) => {
          const run = begin(newWorld(set.remote), set, chance)
          for (const [serial, event] of events.entries()) act(run, event, serial)
          settle(run)
          expect(isBusy(run.actor.state)).toBe(false)
          const { state, retryAt } = run.actor
          if (state.phase === 'backing-off') expect(retryAt).not.toBeNull()
        }),
        effort(1_000),
      )
    },
    patience,
  )
})
