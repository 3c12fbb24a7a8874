import type { Oid } from '../../actors/outcome.js'

/** A branch on its way from one commit to another, with index and work tree. */
export interface Move {
  /** Short name of the branch that HEAD is on. */
  readonly branch: string
  /** Null: the branch is unborn. */
  readonly from: Oid | null
  readonly to: Oid
  /** For the reflog. */
  readonly log: string
}
