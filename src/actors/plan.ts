import { hurriedAt } from './backoff.js'
import type { Changes } from './changes.js'
import { everything, isNothing } from './changes.js'
import type { CycleOutcome, Step, Talk, Trigger } from './outcome.js'
import type { Problem } from './problem.js'
import { classOf } from './problem.js'
import type { Position } from './reports.js'
import type { Cycle, TalkState, Trouble } from './state.js'
import { asksRemote } from './trigger.js'

/** What the owner of a repository allows, as far as the actor must know. */
export interface Policy {
  readonly pull: boolean
  readonly push: boolean
  /** Milliseconds of our own commits that become one before they are pushed; null: off. */
  readonly squash: number | null
  /** Milliseconds, null: off. */
  readonly fetchInterval: number | null
  /** Tries that a passing problem may take before the cycle gives up. */
  readonly attempts: number
}

/** Loop-backs that one cycle may take before it backs off. */
export const maxRounds = 5

export type Plan =
  | { readonly kind: 'commit'; readonly changes: Changes }
  | { readonly kind: 'step'; readonly step: Exclude<Step, 'commit'> }
  | { readonly kind: 'settle' }
  | { readonly kind: 'stay-halted' }
  | { readonly kind: 'refuse'; readonly problem: Problem }

const step = (name: Exclude<Step, 'commit'>): Plan => ({ kind: 'step', step: name })
const settle: Plan = { kind: 'settle' }

export interface PlanInput {
  readonly cycle: Cycle
  readonly talk: TalkState
  readonly policy: Policy
  readonly now: number
}

const insistent: ReadonlySet<Trigger> = new Set<Trigger>(['retry', 'startup', 'manual'])

const isDue = (trouble: Trouble | null, { cycle, now }: PlanInput): boolean => {
  if (trouble === null || insistent.has(cycle.trigger)) return true
  const hurried = classOf(trouble.problem) === 'outage' && cycle.progress !== 'up-to-date'
  const { triedAt, retryAt } = trouble
  return now >= (hurried ? hurriedAt(triedAt, retryAt) : retryAt)
}

/** Whether the remote may be asked now. A push follows a fetch, so it rests when either does; a fetch does not mind a push. */
export const mayTalk = (input: PlanInput, operation: Talk): boolean =>
  isDue(input.talk.fetch, input) && (operation === 'fetch' || isDue(input.talk.push, input))

/** Whether neither side has other commits than when the repository was halted. */
const standsStill = ({ halt }: Cycle, position: Position): boolean =>
  halt?.position?.head === position.head && halt.position.upstream?.oid === position.upstream?.oid

/** A conflict left to a person lasts until one of the two sides has other commits. */
export const conflictLasts = (cycle: Cycle, position: Position): boolean =>
  cycle.halt?.problem.kind === 'conflict' && standsStill(cycle, position)

/** What halted integrate may pass by itself; that files changed, as its own undo has them, is no sign of it. */
const integrateWaits = (cycle: Cycle, position: Position): boolean =>
  cycle.halt?.operation === 'integrate' &&
  cycle.trigger === 'worktree-changed' &&
  standsStill(cycle, position)

/**
 * Whether unpushed commits are looked at for what becomes one, each tip once. The remote has just said what it has, which
 * must stay as it is; and a push follows, since without one nobody sees what the commits are.
 */
const squashesFirst = (input: PlanInput, position: Position): boolean => {
  const { cycle, policy } = input
  if (policy.squash === null || !policy.push || position.ahead < 2) return false
  if (position.behind > 0 && !policy.pull) return false
  return cycle.asked && cycle.squashed !== position.head && mayTalk(input, 'push')
}

/** Commits, squashes, integrates and pushes what is left to once the remote has been asked, or cannot be. */
export const planAfterFetch = (input: PlanInput, position: Position): Plan => {
  const { cycle, policy } = input
  if (conflictLasts(cycle, position)) return { kind: 'stay-halted' }
  const behind = position.behind > 0 && policy.pull
  if ((behind || cycle.halt !== null) && cycle.swept !== 'everything')
    return { kind: 'commit', changes: everything }
  if (behind && integrateWaits(cycle, position)) return { kind: 'stay-halted' }
  if (squashesFirst(input, position)) return step('squash')
  if (behind) return step('integrate')
  return planPush(input, position)
}

/** Never pushes when known to be behind, nor before the remote was asked: a trouble may come due while the cycle is at work. */
export const planPush = (input: PlanInput, position: Position): Plan => {
  const { policy } = input
  if (!policy.push || position.ahead === 0 || position.upstream === null) return settle
  if (position.behind > 0)
    return {
      kind: 'refuse',
      problem: {
        kind: 'declined',
        message: `${position.upstream.remote}/${position.upstream.branch} has ${String(position.behind)} commits that are not here, and pull is off`,
        remedy: 'Set "pull": true, or bring the commits in with git.',
      },
    }
  if (!mayTalk(input, 'push')) return settle
  return step(input.cycle.asked ? 'push' : 'fetch')
}

/** What follows a commit, or a cycle in which no path was named. */
export const planAfterCommit = (input: PlanInput, position: Position): Plan => {
  const { cycle, policy } = input
  if (position.upstream === null || !(policy.pull || policy.push)) return settle
  if (cycle.asked) return planAfterFetch(input, position)
  const wanted = asksRemote[cycle.trigger] || (policy.push && position.ahead > 0)
  if (wanted && mayTalk(input, 'fetch')) return step('fetch')
  return planAfterFetch(input, position)
}

/** What the first look is followed by: a commit, unless no path was named. */
export const planAfterInspect = (input: PlanInput, position: Position): Plan => {
  const { changes, trigger } = input.cycle
  if (conflictLasts(input.cycle, position))
    return asksRemote[trigger] && mayTalk(input, 'fetch') ? step('fetch') : { kind: 'stay-halted' }
  return isNothing(changes) ? planAfterCommit(input, position) : { kind: 'commit', changes }
}

/** How a cycle is said to have ended. */
export const outcomeOf = (cycle: Cycle, talk: TalkState): CycleOutcome => {
  const troubles = [talk.fetch, talk.push].filter((trouble) => trouble !== null)
  if (troubles.length === 0) return cycle.progress
  return troubles.every(({ told }) => told === null) ? 'offline' : 'halted'
}
