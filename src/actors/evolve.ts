import type { Changes } from './changes.js'
import { everything, mergeChanges } from './changes.js'
import type { RepoEvent } from './events.js'
import type { Talk, Trigger } from './outcome.js'
import { withoutReason } from './pause.js'
import type { Problem } from './problem.js'
import { classOf } from './problem.js'
import type { BusyState, Cycle, Halt, Next, RepoState, Trouble } from './state.js'
import { isBusy, phaseOf } from './state.js'
import { stronger } from './trigger.js'
import { wishCycle, wishPause, wishStop } from './wish.js'

const withCycle = (state: BusyState, change: Partial<Cycle>): BusyState => ({
  ...state,
  cycle: { ...state.cycle, ...change },
})

const progressed = (state: BusyState, progress: Cycle['progress']): BusyState => {
  const rank = ['up-to-date', 'committed', 'pulled', 'pushed', 'merged'] as const
  const further = rank.indexOf(progress) > rank.indexOf(state.cycle.progress)
  return further ? withCycle(state, { progress }) : state
}

/** A trigger that comes while a cycle waits for its retry is taken in by that cycle. */
const joined = (cycle: Cycle, trigger: Trigger, changes: Changes): Cycle => ({
  ...cycle,
  trigger: stronger(cycle.trigger, trigger),
  changes: mergeChanges(cycle.changes, changes),
})

const haltOf = (state: RepoState): Halt | null => {
  if (state.phase === 'halted' || state.phase === 'paused') return state.halt
  return 'cycle' in state ? state.cycle.halt : null
}

/** Starting a cycle from rest: the wish to sync is kept as the cycle's own until `CycleStarted` names it. */
const requested = (
  state: RepoState,
  event: Extract<RepoEvent, { type: 'SyncRequested' }>,
  at: number,
): RepoState => {
  const { trigger, changes } = event
  if (isBusy(state)) return wishCycle(state, { trigger, changes })
  switch (state.phase) {
    case 'backing-off':
      return { ...state, cycle: joined(state.cycle, trigger, changes) }
    case 'idle':
    case 'halted':
    case 'paused': {
      const halt = haltOf(state)
      return {
        phase: 'inspecting',
        talk: state.talk,
        next: { kind: 'rest' },
        cycle: {
          // A cycle that halted left undone what it was asked for; before integrate, the remote had been asked.
          trigger:
            halt === null || halt.operation === 'integrate'
              ? trigger
              : stronger(trigger, 'fetch-due'),
          startedAt: at,
          changes: halt === null ? changes : everything,
          swept: 'nothing',
          asked: false,
          position: null,
          squashed: null,
          progress: 'up-to-date',
          rounds: 0,
          attempts: 0,
          halt,
        },
      }
    }
    case 'stopped':
      return state
    default:
      return state satisfies never
  }
}

const started = (
  state: RepoState,
  event: Extract<RepoEvent, { type: 'StepStarted' }>,
): RepoState => {
  if (state.phase === 'backing-off' && event.step === 'inspect') {
    const { talk, cycle } = state
    return { phase: 'inspecting', talk, cycle, next: { kind: 'rest' } }
  }
  if (!isBusy(state)) return state
  const { talk, cycle, next } = state
  if (event.step !== 'commit') {
    const phase = phaseOf[event.step] as Exclude<BusyState['phase'], 'committing'>
    return phase === state.phase ? state : { phase, talk, cycle, next }
  }
  const all = event.changes.kind === 'everything' || cycle.swept === 'everything'
  const swept: Cycle = { ...cycle, swept: all ? 'everything' : 'paths' }
  const { changes: looking, beside = null } = event
  return { phase: 'committing', talk, cycle: swept, next, looking, beside }
}

/** The cycle begins anew after its wait: what it saw of the work tree and of the remote is stale by then. */
const backedOff = ({ talk, cycle, next }: BusyState, problem: Problem): RepoState => {
  const attempts = cycle.attempts + 1
  const waiting: Cycle = { ...cycle, attempts, rounds: 0, swept: 'nothing', asked: false }
  const whole = next.kind === 'again' ? joined(waiting, next.trigger, next.changes) : waiting
  return { phase: 'backing-off', talk, problem, cycle: whole }
}

