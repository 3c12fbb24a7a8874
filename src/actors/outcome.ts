import type { PauseReason } from './pause.js'
import type { Problem } from './problem.js'

/** 40 hex digits. */
export type Oid = string

/** Relative to the work tree, `/`-separated. */
export type RepoPath = string

export type Trigger = 'startup' | 'worktree-changed' | 'fetch-due' | 'rescan' | 'retry' | 'manual'

export type WatchSource = 'native' | 'fs.watch' | 'poll'

export type Step = 'inspect' | 'commit' | 'fetch' | 'squash' | 'integrate' | 'push'

/** The half of a cycle that needs the remote. */
export type Talk = Extract<Step, 'fetch' | 'push'>

export type CycleOutcome =
  'up-to-date' | 'committed' | 'pushed' | 'pulled' | 'merged' | 'offline' | 'halted'

export type SkipReason =
  | 'too-large'
  | 'unreadable'
  | 'unreadable-rules'
  | 'nested-repository'
  | 'filter-unavailable'
  | 'ignored-by-gitsync'
  | 'unsupported-name'
  | 'too-deep'
  | 'unsafe-line-ends'
  | 'secret'

export interface CommitCreated {
  readonly type: 'CommitCreated'
  readonly oid: Oid
  readonly branch: string
  readonly added: number
  readonly modified: number
  readonly deleted: number
  /** The first 100. */
  readonly paths: readonly RepoPath[]
  /** As the template or `messageCommand` has it; the default’s body and trailer come after it in the commit. */
  readonly message: string
  /** Why the words of `messageCommand` were not taken; absent where they were, or none is set. */
  readonly fallback?: string
}

/** What was done stays done. */
export interface HookFailed {
  readonly type: 'HookFailed'
  readonly hook: 'post-commit' | 'post-merge'
  /** Its own words. */
  readonly message: string
}

export interface PathSkipped {
  readonly type: 'PathSkipped'
  readonly path: RepoPath
  readonly reason: SkipReason
  readonly remedy: string
  /** What kind of secret it is, as `.gitsyncallow` names it; with the reason `secret` alone, as its line. */
  readonly rule?: string
  readonly line?: number
}

export interface RemoteFetched {
  readonly type: 'RemoteFetched'
  readonly remote: string
  readonly branch: string
  readonly oid: Oid
  readonly ahead: number
  readonly behind: number
  readonly bytes: number
}

export interface FastForwarded {
  readonly type: 'FastForwarded'
  readonly from: Oid | null
  readonly to: Oid
  readonly files: number
}

export interface MergeCommitted {
  readonly type: 'MergeCommitted'
  readonly oid: Oid
  readonly ours: Oid
  readonly theirs: Oid
  readonly conflicts: number
  readonly files: number
}

/** Our own commits that no remote has were written anew, as fewer; the trees of the two tips are the same. */
export interface CommitsSquashed {
  readonly type: 'CommitsSquashed'
  readonly branch: string
  /** The former tip, which stays reachable under `refs/gitsync/former/`. */
  readonly from: Oid
  readonly to: Oid
  /** Commits that were written anew. */
  readonly commits: number
  /** What stands for them, oldest first. */
  readonly oids: readonly Oid[]
  /** Why the words of `messageCommand` were not taken; absent where they were, or none is set. */
  readonly fallback?: string
}

export interface ConflictKept {
  readonly type: 'ConflictKept'
  readonly path: RepoPath
  /** Path of the second version, or null when one version alone was kept. */
  readonly copy: RepoPath | null
  readonly ours: Oid | null
  readonly theirs: Oid | null
}

export interface Pushed {
  readonly type: 'Pushed'
  readonly remote: string
  readonly branch: string
  readonly from: Oid | null
  readonly to: Oid
  readonly bytes: number
}

export interface PushRejected {
  readonly type: 'PushRejected'
  readonly reason: 'non-fast-forward' | 'declined'
  /** The server's own words. */
  readonly message: string
}

export interface WatchStarted {
  readonly type: 'WatchStarted'
  readonly source: WatchSource
}

export interface WatchDegraded {
  readonly type: 'WatchDegraded'
  readonly source: WatchSource
  readonly reason: string
  readonly remedy: string
}

/** What a subscriber, the journal, the log and `--json` are told, less the stamp. */
export type Fact =
  | WatchStarted
  | WatchDegraded
  | { readonly type: 'CycleStarted'; readonly trigger: Trigger }
  | CommitCreated
  | HookFailed
  | PathSkipped
  | RemoteFetched
  | FastForwarded
  | MergeCommitted
  | CommitsSquashed
  | ConflictKept
  | Pushed
  | PushRejected
  | {
      readonly type: 'OperationFailed'
      readonly operation: Step
      readonly problem: Problem
      readonly retryInMs: number | null
    }
  | { readonly type: 'Halted'; readonly problem: Problem }
  | { readonly type: 'Resumed' }
  | {
      readonly type: 'CycleSettled'
      readonly outcome: CycleOutcome
      readonly head: Oid | null
      readonly ahead: number
      readonly behind: number
      readonly durationMs: number
    }
  /** Nothing is touched and nothing recorded; told anew when the reasons change. */
  | { readonly type: 'Paused'; readonly reasons: readonly PauseReason[] }
  /** The last reason to pause is gone. */
  | { readonly type: 'Unpaused' }
  | { readonly type: 'Stopped' }

export interface Stamp {
  /** Absolute path of the work tree. */
  readonly repo: string
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  /** Rises by one per repository, across restarts. */
  readonly seq: number
}

/** One value of the outcome stream (CONTRACT 3). */
export type SyncOutcome = Fact & Stamp
