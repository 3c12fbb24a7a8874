import type { Talk } from '../actors/outcome.js'
import type { Report } from '../actors/reports.js'

/** Milliseconds that a save waits for a fetch or a push, most of which are over by then. */
const usualPatience = 1_000

/** Milliseconds between two tries of a commit, the bound of growth. */
const longestPatience = 30_000

/** One talk with a remote at a time, for whose end saves need not wait. */
export interface LongTalk {
  /**
   * The report of the talk that goes on, else of the one that this begins; or `Underway`, where saves have waited long enough.
   *
   * @param begin never rejects; what it brings makes the report when that is heard, since what was committed beside the
   * talk has moved the branch
   */
  hear(operation: Talk, begin: () => Promise<() => Promise<Report>>): Promise<Report>
  /** Saves wait for a commit. */
  hurry(): void
  /** Their commit came to nothing for a passing reason: it is tried again, after twice as long each time. */
  hurryLater(): void
  /** None waits any more. */
  calm(): void
}

export const openLongTalk = (patience = usualPatience): LongTalk => {
  let saves: 'wait' | 'none' = 'none'
  let delay = patience
  let underway: Promise<() => Promise<Report>> | null = null
  let timer: NodeJS.Timeout | undefined
  /** Of whoever hears the talk now. */
  let leave: (() => void) | null = null

  const arm = (): void => {
    clearTimeout(timer)
    if (saves === 'wait' && leave !== null) timer = setTimeout(leave, delay)
  }

  return {
    hear: async (operation, begin) => {
      underway ??= begin()
      const left = new Promise<'left'>((resolve) => {
        leave = () => {
          // The same saves are no reason to leave twice: they may have been called off.
          saves = 'none'
          resolve('left')
        }
      })
      arm()
      const ended = await Promise.race([underway, left])
      leave = null
      arm()
      if (ended === 'left') return { type: 'Underway', operation }
      underway = null
      return ended()
    },
    hurry: () => {
      if (saves === 'wait' && delay === patience) return
      saves = 'wait'
      delay = patience
      arm()
    },
    hurryLater: () => {
      saves = 'wait'
      delay = Math.min(2 * delay, longestPatience)
      arm()
    },
    calm: () => {
      saves = 'none'
      arm()
    },
  }
}
