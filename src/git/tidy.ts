import { collectingOurselves } from './commit/garbage.js'
import { askedSettings } from './program/asked-settings.js'
import { runGit, withoutHooks } from './program/git-program.js'
import type { Repository } from './repository.js'

/**
 * Nothing is taken away, whatever the configuration says: a commit that is made meanwhile may need it, a person may look for
 * it, and the disk of a work tree may be unplugged. To the end of it, in a process group of ours. Not `git maintenance`,
 * which for good does nothing beside the lock that a power cut left of it.
 */
const settings = ['gc.autoDetach=false', 'gc.pruneExpire=never', 'gc.worktreePruneExpire=never']

const collect = [
  ...withoutHooks,
  ...settings.flatMap((setting) => ['-c', setting]),
  ...['gc', '--auto', '--quiet'],
] as const

const isOff = /^(?:false|no|off|0)$/i

/** Whether a person keeps it to a schedule of their own. */
const switches = ['maintenance.auto', 'maintenance.gc.enabled'] as const

/**
 * Does what git itself does after its own commands where too many loose objects or packs are: libgit2 cannot. git decides
 * whether it is time, by a look that takes it a few milliseconds, and by `gc.auto`. What fails is done another time.
 */
export const tidy = async (repository: Repository): Promise<void> => {
  const asked = await askedSettings(repository)
  if (asked === null || switches.some((key) => isOff.test(asked.get(key) ?? ''))) return
  const { workTree, commonDir, closing } = repository
  await collectingOurselves(commonDir, () =>
    runGit(collect, { cwd: workTree, signal: closing }).then(() => undefined),
  )
}
