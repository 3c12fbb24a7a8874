import { GitFailure } from '../problem/problem.js'

/** What stops a move and passes, and leaves nothing to go on with: the move is taken back at once. */
export class VainMove extends GitFailure {}
