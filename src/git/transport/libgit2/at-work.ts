/** Milliseconds between two looks. */
const pause = 1_000

/** Part of the time for which this process has to compute, to count as being at work. */
const share = 1 / 4

/** Looks, an hour of them: the largest packs take minutes. */
const longest = 3_600

/**
 * Tells each second that something is done, as long as this process computes: libgit2 makes the pack of a push without
 * a word, for longer than any remote would be waited for.
 */
export const whileAtWork = async <T>(tell: () => void, work: () => Promise<T>): Promise<T> => {
  let before = process.cpuUsage()
  let looks = 0
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    looks += 1
    if (looks <= longest && user + system >= share * pause * 1_000) tell()
  }, pause)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
