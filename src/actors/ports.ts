import type { Observable } from 'rxjs'
import type { Changes } from './changes.js'
import type { Oid, RepoPath, SyncOutcome } from './outcome.js'
import type { Position, Report } from './reports.js'

/**
 * One repository with its work tree. Each operation is cold, gives exactly one report and completes;
 * an expected failure is the report `Failed`, an error is a bug. Never two at a time: the actor sees to that.
 * A fetch or push that saves wait for may answer `Underway` and go on: then nothing but a commit is asked for until the
 * same is asked for again.
 * Observables and not promises, because promises do not run in virtual time.
 */
export interface WorkTree {
  /** Finishes what a kill cut short, then reads branch, upstream, ahead and behind. */
  inspect(): Observable<Report>
  /** Records what `git add -A && git commit` would, on the branch that `position` names, if HEAD is still there. */
  commit(changes: Changes, position: Position): Observable<Report>
  /** Asks the remote for its branch. */
  fetch(position: Position): Observable<Report>
  /** Makes fewer of our own commits that nobody else has, with the same tree at the end; the former tip is kept. */
  squash(position: Position): Observable<Report>
  /** Brings the upstream's commits in: fast-forward, or a merge made in memory. Content in no commit is left alone. */
  integrate(position: Position): Observable<Report>
  /** Pushes the branch, never forced. */
  push(position: Position): Observable<Report>
}

/** The memory across restarts: append-only, one per repository. */
export interface Journal {
  /** `seq` of the last outcome; 0 where there is none. */
  readonly lastSeq: number
  /** Before the operation that follows from these is started. Never throws. */
  append(outcomes: readonly SyncOutcome[]): void
}

/** What git would not look at, asked by the watcher before it descends. */
export interface IgnoreRules {
  /** The top-most ignored directories without tracked files in them, no trailing `/`. */
  ignoredDirectories(): Observable<readonly RepoPath[]>
  /** Those of the directories that are ignored. */
  ignoredOf(directories: readonly RepoPath[]): Observable<readonly RepoPath[]>
}

/** A poll: tells a fingerprint of what `git status` says; the same while nothing changed. */
export interface StatusProbe {
  fingerprint(): Observable<string>
}

/** What is pushed and fetched by: libgit2 in a child process, or the git program. */
export interface TransportRequest {
  /** Absolute path of the git directory. */
  readonly gitDir: string
  readonly remote: string
  /** Short name of the branch on the remote. */
  readonly branch: string
}

/** How far a transfer is, for people to see: it leads to nothing. */
export interface TransferProgress {
  readonly operation: 'fetch' | 'push' | 'checkout'
  /** In git's words. */
  readonly phase: string
  /** Of this phase; there is one after the other. */
  readonly percent: number
}

/** How far a repository's talk with its remote is; null: it is over. */
export interface RepositoryProgress {
  /** Absolute path of the work tree. */
  readonly repo: string
  readonly progress: TransferProgress | null
}

export interface FetchResult {
  /** Null: the remote has no such branch. */
  readonly oid: Oid | null
  readonly bytes: number
}

export type PushResult =
  | {
      readonly kind: 'accepted'
      /** False: the remote's branch was at this commit already. */
      readonly moved: boolean
      readonly bytes: number
    }
  | {
      readonly kind: 'rejected'
      readonly reason: 'non-fast-forward' | 'declined'
      readonly message: string
    }
