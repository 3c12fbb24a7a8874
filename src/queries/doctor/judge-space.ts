import type { CheckName, Verdict } from './check.js'
import { fail, ok, warn } from './check.js'
import type { Space } from './facts.js'

const mebibyte = 2 ** 20

/** Below these nothing can be saved soon, or at all. */
const bytes = { warn: 512 * mebibyte, fail: 16 * mebibyte } as const
const inodes = { warn: 10_000, fail: 100 } as const

const inWords = (count: number): string =>
  count >= 10 * 1024 * mebibyte
    ? `${String(Math.floor(count / 1024 / mebibyte))} GiB`
    : `${String(Math.floor(count / mebibyte))} MiB`

/** Whether a file system has room for what is to come. */
export const judgeSpace = (check: CheckName, space: Space): Verdict => {
  const files = space.inodes === null ? '' : ` and ${String(space.inodes)} files`
  const message = `room for ${inWords(space.bytes)}${files} at ${space.place}`
  const left = space.inodes ?? Number.POSITIVE_INFINITY
  if (space.bytes < bytes.fail || left < inodes.fail)
    return fail(check, message, 'Free some space: gitsync halts while nothing can be saved.')
  if (space.bytes < bytes.warn || left < inodes.warn)
    return warn(check, message, 'Free some space before it runs out.')
  return ok(check, message)
}
