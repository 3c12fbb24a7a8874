import type { Oid, SyncOutcome } from '../actors/outcome.js'
import type { Problem, ProblemKind } from '../actors/problem.js'

/** What was asked for cannot be meant. */
export type Mistake =
  | 'not-a-folder'
  | 'home-folder'
  | 'inside-repository'
  | 'bare-repository'
  | 'not-empty'
  | 'bad-address'

/** A person has to choose first. */
export type Choice = 'other-remote' | 'other-branch' | 'unrelated-history'

export type SetupProblemKind = Mistake | Choice | ProblemKind

export interface Refusal {
  readonly kind: SetupProblemKind
  readonly message: string
  readonly remedy: string
}

/** A work tree is ready, and in the config. */
export interface Ready {
  /** `Initialized` by `initRepository`, `Cloned` by `cloneRepository`. */
  readonly type: 'Initialized' | 'Cloned'
  /** Absolute path of the work tree. */
  readonly repo: string
  /** Whether the repository was made by this run. */
  readonly made: boolean
  /** Null where the repository cannot be read, see `problem`. */
  readonly branch: string | null
  /** Null where nothing is committed yet. */
  readonly head: Oid | null
  /** `origin/main`; null without a remote, or until the first push. */
  readonly upstream: string | null
  /** The config file that names it. */
  readonly config: string
  /** Whether this run added it there. */
  readonly added: boolean
  /** Whether a gitsync runs that takes up by itself what is written there. */
  readonly followed: boolean
  /** Where the INI of the Python gitsync was moved to, if it was. */
  readonly movedConfig: string | null
  /** How the first pass ended. `offline`: the next pass pushes. `halted`: a person is needed, see `problem`. */
  readonly state: 'level' | 'offline' | 'halted'
  readonly problem: Problem | null
  /** What a person should know besides. */
  readonly notes: readonly string[]
}

/** It was refused, and nothing was touched. */
export interface SetupRefused {
  readonly type: 'SetupRefused'
  readonly repo: string
  readonly problem: Refusal
}

/** What `initRepository` and `cloneRepository` tell: the outcomes of the first pass, and one value of these at the end. */
export type SetupOutcome = SyncOutcome | Ready | SetupRefused

/** Thrown inside of this room, a `SetupRefused` outside. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly refusal: Refusal

  constructor(kind: SetupProblemKind, message: string, remedy: string) {
    super(message)
    this.refusal = { kind, message, remedy }
  }
}

/** Between two steps of a preparation. @throws RefusalError */
export const refuseIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true)
    throw new RefusalError('unexpected', 'Cut short.', 'The same command begins again.')
}