const settled = (state: BusyState): RepoState => {
  const { talk, cycle } = state
  return cycle.halt === null ? { phase: 'idle', talk } : { phase: 'halted', talk, halt: cycle.halt }
}

const withTrouble = (state: RepoState, operation: Talk, trouble: Trouble | null): RepoState =>
  state.phase === 'stopped' ? state : { ...state, talk: { ...state.talk, [operation]: trouble } }

const suspended = (
  state: RepoState,
  event: Extract<RepoEvent, { type: 'TalkSuspended' }>,
  at: number,
): RepoState => {
  if (state.phase === 'stopped') return state
  const { operation, problem, attempts, retryInMs } = event
  const told = classOf(problem) === 'refusal' ? problem : (state.talk[operation]?.told ?? null)
  const trouble: Trouble = { problem, told, attempts, triedAt: at, retryAt: at + retryInMs }
  return withTrouble(state, operation, trouble)
}

const resumed = (state: RepoState, reason: string): RepoState => {
  if (isBusy(state) && state.next.kind === 'pause') {
    const reasons = withoutReason(state.next.reasons, reason)
    const again: Next = { kind: 'again', trigger: 'manual', changes: everything }
    return { ...state, next: reasons.length > 0 ? { kind: 'pause', reasons } : again }
  }
  if (state.phase !== 'paused') return state
  const reasons = withoutReason(state.reasons, reason)
  return reasons.length < state.reasons.length ? { ...state, reasons } : state
}

/**
 * The state after an event. Pure and total: an event that does not apply gives the same reference back.
 *
 * @param at milliseconds since the epoch
 */
export const evolve = (state: RepoState, event: RepoEvent, at: number): RepoState => {
  switch (event.type) {
    case 'SyncRequested':
      return requested(state, event, at)
    case 'StepStarted':
      return started(state, event)
    case 'PositionRead':
      return isBusy(state)
        ? withCycle(state, {
            position: event.position,
            asked: state.cycle.asked || state.phase === 'fetching',
            squashed: state.phase === 'squashing' ? event.position.head : state.cycle.squashed,
          })
        : state
    case 'RoundEnded':
      return isBusy(state) ? withCycle(state, { rounds: state.cycle.rounds + 1 }) : state
    case 'TalkSuspended':
      return suspended(state, event, at)
    case 'TalkRestored':
      return withTrouble(state, event.operation, null)
    case 'BackedOff':
      return isBusy(state) ? backedOff(state, event.problem) : state
    case 'HaltEntered': {
      if (!isBusy(state)) return state
      const { operation, problem } = event
      return withCycle(state, { halt: { operation, problem, position: state.cycle.position } })
    }
    case 'HaltLeft':
      return isBusy(state) ? withCycle(state, { halt: null }) : state
    case 'CommitCreated':
      return isBusy(state) ? progressed(state, 'committed') : state
    case 'FastForwarded':
      return isBusy(state) ? progressed(state, 'pulled') : state
    case 'MergeCommitted':
      return isBusy(state) ? progressed(state, 'merged') : state
    case 'Pushed':
      return isBusy(state) ? progressed(state, 'pushed') : state
    case 'CycleSettled':
      return isBusy(state) ? settled(state) : state
    case 'StopRequested':
      return isBusy(state) ? wishStop(state, event.when) : state
    case 'PauseRequested':
      return isBusy(state) ? wishPause(state, event) : state
    case 'ResumeRequested':
      return resumed(state, event.reason)
    case 'Paused':
      return state.phase === 'stopped'
        ? state
        : {
            phase: 'paused',
            talk: state.talk,
            reasons: event.reasons,
            halt: haltOf(state),
          }
    case 'Stopped':
      return state.phase === 'stopped' ? state : { phase: 'stopped' }
    case 'CycleStarted':
    case 'OperationFailed':
    case 'Halted':
    case 'Resumed':
    case 'Unpaused':
    case 'HookFailed':
    case 'PathSkipped':
    case 'RemoteFetched':
    case 'CommitsSquashed':
    case 'ConflictKept':
    case 'PushRejected':
    case 'WatchStarted':
    case 'WatchDegraded':
      return state
    default:
      return event satisfies never
  }
}
