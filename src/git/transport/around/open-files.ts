import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

const linksIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => [])
  return Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')))
}

/** The files that living processes hold open, as far as they may be asked; null where the system does not tell. */
export const openFiles = async (): Promise<ReadonlySet<string> | null> => {
  const entries = await readdir('/proc').catch(() => [])
  const processes = entries.filter((name) => /^\d+$/.test(name))
  if (processes.length === 0) return null
  const held = new Set<string>()
  for (const pid of processes) for (const file of await linksIn(`/proc/${pid}/fd`)) held.add(file)
  return held
}
