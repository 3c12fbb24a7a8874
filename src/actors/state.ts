import type { Changes } from './changes.js'
import type { CycleOutcome, Oid, Step, Talk, Trigger } from './outcome.js'
import type { PauseReason } from './pause.js'
import type { Problem } from './problem.js'
import type { Position } from './reports.js'

/** What keeps one half of the talk with the remote from going on. It never stops a commit. */
export interface Trouble {
  readonly problem: Problem
  /** The refusal that people were told of and that has not passed, also while an outage hides it. */
  readonly told: Problem | null
  readonly attempts: number
  /** Milliseconds since the epoch, as all times here. */
  readonly triedAt: number
  readonly retryAt: number
}

/** How the talk with the remote goes; null: well. */
export type TalkState = Readonly<Record<Talk, Trouble | null>>

/** The one cycle that answers whatever was asked for during another. */
export interface Again {
  readonly trigger: Trigger
  readonly changes: Changes
}

/** What follows when the cycle settles. Rank: stop, finish, pause, again, rest; a lower one never replaces a higher. */
export type Next =
  | { readonly kind: 'rest' }
  | ({ readonly kind: 'again' } & Again)
  | { readonly kind: 'pause'; readonly reasons: readonly PauseReason[] }
  /** What was saved before the stop was asked for is committed first; null: nothing was. */
  | { readonly kind: 'finish'; readonly first: Again | null }
  | { readonly kind: 'stop' }

export interface Cycle {
  readonly trigger: Trigger
  readonly startedAt: number
  /** Where a trigger said to look; committed before anything else. */
  readonly changes: Changes
  /** How much of the work tree the commits of this cycle have looked at. */
  readonly swept: 'nothing' | 'paths' | 'everything'
  /** Whether the remote has answered in this cycle. */
  readonly asked: boolean
  /** Null until inspected. */
  readonly position: Position | null
  /** The tip after the last look for commits to squash; null before it. */
  readonly squashed: Oid | null
  readonly progress: Exclude<CycleOutcome, 'offline' | 'halted'>
  /** Loop-backs taken: a push that lost its race, a work tree that moved under integrate. */
  readonly rounds: number
  /** Tries that a passing problem ended. */
  readonly attempts: number
  /** Why the repository was halted when the cycle began, until what failed then has passed. */
  readonly halt: Halt | null
}

export interface Halt {
  readonly operation: Step
  readonly problem: Problem
  /** Where the branch and its upstream were then; null where it could not be read. */
  readonly position: Position | null
}

export type BusyPhase =
  'inspecting' | 'committing' | 'fetching' | 'squashing' | 'integrating' | 'pushing'

/** The phase is what is being waited for: busy means that exactly one operation is outstanding. */
export type RepoState =
  | { readonly phase: 'idle'; readonly talk: TalkState }
  | {
      readonly phase: Exclude<BusyPhase, 'committing'>
      readonly talk: TalkState
      readonly cycle: Cycle
      readonly next: Next
    }
  | {
      readonly phase: 'committing'
      readonly talk: TalkState
      readonly cycle: Cycle
      readonly next: Next
      readonly looking: Changes
      /** The talk with the remote that goes on meanwhile. */
      readonly beside: Talk | null
    }
  | {
      readonly phase: 'backing-off'
      readonly talk: TalkState
      readonly cycle: Cycle
      readonly problem: Problem
    }
  | { readonly phase: 'halted'; readonly talk: TalkState; readonly halt: Halt }
  | {
      readonly phase: 'paused'
      readonly talk: TalkState
      readonly reasons: readonly PauseReason[]
      /** Kept, so that what was told before the pause is not told again after it. */
      readonly halt: Halt | null
    }
  | { readonly phase: 'stopped' }

export type Phase = RepoState['phase']
export type BusyState = Extract<RepoState, { phase: BusyPhase }>

export const initialState: RepoState = { phase: 'idle', talk: { fetch: null, push: null } }

export const phaseOf: Readonly<Record<Step, BusyPhase>> = {
  inspect: 'inspecting',
  commit: 'committing',
  fetch: 'fetching',
  squash: 'squashing',
  integrate: 'integrating',
  push: 'pushing',
}

export const isBusy = (state: RepoState): state is BusyState => 'next' in state
