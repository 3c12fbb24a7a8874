import type { RepoSettings } from '../../actors/settings.js'
import { shellWord } from '../../shell-word.js'
import { failedBy, ok, skipped, warn } from './check.js'
import type { Verdict } from './check.js'
import type { RepositoryFacts } from './facts.js'

/** Whether the hooks that are there are run. */
export const judgeHooks = (
  hooks: RepositoryFacts['hooks'],
  settings: Pick<RepoSettings, 'hooks'>,
): Verdict => {
  const { hooks: areOn } = settings
  if (hooks.kind === 'problem')
    return areOn ? failedBy('hooks', hooks.problem) : skipped('hooks', hooks.problem.message)
  const names = hooks.value.map(({ hook }) => hook).join(', ')
  if (!areOn) return ok('hooks', names === '' ? 'none' : `not run, since hooks is false: ${names}`)
  if (names === '') return ok('hooks', 'would be run, and there is none')
  const idle = hooks.value.filter(({ state }) => state === 'not-executable')
  if (idle.length === 0) return ok('hooks', `run: ${names}`)
  return warn(
    'hooks',
    `not executable, and so not run: ${idle.map(({ hook }) => hook).join(', ')}`,
    `chmod +x ${idle.map(({ file }) => shellWord(file)).join(' ')}, or take it away.`,
  )
}
