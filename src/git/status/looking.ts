import { endlessBelow } from './endless-rules.js'
import type { GitRun } from '../program/git-program.js'
import { atStandstill } from '../program/standstill.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { endless } from './rule-files.js'

/** Milliseconds after which git is suspected to wait for rules that never come; most looks are over by then. */
const patience = 5_000

const again = 'Check the disk of the work tree; it is tried again.'

/** The largest trees take minutes on a slow disk. */
const longestLook = 3_600_000

/**
 * How git is run to look at a work tree: until it is done, nobody waits for it any more, it turns out that it never
 * will be, or it was given time enough.
 */
export const looking = ({
  workTree,
  closing,
}: Repository): Required<Pick<GitRun, 'cwd' | 'signal' | 'doubt'>> => {
  const stands = atStandstill({
    after: patience,
    longest: longestLook,
    // What it waits for may be gone by now; whoever waits for it is not told.
    failureOf: (why) =>
      failure(
        'timeout',
        why === 'stands still'
          ? 'git looks at the work tree and gets no further.'
          : 'git has not seen all of the work tree for an hour.',
        again,
      ),
  })
  return {
    cwd: workTree,
    signal: closing,
    doubt: {
      after: patience,
      reason: async (elapsed, pid) => {
        const path = await endlessBelow(workTree, '')
        return path === null ? stands.reason(elapsed, pid) : endless(path)
      },
    },
  }
}
