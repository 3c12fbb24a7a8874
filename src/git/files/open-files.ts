import type { BigIntStats } from 'node:fs'
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'

/** Files of one process that are asked about before the event loop turns. */
const slice = 256

/** Times that processes are looked for which were not there before: one may hand its files on to another and end. */
const rounds = 8

const tried = <T>(ask: () => T, otherwise: T): T => {
  try {
    return ask()
  } catch {
    return otherwise
  }
}

const namesIn = (folder: string): readonly string[] => tried(() => readdirSync(folder), [])

const filesIn = (folder: string): readonly string[] =>
  namesIn(`${folder}/fd`).map((name) => `${folder}/fd/${name}`)

/** Where the first of its threads has ended, only the others tell. */
const filesOf = (pid: string): readonly string[] => {
  const files = filesIn(`/proc/${pid}`)
  if (files.length > 0) return files
  return namesIn(`/proc/${pid}/task`).flatMap((thread) => filesIn(`/proc/${pid}/task/${thread}`))
}

/**
 * The files that living processes hold open, as links of /proc, as far as the processes may be asked. Asked at once, a
 * slice at a time: the way through a thread takes twice as long.
 *
 * @returns false where the system does not tell
 */
const eachOpen = async (look: (file: string) => void): Promise<boolean> => {
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const fresh = namesIn('/proc').filter((name) => /^\d+$/.test(name) && !seen.has(name))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      seen.add(pid)
      const files = filesOf(pid)
      for (let start = 0; start < files.length; start += slice) {
        files.slice(start, start + slice).forEach(look)
        await setImmediate()
      }
    }
  }
  return seen.size > 0
}

/** Those below a folder, by their names relative to it; null where the system does not tell. */
export const openBelow = async (folder: string): Promise<ReadonlySet<string> | null> => {
  const root = `${await realpath(folder).catch(() => folder)}${sep}`
  const open = new Set<string>()
  const isTold = await eachOpen((file) => {
    const place = tried(() => readlinkSync(file), '')
    if (place.startsWith(root)) open.add(place.slice(root.length))
  })
  return isTold ? open : null
}

/** What a file is, by whatever name: its own may be gone, or another one in a container. */
export type FileId = `${string}:${string}`

export const fileId = ({ dev, ino }: { dev: bigint | number; ino: bigint }): FileId =>
  `${String(dev)}:${String(ino)}`

/** Those of these that are open; none where the system does not tell. */
export const openAmong = async (files: ReadonlySet<FileId>): Promise<ReadonlySet<FileId>> => {
  const open = new Set<FileId>()
  if (files.size === 0) return open
  await eachOpen((file) => {
    const stat = tried<BigIntStats | null>(() => statSync(file, { bigint: true }), null)
    const id = stat === null ? null : fileId(stat)
    if (id !== null && files.has(id)) open.add(id)
  })
  return open
}
