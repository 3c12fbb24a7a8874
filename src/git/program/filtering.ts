import type { Repository } from '../repository.js'
import { refusal } from '../seldom.js'
import type { GitRun } from './git-program.js'
import type { GitSetting } from './git-settings.js'
import { settingsIn } from './git-settings.js'
import { talkOf } from './group-work.js'
import { withFewSignIns } from './refused-sign-in.js'
import { atStandstill } from './standstill.js'

/** Milliseconds: a filter may ask a card or a server; one that computes has an hour. */
export const filterPatience = { after: 30_000, longest: 3_600_000 } as const

const remedy = 'Run git add on the files by hand to see what their filter waits for.'

/**
 * git-lfs gives up a silent server by itself, so that it keeps what it has of a file: ended by another, it leaves that
 * lying about and begins anew. It tries a second time at once, and no more often: saves wait for it.
 */
const largeFiles = (networkTimeout: number | null): readonly GitSetting[] => {
  if (networkTimeout === null) return []
  const seconds = String(Math.ceil(networkTimeout / 1000))
  return [
    ['lfs.activityTimeout', seconds],
    ['lfs.dialTimeout', seconds],
    ['lfs.tlsTimeout', seconds],
    ['lfs.transfer.maxRetries', '1'],
  ]
}

/** Of the time that a server may be silent: a filter that gives it up by itself comes first. */
const earShare = 1.5

/**
 * How git is run where it runs filters of the owner's: until nobody waits for it any more, one of them gets no further,
 * or a server is silent that one of them talks to, as git-lfs does.
 */
export const filtering = (
  {
    workTree,
    closing,
    networkTimeout,
  }: Pick<Repository, 'workTree' | 'closing' | 'networkTimeout'>,
  env: NodeJS.ProcessEnv = {},
  patience: { readonly after: number; readonly longest: number } = filterPatience,
): Pick<GitRun, 'cwd' | 'env' | 'signal' | 'doubt' | 'idleTimeout' | 'soundsOf'> => ({
  cwd: workTree,
  env: withFewSignIns({
    ...env,
    ...settingsIn({ ...process.env, ...env }, largeFiles(networkTimeout)),
  }),
  signal: closing,
  ...(networkTimeout === null ? {} : { idleTimeout: networkTimeout * earShare, soundsOf: talkOf }),
  doubt: atStandstill({
    ...patience,
    failureOf: (why) => refusal(`git, or a filter that it runs, ${why}.`, remedy),
  }),
})
