import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Milliseconds for a local program that answers at once or not at all. */
const bound = 5_000

/** Runs one of ssh's programs, which speaks English and asks nobody. */
export const runSshTool = (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly stdout: string }> =>
  promisify(execFile)(program, args, {
    timeout: bound,
    env: { ...process.env, LC_ALL: 'C', ...env },
  })
