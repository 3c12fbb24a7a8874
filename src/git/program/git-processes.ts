import { readdir, readFile, readlink } from 'node:fs/promises'
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
