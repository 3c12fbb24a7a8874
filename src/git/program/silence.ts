import { trafficOf } from './group-work.js'

/** Looks within the time that a talk may be silent. */
const looks = 8

export interface Listening {
  /** Something was said. */
  readonly heard: () => void
  readonly end: () => void
}

/**
 * Listens to a talk with a remote, and gives it up after a time without a byte. git is silent while it unpacks a small
 * fetch, and while it sends a push with a large `http.postBuffer`: what its processes read of each other, or of the
 * remote, and what they send is heard too, where the system tells.
 *
 * @param longest milliseconds without a byte
 * @param group of git and its children
 * @param onByte is told of those that nobody sees
 */
export const listen = (
  longest: number,
  group: number,
  onByte: () => void,
  giveUp: () => void,
): Listening => {
  let heardAt = performance.now()
  let before: string | null = null
  let timer: NodeJS.Timeout
  let isOver = false
  const heard = (): void => {
    heardAt = performance.now()
  }
  const look = async (): Promise<void> => {
    const now = await trafficOf(group)
    if (isOver) return
    if (now !== null && now !== before) {
      heard()
      onByte()
    }
    before = now
    const left = heardAt + longest - performance.now()
    if (left > 0) wait(left)
    else giveUp()
  }
  const wait = (left: number): void => {
    timer = setTimeout(() => void look(), Math.min(left, longest / looks))
  }
  wait(longest)
  return {
    heard,
    end: () => {
      isOver = true
      clearTimeout(timer)
    },
  }
}
