import type {
  CommitCreated,
  CommitsSquashed,
  ConflictKept,
  FastForwarded,
  HookFailed,
  MergeCommitted,
  Oid,
  PathSkipped,
  Pushed,
  PushRejected,
  RemoteFetched,
  Step,
  Talk,
} from './outcome.js'
import type { Problem } from './problem.js'

/** A branch of a remote. */
export interface Place {
  readonly remote: string
  /** Short name on the remote. */
  readonly branch: string
  /** Null: the remote has no such branch as far as is known. */
  readonly oid: Oid | null
}

/** The branch against its upstream, as refs and the commit graph tell it. */
export interface Position {
  /** Short name of the branch that HEAD is on, born or not. */
  readonly branch: string
  /** Null on an unborn branch. */
  readonly head: Oid | null
  /** Null: no remote at all. */
  readonly upstream: Place | null
  /** Where git is told to push the branch, if not to the upstream: brought in from there as well. */
  readonly pushTo?: Place
  /** Commits that the place lacks where it is pushed to; all of the branch's where there is no such branch. */
  readonly ahead: number
  /** Commits of these places that are not here. */
  readonly behind: number
}

/** What one operation found or did: a fact brought by the port. */
export type Report =
  | {
      readonly type: 'Inspected'
      /** Of files that a program had open when they were replaced, and has written to since. */
      readonly conflicts: readonly ConflictKept[]
      readonly position: Position
    }
  | {
      readonly type: 'Committed'
      /** Null: the tree is equal to HEAD's. */
      readonly commit: CommitCreated | null
      /** As with `Inspected`. */
      readonly conflicts: readonly ConflictKept[]
      readonly skipped: readonly PathSkipped[]
      readonly failedHook?: HookFailed
      readonly position: Position
    }
  | {
      readonly type: 'Fetched'
      /** Null: the remote has no such branch. */
      readonly fetched: RemoteFetched | null
      readonly position: Position
    }
  | {
      readonly type: 'Squashed'
      /** Null: there was nothing to squash. */
      readonly squashed: CommitsSquashed | null
      readonly position: Position
    }
  | {
      readonly type: 'Integrated'
      /** Null: there was nothing to integrate. */
      readonly result: FastForwarded | MergeCommitted | null
      readonly conflicts: readonly ConflictKept[]
      readonly failedHook?: HookFailed
      readonly position: Position
    }
  | {
      readonly type: 'PushDone'
      /** Null: the remote's branch was there already. */
      readonly pushed: Pushed | null
      readonly position: Position
    }
  | { readonly type: 'PushRefused'; readonly rejected: PushRejected; readonly position: Position }
  /** Saves wait, and the talk with the remote goes on by itself: whoever asks for it again is given its report. */
  | { readonly type: 'Underway'; readonly operation: Talk }
  | { readonly type: 'Failed'; readonly operation: Step; readonly problem: Problem }

const steps: Readonly<Record<Exclude<Report['type'], 'Failed' | 'Underway'>, Step>> = {
  Inspected: 'inspect',
  Committed: 'commit',
  Fetched: 'fetch',
  Squashed: 'squash',
  Integrated: 'integrate',
  PushDone: 'push',
  PushRefused: 'push',
}

/** The step that a report answers. */
export const stepOf = (report: Report): Step =>
  'operation' in report ? report.operation : steps[report.type]
