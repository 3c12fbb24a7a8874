import type { Context } from './context.js'
import { failed } from './decide-failure.js'
import type { Changes } from './changes.js'
import { isNothing, nothing } from './changes.js'
import type { RepoEvent } from './events.js'
import type { Step, Talk } from './outcome.js'
import type { Plan, PlanInput } from './plan.js'
import {
  conflictLasts,
  maxRounds,
  planAfterCommit,
  planAfterFetch,
  planAfterInspect,
  planPush,
} from './plan.js'
import type { Problem } from './problem.js'
import { roomThere, workTreeRemedy } from './problem.js'
import type { Report } from './reports.js'
import { stepOf } from './reports.js'
import type { BusyState, RepoState } from './state.js'
import { after, haltOver, settle } from './settle.js'
import { isBusy, phaseOf } from './state.js'

type Facts = readonly RepoEvent[]
type Success = Exclude<Report, { type: 'Failed' | 'Underway' }>

const inputOf = ({ cycle, talk }: BusyState, { now, policy }: Context): PlanInput => ({
  cycle,
  talk,
  policy,
  now,
})

/** A trouble of the talk is over when its operation succeeds, or when there is no more reason for it. */
const restored = ({ talk }: BusyState, { type, position }: Success): Facts => {
  const alone = position.upstream === null
  const over = {
    fetch: alone || type === 'Fetched',
    push: alone || type === 'PushDone' || position.ahead === 0,
  }
  return (['fetch', 'push'] as const).flatMap<RepoEvent>((operation) => {
    const trouble = talk[operation]
    if (trouble === null || !over[operation]) return []
    const fact: RepoEvent = { type: 'TalkRestored', operation }
    return trouble.told === null ? [fact] : [fact, { type: 'Resumed' }]
  })
}

const follow = (state: BusyState, plan: Plan, context: Context): Facts => {
  switch (plan.kind) {
    case 'commit':
      return [{ type: 'StepStarted', step: 'commit', changes: plan.changes }]
    case 'step':
      return [{ type: 'StepStarted', step: plan.step }]
    case 'settle':
      return settle(state, context, 'well')
    case 'stay-halted':
      return settle(state, context, 'halted')
    case 'refuse':
      return failed(state, 'push', plan.problem, context)
    default:
      return plan satisfies never
  }
}

/** Those of these that there are. */
const given = (...facts: readonly (RepoEvent | null | undefined)[]): Facts =>
  facts.filter((fact) => fact !== null && fact !== undefined)

/** What a report tells everybody, before what follows from it. */
const factsOf = (report: Success): Facts => {
  const read: RepoEvent = { type: 'PositionRead', position: report.position }
  switch (report.type) {
    case 'Inspected':
      return given(...report.conflicts, read)
    case 'Committed':
      return given(...report.conflicts, ...report.skipped, report.commit, report.failedHook, read)
    case 'Fetched':
      return given(report.fetched, read)
    case 'Squashed':
      return given(report.squashed, read)
    case 'Integrated':
      return given(...report.conflicts, report.result, report.failedHook, read)
    case 'PushDone':
      return given(report.pushed, read)
    case 'PushRefused':
      return [report.rejected, read]
    default:
      return report satisfies never
  }
}

const remedyFor = (message: string): string => {
  if (/currently checked out/i.test(message)) return workTreeRemedy
  if (/No space left on device|Disk quota exceeded/i.test(message)) return roomThere
  return 'Ask the owner of the remote what it takes, or change what is declined.'
}

/** Somebody else moved a branch in between: the remote is asked again, a few times at once and then later. */
const goRound = (state: BusyState, operation: Step, context: Context): Facts => {
  if (state.cycle.rounds < maxRounds)
    return [{ type: 'RoundEnded' }, { type: 'StepStarted', step: 'fetch' }]
  const problem: Problem = {
    kind: 'locked',
    message: 'Others moved the branch first, several times in a row.',
    remedy: 'Nothing to do: it is tried again in a moment.',
  }
  return failed(state, operation, problem, context)
}

const savedMeanwhile = ({ next }: BusyState): Changes => {
  if (next.kind === 'again') return next.changes
  return (next.kind === 'finish' ? next.first?.changes : null) ?? nothing
}

/** A save that waits is committed beside the talk; the cycle that it asked for looks at it once more, and pushes it. */
const besideTalk = (operation: Talk, state: BusyState): Facts => {
  const changes = savedMeanwhile(state)
  const { cycle } = state
  const barred = cycle.position !== null && conflictLasts(cycle, cycle.position)
  return barred || isNothing(changes)
    ? [{ type: 'StepStarted', step: operation }]
    : [{ type: 'StepStarted', step: 'commit', changes, beside: operation }]
}

/** Whoever committed beside a talk hears it out next. */
const talkBeside = (state: BusyState): Facts | null =>
  state.phase === 'committing' && state.beside !== null
    ? [{ type: 'StepStarted', step: state.beside }]
    : null

const goOn = (report: Success, state: BusyState, context: Context): Facts => {
  const input = inputOf(state, context)
  switch (report.type) {
    case 'Inspected':
      return follow(state, planAfterInspect(input, report.position), context)
    case 'Committed':
      return talkBeside(state) ?? follow(state, planAfterCommit(input, report.position), context)
    case 'Fetched':
    case 'Squashed':
      return follow(state, planAfterFetch(input, report.position), context)
    case 'Integrated':
      return input.policy.pull && report.position.behind > 0
        ? goRound(state, 'integrate', context)
        : follow(state, planPush(input, report.position), context)
    case 'PushDone':
      return settle(state, context, 'well')
    case 'PushRefused': {
      const { reason, message } = report.rejected
      if (reason === 'declined') {
        const problem: Problem = { kind: 'declined', message, remedy: remedyFor(message) }
        return failed(state, 'push', problem, context)
      }
      return goRound(state, 'push', context)
    }
    default:
      return report satisfies never
  }
}

/** Answers what the outstanding operation brought; a report that nothing waits for is left out. */
export const decideReport = (report: Report, state: RepoState, context: Context): Facts => {
  const operation = stepOf(report)
  if (!isBusy(state) || state.phase !== phaseOf[operation]) return []
  const stops = state.next.kind === 'stop'
  if (report.type === 'Underway')
    return stops ? [{ type: 'Stopped' }] : besideTalk(report.operation, state)
  if (report.type === 'Failed') {
    if (stops) return [{ type: 'Stopped' }]
    // A commit beside a talk fails again, and is told then, in the cycle that the save asked for.
    return talkBeside(state) ?? failed(state, operation, report.problem, context)
  }
  const left: Facts = state.cycle.halt?.operation === operation ? haltOver : []
  const facts = [...left, ...factsOf(report), ...restored(state, report)]
  if (stops) return [...facts, { type: 'Stopped' }]
  return [...facts, ...goOn(report, after(state, facts, context.now), context)]
}
