import type { RepoCommand } from '../../src/actors/commands.js'
import { changesOf } from '../../src/actors/changes.js'
import type { Policy } from '../../src/actors/plan.js'
import type {
  CommitCreated,
  CommitsSquashed,
  ConflictKept,
  FastForwarded,
  MergeCommitted,
  Pushed,
  RemoteFetched,
  Step,
  Talk,
  Trigger,
} from '../../src/actors/outcome.js'
import type { Problem, ProblemKind } from '../../src/actors/problem.js'
import type { Position, Report } from '../../src/actors/reports.js'

/** Forty times the same digit. */
export const oid = (digit: string): string => digit.repeat(40)

export const usual: Policy = {
  pull: true,
  push: true,
  squash: null,
  fetchInterval: 60_000,
  attempts: 3,
}

export const problem = (kind: ProblemKind, message = `it is ${kind}`): Problem => ({
  kind,
  message,
  remedy: 'Do something about it.',
})

/** Level with the remote, unless told otherwise. */
export const position = (change: Partial<Position> = {}): Position => ({
  branch: 'main',
  head: oid('a'),
  upstream: { remote: 'origin', branch: 'main', oid: oid('a') },
  ahead: 0,
  behind: 0,
  ...change,
})

export const level = position()
export const ahead = position({ head: oid('b'), ahead: 1 })
export const behind = position({
  upstream: { remote: 'origin', branch: 'main', oid: oid('c') },
  behind: 1,
})
export const diverged = position({ ...behind, head: oid('b'), ahead: 1 })
/** Of what is ahead by more than one, as all is that can be squashed. */
export const farAhead = position({ head: oid('b'), ahead: 3 })
export const alone = position({ upstream: null })

export const commitCreated: CommitCreated = {
  type: 'CommitCreated',
  oid: oid('b'),
  branch: 'main',
  added: 1,
  modified: 0,
  deleted: 0,
  paths: ['a'],
  message: 'a',
}
const remoteFetched: RemoteFetched = {
  type: 'RemoteFetched',
  remote: 'origin',
  branch: 'main',
  oid: oid('c'),
  ahead: 0,
  behind: 1,
  bytes: 10,
}
const fastForwarded: FastForwarded = {
  type: 'FastForwarded',
  from: oid('a'),
  to: oid('c'),
  files: 1,
}
const mergeCommitted: MergeCommitted = {
  type: 'MergeCommitted',
  oid: oid('d'),
  ours: oid('b'),
  theirs: oid('c'),
  conflicts: 1,
  files: 2,
}
const commitsSquashed: CommitsSquashed = {
  type: 'CommitsSquashed',
  branch: 'main',
  from: oid('b'),
  to: oid('e'),
  commits: 3,
  oids: [oid('e')],
}
const conflictKept: ConflictKept = {
  type: 'ConflictKept',
  path: 'a',
  copy: 'a.sync-conflict',
  ours: oid('1'),
  theirs: oid('2'),
}
export const pushed: Pushed = {
  type: 'Pushed',
  remote: 'origin',
  branch: 'main',
  from: oid('a'),
  to: oid('b'),
  bytes: 10,
}

export const inspected = (at: Position = level): Report => ({
  type: 'Inspected',
  conflicts: [],
  position: at,
})
export const committed = (at: Position = ahead): Report => ({
  type: 'Committed',
  commit: commitCreated,
  conflicts: [],
  skipped: [],
  position: at,
})
export const nothingToCommit = (at: Position = level): Report => ({
  type: 'Committed',
  commit: null,
  conflicts: [],
  skipped: [],
  position: at,
})
export const fetched = (at: Position = level): Report => ({
  type: 'Fetched',
  fetched: remoteFetched,
  position: at,
})
export const squashed = (at: Position = position({ head: oid('e'), ahead: 1 })): Report => ({
  type: 'Squashed',
  squashed: commitsSquashed,
  position: at,
})
export const integrated = (at: Position = level): Report => ({
  type: 'Integrated',
  result: fastForwarded,
  conflicts: [],
  position: at,
})
export const merged = (at: Position = ahead): Report => ({
  type: 'Integrated',
  result: mergeCommitted,
  conflicts: [conflictKept],
  position: at,
})
export const pushDone = (at: Position = level): Report => ({
  type: 'PushDone',
  pushed,
  position: at,
})
export const pushRefused = (
  reason: 'non-fast-forward' | 'declined' = 'non-fast-forward',
  at: Position = ahead,
  message = 'no',
): Report => ({
  type: 'PushRefused',
  rejected: { type: 'PushRejected', reason, message },
  position: at,
})
export const underway = (operation: Talk): Report => ({ type: 'Underway', operation })
export const failed = (operation: Step, kind: ProblemKind, message?: string): Report => ({
  type: 'Failed',
  operation,
  problem: problem(kind, message),
})

export const sync = (
  trigger: Trigger = 'worktree-changed',
  paths: readonly string[] = trigger === 'worktree-changed' ? ['a'] : [],
): RepoCommand => ({ type: 'Sync', trigger, changes: changesOf(paths) })
export const pause = (reason = 'person', until: string | null = null): RepoCommand => ({
  type: 'Pause',
  reason,
  until,
})
export const resume = (reason = 'person'): RepoCommand => ({ type: 'Resume', reason })
export const stop = (when: 'after-step' | 'after-cycle' = 'after-cycle'): RepoCommand => ({
  type: 'Stop',
  when,
})
