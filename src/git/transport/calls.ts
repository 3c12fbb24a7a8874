import type { GitFailure } from '../problem/problem.js'
import { failure } from '../problem/problem.js'

/** Of the network timeout, what a silent remote gets while somebody's saves wait for it to answer. */
const hurriedShare = 1 / 3

/** One talk with a remote. */
export interface Call {
  /** Aborted when it is to be cut short; the reason is a `GitFailure`. */
  readonly signal: AbortSignal
  /** The remote has said something. */
  readonly heard: () => void
  readonly end: () => void
}

/** The talks of one repository with its remotes. */
export interface Calls {
  /** A push is let finish: what the remote does in silence with what it was given would have been in vain. */
  begin(kind: 'question' | 'push'): Call
  /** Somebody waits: a remote that says nothing is hung up on sooner, one that goes on talking is heard out. */
  readonly hurry: () => void
  /** Nobody waits any more. */
  readonly calm: () => void
  /** Cuts short what is under way, and whatever would begin. */
  readonly close: () => void
}

const cutShort = (): GitFailure =>
  failure('network', 'The transfer was cut short', 'Nothing to do: it is done again.')

/** @param networkTimeout milliseconds that a remote may be silent; who talks to it sees to that */
export const openCalls = (networkTimeout: number): Calls => {
  const open = new Set<() => void>()
  let state: 'calm' | 'hurried' | 'closed' = 'calm'
  const become = (next: typeof state): void => {
    if (state !== 'closed') state = next
    for (const arm of open) arm()
  }
  const patience = networkTimeout * hurriedShare
  return {
    begin: (kind) => {
      const controller = new AbortController()
      let heardAt = performance.now()
      let timer: NodeJS.Timeout | undefined
      const hangUp = (): void => {
        const seconds = String(Math.round(patience / 100) / 10)
        const message = `Nothing was heard from the remote for ${seconds} s, and saves wait to be committed`
        controller.abort(failure('timeout', message))
      }
      const arm = (): void => {
        clearTimeout(timer)
        if (state === 'closed') controller.abort(cutShort())
        const left = heardAt + patience - performance.now()
        if (state === 'hurried' && kind === 'question')
          timer = setTimeout(hangUp, Math.max(0, left))
      }
      open.add(arm)
      arm()
      return {
        signal: controller.signal,
        heard: () => {
          heardAt = performance.now()
          arm()
        },
        end: () => {
          clearTimeout(timer)
          open.delete(arm)
        },
      }
    },
    hurry: () => {
      become('hurried')
    },
    calm: () => {
      become('calm')
    },
    close: () => {
      become('closed')
    },
  }
}
