import { ownRef } from '../refs/own-ref.js'
import { runGit } from '../program/git-program.js'

/** What git's own commands take for the commits that the branch once reached and does not any more; null: there are none. */
export const formerRevisions = async (workTree: string): Promise<readonly string[] | null> => {
  const head = await runGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: workTree })
  if (head.code !== 0) return null
  const ref = ownRef('former', head.stdout.toString().trim())
  const found = await runGit(['rev-parse', '--verify', '--quiet', ref], { cwd: workTree })
  // The merges among them are ours, and hold the others together.
  return found.code === 0 ? ['--no-merges', ref, '^HEAD'] : null
}
