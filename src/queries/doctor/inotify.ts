import { readFile, readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Inotify } from './facts.js'

const limitOf = async (name: string): Promise<number> =>
  Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8'))

/** The watches of each inotify instance that a process holds. */
const heldBy = async (process: string): Promise<readonly number[]> => {
  const folder = join(process, 'fd')
  const found = (await readdir(folder).catch(() => [])).map(async (fd) => {
    const target = await readlink(join(folder, fd)).catch(() => '')
    if (target !== 'anon_inode:inotify') return []
    const text = await readFile(join(process, 'fdinfo', fd), 'utf8').catch(() => '')
    return [text.split('\n').filter((line) => line.startsWith('inotify ')).length]
  })
  return (await Promise.all(found)).flat()
}

/**
 * What the kernel allows this user and what is taken of it, as far as /proc shows it.
 *
 * @param ours gitsync processes, whose watches are those that are counted anyway
 */
export const readInotify = async (ours: ReadonlySet<number>): Promise<Inotify | null> => {
  const limits = await Promise.all(['max_user_watches', 'max_user_instances'].map(limitOf)).catch(
    () => null,
  )
  if (limits === null) return null
  const [watches = 0, instances = 0] = limits
  const user = process.getuid?.()
  const held: number[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || ours.has(Number(pid)) || Number(pid) === process.pid) continue
    const owner = await stat(join('/proc', pid)).catch(() => null)
    if (owner?.uid === user) held.push(...(await heldBy(join('/proc', pid))))
  }
  return {
    watches: { limit: watches, others: held.reduce((sum, count) => sum + count, 0) },
    instances: { limit: instances, others: held.length },
  }
}
