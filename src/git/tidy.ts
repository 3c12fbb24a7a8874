import { configOf, readConfig } from './config.js'
import { collectingOurselves } from './commit/garbage.js'
import { findGit, runGit, withoutHooks } from './program/git-program.js'
import type { Repository } from './repository.js'

/**
 * To the end of it, in our own process group; with nothing taken away that a commit which is being made may need, whatever
 * the configuration says.
 */
const settings = [
  'maintenance.autoDetach=false',
  'gc.autoDetach=false',
  'gc.pruneExpire=2.weeks.ago',
]

const flags = [...withoutHooks, ...settings.flatMap((setting) => ['-c', setting])]

const isOff = /^(?:false|no|off|0)$/i

/** git before 2.29 knows no maintenance. */
const ways = [
  ['maintenance', 'run', '--auto', '--quiet'],
  ['gc', '--auto', '--quiet'],
] as const

/**
 * Does what git itself does after its own commands where too many loose objects or packs are: libgit2 cannot. git decides
 * whether it is time, by a look that takes it a few milliseconds; `gc.auto` and `maintenance.auto` hold. What fails is done
 * another time.
 */
export const tidy = async (repository: Repository): Promise<void> => {
  const { git, workTree, commonDir, closing } = repository
  if ((await findGit()) === null) return
  const auto = await readConfig(await configOf(git), 'maintenance.auto')
  if (auto !== null && isOff.test(auto)) return
  await collectingOurselves(commonDir, async () => {
    for (const way of ways) {
      const { code } = await runGit([...flags, ...way], { cwd: workTree, signal: closing })
      if (code === 0) return
    }
  })
}
