import type { SyncOutcome } from '../../actors/outcome.js'

/** What the outcomes of a repository say of it, as far as a request must know. */
export interface Standing {
  /** A cycle has begun that has not settled; it may be waiting for its retry. */
  readonly inCycle: boolean
  /** What told of the pause that lasts. */
  readonly paused: Extract<SyncOutcome, { type: 'Paused' }> | null
  /** What told that a person is waited for. */
  readonly halted: Extract<SyncOutcome, { type: 'Halted' }> | null
}

export const atFirst: Standing = { inCycle: false, paused: null, halted: null }

/** Whether another gitsync holds the work tree. */
export const isElsewhere = ({ halted }: Standing): boolean =>
  halted?.problem.kind === 'already-running'

export const standing = (before: Standing, outcome: SyncOutcome): Standing => {
  switch (outcome.type) {
    case 'CycleStarted':
      return { ...before, inCycle: true }
    case 'CycleSettled':
      return { ...before, inCycle: false }
    case 'Paused':
      return { ...before, inCycle: false, paused: outcome }
    case 'Unpaused':
      return { ...before, paused: null }
    // Whoever comes after it begins anew.
    case 'Stopped':
      return atFirst
    case 'Halted':
      return { ...before, halted: outcome }
    case 'Resumed':
      return { ...before, halted: null }
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
    case 'OperationFailed':
    case 'WatchStarted':
    case 'WatchDegraded':
      return before
    default:
      return outcome satisfies never
  }
}
