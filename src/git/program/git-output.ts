import type { GitOutput } from './git-program.js'
import { runGit } from './git-program.js'
import { GitFailure, problemOfGitStderr } from '../problem/problem.js'

/** What a git that did well printed. @param well the highest exit code that is no failure @throws GitFailure */
export const printedBy = ({ code, stdout, stderr }: GitOutput, well = 0): Buffer => {
  if (code > well) throw new GitFailure(problemOfGitStderr(stderr, code))
  return stdout
}

/** What git prints in that folder. @throws GitFailure where it fails */
export const gitOutput = async (
  cwd: string,
  args: readonly string[],
  stdin: Buffer | string = '',
): Promise<Buffer> => printedBy(await runGit(args, { cwd, stdin }))
