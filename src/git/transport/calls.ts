import type { GitFailure } from '../problem/problem.js'
import { failure } from '../problem/problem.js'

/** One talk with a remote. */
export interface Call {
  /** Aborted when it is to be cut short; the reason is a `GitFailure`. */
  readonly signal: AbortSignal
  readonly end: () => void
}

/** The talks of one repository with its remotes. */
export interface Calls {
  begin(): Call
  /** Cuts short what is under way, and whatever would begin. */
  readonly close: () => void
}

const cutShort = (): GitFailure =>
  failure('network', 'The transfer was cut short', 'Nothing to do: it is done again.')

export const openCalls = (): Calls => {
  const open = new Set<AbortController>()
  let state: 'open' | 'closed' = 'open'
  return {
    begin: () => {
      const controller = new AbortController()
      if (state === 'closed') controller.abort(cutShort())
      open.add(controller)
      return { signal: controller.signal, end: () => open.delete(controller) }
    },
    close: () => {
      state = 'closed'
      for (const controller of open) controller.abort(cutShort())
    },
  }
}
