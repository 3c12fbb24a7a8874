import { delayOf, outageBackoff, passingBackoff, refusalBackoff } from './backoff.js'
import { everything } from './changes.js'
import type { Context } from './context.js'
import type { RepoEvent } from './events.js'
import type { Step, Talk } from './outcome.js'
import { maxRounds } from './plan.js'
import type { Problem } from './problem.js'
import { classOf } from './problem.js'
import { after, haltOver, settle } from './settle.js'
import type { BusyState, Trouble } from './state.js'

type Facts = readonly RepoEvent[]

/** A refusal takes the place of what halted the same operation before, or the squash that it begins with. */
const superseded = ({ cycle }: BusyState, operation: Talk, problem: Problem): Facts => {
  const halted = cycle.halt?.operation
  const same = halted === operation || (halted === 'squash' && operation === 'push')
  return same && classOf(problem) === 'refusal' ? haltOver : []
}

/** Milliseconds by which a timer may be early. */
const early = 500

/** A try that was brought forward, as by what was saved meanwhile, says no more than the one before it. */
const attemptsOf = (trouble: Trouble | null, now: number): number => {
  if (trouble === null) return 1
  return now + early < trouble.retryAt ? trouble.attempts : trouble.attempts + 1
}

/** A problem of the remote's side: the talk rests, what is saved goes on being committed. */
const suspend = (
  state: BusyState,
  operation: Talk,
  problem: Problem,
  { now, random, policy }: Context,
): Facts => {
  const trouble = state.talk[operation]
  const attempts = attemptsOf(trouble, now)
  const outage = classOf(problem) === 'outage'
  const backoff = outage ? outageBackoff : refusalBackoff(policy.fetchInterval)
  const retryInMs = delayOf(backoff, attempts, random)
  const suspended: RepoEvent = { type: 'TalkSuspended', operation, problem, attempts, retryInMs }
  if (outage) return [{ type: 'OperationFailed', operation, problem, retryInMs }, suspended]
  if (trouble?.told?.kind === problem.kind) return [suspended]
  return [
    { type: 'OperationFailed', operation, problem, retryInMs: null },
    suspended,
    { type: 'Halted', problem },
  ]
}

/** A problem of the repository itself: it waits for a person, who is told once. */
const halt = (state: BusyState, operation: Step, problem: Problem, context: Context): Facts => {
  const known = state.cycle.halt?.problem
  const told = known?.kind === problem.kind && known.message === problem.message
  const entered: RepoEvent = { type: 'HaltEntered', operation, problem }
  const facts: Facts = told
    ? [entered]
    : [
        { type: 'OperationFailed', operation, problem, retryInMs: null },
        entered,
        { type: 'Halted', problem },
      ]
  return [...facts, ...settle(after(state, facts, context.now), context, 'halted')]
}

/** A problem of the moment: the cycle waits and begins anew, until it has done so often enough. */
const backOff = (state: BusyState, operation: Step, problem: Problem, context: Context): Facts => {
  const { cycle, next } = state
  const leaving = next.kind === 'finish' || next.kind === 'pause'
  const known = cycle.halt?.problem.kind === problem.kind
  if (leaving || known || cycle.attempts >= context.policy.attempts)
    return halt(state, operation, problem, context)
  const retryInMs = delayOf(passingBackoff, cycle.attempts + 1, context.random)
  return [
    { type: 'OperationFailed', operation, problem, retryInMs },
    { type: 'BackedOff', problem },
  ]
}

/** What a problem leads to, by its class and by whether it came up in the talk with the remote. */
export const failed = (
  state: BusyState,
  operation: Step,
  problem: Problem,
  context: Context,
): Facts => {
  switch (classOf(problem)) {
    case 'outage':
    case 'refusal': {
      if (operation !== 'fetch' && operation !== 'push')
        return classOf(problem) === 'outage'
          ? backOff(state, operation, problem, context)
          : halt(state, operation, problem, context)
      const facts = [
        ...superseded(state, operation, problem),
        ...suspend(state, operation, problem, context),
      ]
      return [...facts, ...settle(after(state, facts, context.now), context, 'well')]
    }
    case 'passing':
      return problem.kind === 'work-tree-moved' &&
        operation === 'integrate' &&
        state.cycle.rounds < maxRounds
        ? [{ type: 'RoundEnded' }, { type: 'StepStarted', step: 'commit', changes: everything }]
        : backOff(state, operation, problem, context)
    case 'halting':
      return halt(state, operation, problem, context)
  }
}
