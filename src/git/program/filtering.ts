import type { Repository } from '../repository.js'
import { refusal } from '../seldom.js'
import type { GitRun } from './git-program.js'
import { atStandstill } from './standstill.js'

/** Milliseconds: a filter may ask a card or a server; one that computes has an hour. */
export const filterPatience = { after: 30_000, longest: 3_600_000 } as const

const remedy = 'Run git add on the files by hand to see what their filter waits for.'

/** How git is run where it runs filters of the owner's: until nobody waits for it any more, or one of them gets no further. */
export const filtering = (
  { workTree, closing }: Pick<Repository, 'workTree' | 'closing'>,
  patience: { readonly after: number; readonly longest: number } = filterPatience,
): Required<Pick<GitRun, 'cwd' | 'signal' | 'doubt'>> => ({
  cwd: workTree,
  signal: closing,
  doubt: atStandstill({
    ...patience,
    failureOf: (why) => refusal(`git, or a filter that it runs, ${why}.`, remedy),
  }),
})
