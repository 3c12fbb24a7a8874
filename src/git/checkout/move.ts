import type { Oid, RepoPath } from '../../actors/outcome.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Found } from './survey.js'

/** A branch on its way from one commit to another, with index and work tree. */
export interface Move {
  /** Short name of the branch that HEAD is on. */
  readonly branch: string
  /** Null: the branch is unborn. */
  readonly from: Oid | null
  readonly to: Oid
  /** For the reflog. */
  readonly log: string
  /** New files that stood there, the same, before the move: no undo takes them. Told by the first look, not by a redo's. */
  readonly standing?: readonly RepoPath[]
  /** Whose content here a person kept out of commits: of what was deleted, no index tells any more. Told as above. */
  readonly withheld?: readonly RepoPath[]
}

/** One path of a move. */
export interface Item {
  readonly delta: TreeDelta
  readonly found: Found
  /** Its number in the move, the same when the move is redone. */
  readonly n: number
}
