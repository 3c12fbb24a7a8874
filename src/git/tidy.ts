import { configOf, readConfig } from './config.js'
import { collectingOurselves } from './commit/garbage.js'
import { findGit, runGit, withoutHooks } from './program/git-program.js'
import type { Repository } from './repository.js'

/**
 * To the end of it, in our own process group; with nothing taken away that a commit which is being made may need, whatever
 * the configuration says. Not `git maintenance`, which for good does nothing beside the lock that a power cut left of it.
 */
const collect = [
  ...withoutHooks,
  ...['-c', 'gc.autoDetach=false', '-c', 'gc.pruneExpire=2.weeks.ago'],
  ...['gc', '--auto', '--quiet'],
] as const

const isOff = /^(?:false|no|off|0)$/i

/** Whether a person keeps it to a schedule of their own. */
const switches = ['maintenance.auto', 'maintenance.gc.enabled'] as const

/**
 * Does what git itself does after its own commands where too many loose objects or packs are: libgit2 cannot. git decides
 * whether it is time, by a look that takes it a few milliseconds, and by `gc.auto`. What fails is done another time.
 */
export const tidy = async ({ git, workTree, commonDir, closing }: Repository): Promise<void> => {
  if ((await findGit()) === null) return
  const config = await configOf(git)
  for (const key of switches) if (isOff.test((await readConfig(config, key)) ?? '')) return
  await collectingOurselves(commonDir, () =>
    runGit(collect, { cwd: workTree, signal: closing }).then(() => undefined),
  )
}
