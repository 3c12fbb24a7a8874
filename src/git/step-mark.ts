/**
 * For tests alone: GITSYNC_TEST_KILL_AT=STEP ends this process with SIGKILL at that boundary of an operation, as a
 * power loss would; STEP:N at its Nth time. Unset, as everywhere else, a mark does nothing.
 */
const [wanted, nth = '1'] = (process.env.GITSYNC_TEST_KILL_AT ?? '').split(':')
const seen = { times: 0 }

/** Of a set-up, of a commit, of a move, and of the talk with the remote, in their order. */
export type MarkedStep =
  | 'repository-made'
  | 'remote-added'
  | 'config-written'
  | 'copy-noted'
  | 'staged'
  | 'commit-published'
  | 'ref-noted'
  | 'committed'
  | 'journal-written'
  | 'rendered'
  | 'taken-away'
  | 'placed'
  | 'removed'
  | 'index-moved'
  | 'published'
  | 'ref-moved'
  | 'open-noted'
  | 'old-settled'
  | 'fetched'
  | 'squashed'
  | 'former-kept'
  | 'pushed'

export const markStep = (step: MarkedStep): void => {
  if (step !== wanted) return
  seen.times += 1
  if (seen.times === Number(nth)) process.kill(process.pid, 'SIGKILL')
}
