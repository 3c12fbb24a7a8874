import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isRunning } from '../lock/is-running.js'

const isGit = (name: string): boolean => /^git(?:-|\n)/.test(name)

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}${sep}`)

/** Whether git's program runs under this number; where the system does not tell, whether anything does. */
export const isGitProcess = async (pid: number): Promise<boolean> => {
  if (!isRunning(pid)) return false
  const name = await readFile(`/proc/${String(pid)}/comm`, 'latin1').catch(() => null)
  return name === null || isGit(name)
}

/** By its name; of another user's process nothing is told. */
const placeOfGit = async (proc: string): Promise<string | null> => {
  const name = await readFile(join(proc, 'comm'), 'latin1').catch(() => '')
  return isGit(name) ? readlink(join(proc, 'cwd')).catch(() => null) : null
}

/** Whether a git program works in one of these folders; null where the system does not tell. */
export const gitWorksIn = async (folders: readonly string[]): Promise<boolean | null> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  if (pids.length === 0) return null
  const places = await Promise.all(pids.map((pid) => placeOfGit(join('/proc', pid))))
  return places.some((place) => place !== null && folders.some((folder) => isBelow(place, folder)))
}

/** Options of git's before its command that take their value from the next argument. */
const valued: ReadonlySet<string> = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace'])

/** The command among the arguments that a git program was started with. */
export const commandIn = (cmdline: string): string | null => {
  const args = cmdline.split('\0').slice(1)
  const command = args.find((arg, n) => !arg.startsWith('-') && !valued.has(args[n - 1] ?? ''))
  return command === undefined || command === '' ? null : command
}

/** Whether git was started with one of these commands at the top of this work tree, where it always is at work; false where the system does not tell. */
export const gitRuns = async (
  commands: ReadonlySet<string>,
  workTree: string,
): Promise<boolean> => {
  const top = await realpath(workTree).catch(() => workTree)
  const isOne = async (pid: string): Promise<boolean> => {
    const proc = join('/proc', pid)
    if ((await placeOfGit(proc)) !== top) return false
    const command = commandIn(await readFile(join(proc, 'cmdline'), 'latin1').catch(() => ''))
    return command !== null && commands.has(command)
  }
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(pids.map(isOne))).includes(true)
}
