import { readFile } from 'node:fs/promises'
import { endlessBelow } from './endless-rules.js'
import type { GitRun } from '../program/git-program.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { endless } from './rule-files.js'

/** Milliseconds after which git is suspected to wait for rules that never come; most looks are over by then. */
const patience = 5_000

const again = 'Check the disk of the work tree; it is tried again.'

/** The largest trees take minutes on a slow disk. */
const longestLook = 3_600_000

/** The time that a process has spent at work, in ticks; null where the system does not tell. */
const workOf = async (pid: number): Promise<string | null> => {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'latin1').catch(() => null)
  // After the name, which may hold anything: user and system time are the twelfth and thirteenth.
  return (
    stat
      ?.slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .join(' ') ?? null
  )
}

/**
 * How git is run to look at a work tree: until it is done, nobody waits for it any more, it turns out that it never
 * will be, or it was given time enough.
 */
export const looking = ({
  workTree,
  closing,
}: Repository): Required<Pick<GitRun, 'cwd' | 'signal' | 'doubt'>> => {
  let before: string | null = null
  return {
    cwd: workTree,
    signal: closing,
    doubt: {
      after: patience,
      reason: async (elapsed, pid) => {
        const path = await endlessBelow(workTree, '')
        if (path !== null) return endless(path)
        const work = await workOf(pid)
        // What it waits for may be gone by now; whoever waits for it is not told.
        if (work !== null && work === before)
          return failure('timeout', 'git looks at the work tree and gets no further.', again)
        before = work
        return elapsed < longestLook
          ? null
          : failure('timeout', 'git has not seen all of the work tree for an hour.', again)
      },
    },
  }
}
