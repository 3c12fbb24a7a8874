import type { RepoPath } from '../../actors/outcome.js'
import { printedBy } from '../program/git-output.js'
import { runGit } from '../program/git-program.js'

/** Characters of a diff that are shown. */
const bound = 64 * 1024

const plain = ['--no-index', '--no-ext-diff', '--no-textconv', '--no-color'] as const

/** Between two files of the work tree as they stand; null: there is none. @throws GitFailure */
export const diffOfFiles = async (
  workTree: string,
  from: RepoPath | null,
  to: RepoPath,
): Promise<string> => {
  const files = [from ?? '/dev/null', to]
  const output = await runGit(['diff', ...plain, '--', ...files], { cwd: workTree })
  // 1: they differ.
  const text = printedBy(output, 1).toString()
  return text.length > bound ? `${text.slice(0, bound)}\n…\n` : text
}
