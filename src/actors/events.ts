import type { Changes } from './changes.js'
import type { Fact, Step, Talk, Trigger } from './outcome.js'
import type { PauseReason } from './pause.js'
import type { Problem } from './problem.js'
import type { Position } from './reports.js'

/** Facts that only the actor needs; the others are told to everybody. */
export type InnerFact =
  | { readonly type: 'SyncRequested'; readonly trigger: Trigger; readonly changes: Changes }
  | { readonly type: 'StepStarted'; readonly step: Exclude<Step, 'commit'> }
  | {
      readonly type: 'StepStarted'
      readonly step: 'commit'
      readonly changes: Changes
      /** The talk that goes on meanwhile, and is heard out next. */
      readonly beside?: Talk
    }
  | { readonly type: 'PositionRead'; readonly position: Position }
  | { readonly type: 'RoundEnded' }
  | {
      readonly type: 'TalkSuspended'
      readonly operation: Talk
      readonly problem: Problem
      readonly attempts: number
      readonly retryInMs: number
    }
  | { readonly type: 'TalkRestored'; readonly operation: Talk }
  | { readonly type: 'BackedOff'; readonly problem: Problem }
  | { readonly type: 'HaltEntered'; readonly operation: Step; readonly problem: Problem }
  | { readonly type: 'HaltLeft' }
  | { readonly type: 'StopRequested'; readonly when: 'after-step' | 'after-cycle' }
  | ({ readonly type: 'PauseRequested' } & PauseReason)
  | { readonly type: 'ResumeRequested'; readonly reason: string }

/** What happened, in the past tense; the state is the fold of these. */
export type RepoEvent = Fact | InnerFact

const innerTypes: ReadonlySet<string> = new Set<InnerFact['type']>([
  'SyncRequested',
  'StepStarted',
  'PositionRead',
  'RoundEnded',
  'TalkSuspended',
  'TalkRestored',
  'BackedOff',
  'HaltEntered',
  'HaltLeft',
  'StopRequested',
  'PauseRequested',
  'ResumeRequested',
])

export const isFact = (event: RepoEvent): event is Fact => !innerTypes.has(event.type)
