/**
 * For tests alone: GITSYNC_TEST_KILL_AT=STEP ends this process with SIGKILL at that boundary of a move, as a power
 * loss would; STEP:N at its Nth time. Unset, as everywhere else, a mark does nothing.
 */
const [wanted, nth = '1'] = (process.env.GITSYNC_TEST_KILL_AT ?? '').split(':')
const seen = { times: 0 }

export type MoveStep =
  | 'journal-written'
  | 'rendered'
  | 'taken-away'
  | 'placed'
  | 'removed'
  | 'index-moved'
  | 'published'
  | 'ref-moved'

export const markStep = (step: MoveStep): void => {
  if (step !== wanted) return
  seen.times += 1
  if (seen.times === Number(nth)) process.kill(process.pid, 'SIGKILL')
}
