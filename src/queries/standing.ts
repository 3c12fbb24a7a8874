import type { CycleOutcome, SyncOutcome } from '../actors/outcome.js'
import { endOfPause } from '../actors/pause.js'
import type { Problem } from '../actors/problem.js'
import { classOf } from '../actors/problem.js'

/** How cycles end, as far as a person must know: well, without the remote, or in want of a person. */
type Ending = 'well' | 'offline' | 'halted'

/** What the journal says of a repository. Times as the journal has them. */
export interface Standing {
  /** A cycle is under way since; of a process that was killed, for good. */
  readonly busySince: string | null
  /** A pause lasts, and when it ends by itself. */
  readonly paused: { readonly since: string; readonly until: string | null } | null
  readonly ending: Ending | null
  /** When the last thing happened that was more than a look, or the ending became another. */
  readonly since: string | null
  /** When a cycle last ended well. */
  readonly lastSync: string | null
  /** What people were told that it waits for them with. */
  readonly waiting: readonly Problem[]
  /** What is tried again, and when. */
  readonly trying: { readonly problem: Problem; readonly at: string } | null
}

export const unheardOf: Standing = {
  busySince: null,
  paused: null,
  ending: null,
  since: null,
  lastSync: null,
  waiting: [],
  trying: null,
}

const endings: Readonly<Record<CycleOutcome, Ending>> = {
  'up-to-date': 'well',
  committed: 'well',
  pushed: 'well',
  pulled: 'well',
  merged: 'well',
  offline: 'offline',
  halted: 'halted',
}

const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/**
 * The end of a problem is told without its name. Whatever halts the repository stops the talk with the remote too, so
 * that it ends first.
 */
const withoutEnded = (waiting: readonly Problem[]): readonly Problem[] => {
  const ended = waiting.find((problem) => classOf(problem) !== 'refusal') ?? waiting[0]
  return waiting.filter((problem) => problem !== ended)
}

const settled = (
  standing: Standing,
  { outcome, at }: Extract<SyncOutcome, { type: 'CycleSettled' }>,
): Standing => {
  const ending = endings[outcome]
  const quiet = outcome === 'up-to-date' || ending !== 'well'
  return {
    busySince: null,
    paused: null,
    ending,
    since: quiet && ending === standing.ending ? standing.since : at,
    lastSync: ending === 'well' ? at : standing.lastSync,
    waiting: ending === 'halted' ? standing.waiting : [],
    trying: ending === 'offline' ? standing.trying : null,
  }
}

const unchanged = (_: unknown, standing: Standing): Standing => standing

/** Folds one outcome in; one of a later version's changes nothing. */
export const tellStanding = (standing: Standing, outcome: SyncOutcome): Standing => {
  switch (outcome.type) {
    case 'CycleStarted':
      // A new process knows nothing of what was told, and tells it anew.
      return outcome.trigger === 'startup'
        ? { ...standing, busySince: outcome.at, paused: null, waiting: [], trying: null }
        : { ...standing, busySince: outcome.at, paused: null }
    case 'OperationFailed': {
      const { problem, retryInMs, at } = outcome
      return retryInMs === null
        ? standing
        : { ...standing, trying: { problem, at: later(at, retryInMs) } }
    }
    case 'Halted': {
      const others = standing.waiting.filter(({ kind }) => kind !== outcome.problem.kind)
      return { ...standing, waiting: [...others, outcome.problem] }
    }
    case 'Resumed':
      return { ...standing, waiting: withoutEnded(standing.waiting) }
    case 'CycleSettled':
      return settled(standing, outcome)
    case 'Paused': {
      const since = standing.paused?.since ?? outcome.at
      return { ...standing, busySince: null, paused: { since, until: endOfPause(outcome.reasons) } }
    }
    case 'Unpaused':
      return { ...standing, paused: null }
    case 'Stopped':
      return { ...standing, busySince: null, paused: null }
    case 'WatchStarted':
    case 'WatchDegraded':
    case 'CommitCreated':
    case 'HookFailed':
    case 'PathSkipped':
    case 'RemoteFetched':
    case 'FastForwarded':
    case 'MergeCommitted':
    case 'CommitsSquashed':
    case 'ConflictKept':
    case 'Pushed':
    case 'PushRejected':
      return standing
    default:
      return unchanged(outcome satisfies never, standing)
  }
}
