/** Looks within the time that a talk may be silent. */
const looks = 8

export interface Listening {
  /** Something was said. */
  readonly heard: () => void
  readonly end: () => void
}

export interface Ear {
  /** Another text once something was heard of which nothing is said; null where the system does not tell. */
  readonly sounds: () => Promise<string | null>
  readonly giveUp: () => void
}

/**
 * Listens to a talk with a remote, and gives it up after a time without a byte. git is silent while it unpacks a small
 * fetch, and while it sends a push with a large `http.postBuffer`: what its processes read of each other, or of the
 * remote, and what they send is heard too, where the system tells.
 *
 * @param longest milliseconds without a byte
 */
export const listen = (longest: number, { sounds, giveUp }: Ear): Listening => {
  let heardAt = performance.now()
  let before: string | null = null
  let timer: NodeJS.Timeout
  let isOver = false
  const heard = (): void => {
    heardAt = performance.now()
  }
  const look = async (): Promise<void> => {
    const now = await sounds()
    if (isOver) return
    if (now !== null && now !== before) heard()
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
