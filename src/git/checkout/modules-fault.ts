import type { Oid } from '../../actors/outcome.js'
import { findGit, runGit } from '../program/git-program.js'
import type { Repository } from '../repository.js'

/** What git dies of, in `git status` too, where `.gitmodules` says something else; see gitmodules(5). */
const allowed: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^submodule\..*\.update$/s, /^(?:checkout|rebase|merge|none)$/],
  [/^submodule\..*\.fetchrecursesubmodules$/s, /^(?:true|false|yes|no|on|off|[01]|on-demand)?$/i],
]

/** Why git could do nothing any more with this `.gitmodules` in the work tree, or null. */
export const faultOfModules = async (
  { workTree, gitDir }: Repository,
  oid: Oid,
): Promise<string | null> => {
  if ((await findGit()) === null) return null
  const args = [`--git-dir=${gitDir}`, 'config', '--null', '--blob', oid, '--list']
  const { code, stdout } = await runGit(args, { cwd: workTree })
  if (code !== 0) return 'git cannot read'
  for (const entry of stdout.toString().split('\0')) {
    const [key = '', ...value] = entry.split('\n')
    const fault = allowed.some(([name, fits]) => name.test(key) && !fits.test(value.join('\n')))
    if (fault) return `has a ${JSON.stringify(key)} that git refuses`
  }
  return null
}
