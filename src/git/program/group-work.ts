import { readFile, readdir, readlink } from 'node:fs/promises'

/** After the name, which may hold anything: the group, and the user and system time of a process and of its ended children. */
const field = { group: 2, times: [11, 15] } as const

const statOf = async (pid: string): Promise<readonly string[]> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

interface Member {
  readonly pid: string
  readonly stat: readonly string[]
}

/** Empty where the system does not tell. */
const membersOf = async (group: number): Promise<readonly Member[]> => {
  const entries = await readdir('/proc').catch(() => [])
  const all = entries
    .filter((name) => /^\d+$/.test(name))
    .map(async (pid) => ({ pid, stat: await statOf(pid) }))
  return (await Promise.all(all)).filter(({ stat }) => stat[field.group] === String(group))
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

const worked = (members: readonly Member[]): number =>
  sumOf(members.flatMap(({ stat }) => stat.slice(...field.times).map(Number)))

/** The time that a group of processes has spent at work, in ticks of the system; null where that does not tell. */
export const workOf = async (group: number): Promise<number | null> => {
  const members = await membersOf(group)
  return members.length === 0 ? null : worked(members)
}

const socketsOf = async ({ pid }: Member): Promise<readonly string[]> => {
  const folder = `/proc/${pid}/fd`
  const names = await readdir(folder).catch(() => [])
  const targets = names.map((name) => readlink(`${folder}/${name}`).catch(() => ''))
  return (await Promise.all(targets)).flatMap(
    (target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [],
  )
}

/** Columns of the system's table of connections, see proc_net_tcp of the kernel's documentation. */
const column = { state: 3, queues: 4, inode: 9 } as const

/** Who waits to be called talks to nobody. */
const listening = '0A'

/** Of each connection what the processes have given to the system to be sent, and it has not, and what has come that they have not taken. */
const queuesOf = async (members: readonly Member[]): Promise<readonly string[]> => {
  const sockets = new Set((await Promise.all(members.map(socketsOf))).flat())
  if (sockets.size === 0) return []
  const tables = ['tcp', 'tcp6'].map((name) =>
    readFile(`/proc/net/${name}`, 'latin1').catch(() => ''),
  )
  const rows = (await Promise.all(tables)).join('\n').split('\n')
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => sockets.has(row[column.inode] ?? '') && row[column.state] !== listening)
    .map((row) => row[column.queues] ?? '')
}

/** What they have read from files, pipes and connections, in bytes; null where the system does not tell. */
const readBy = async (members: readonly Member[]): Promise<number | null> => {
  const texts = members.map(({ pid }) => readFile(`/proc/${pid}/io`, 'latin1').catch(() => ''))
  const read = (await Promise.all(texts)).flatMap((text) => /^rchar: (\d+)$/m.exec(text)?.[1] ?? [])
  return read.length === 0 ? null : sumOf(read.map(Number))
}

/**
 * Another text once a byte has come to a group of processes from a file, a pipe or a connection, or has gone over one;
 * null where the system does not tell.
 */
export const trafficOf = async (group: number): Promise<string | null> => {
  const members = await membersOf(group)
  const read = await readBy(members)
  return read === null ? null : [read, ...(await queuesOf(members))].join(' ')
}

/**
 * The same of a group that may also do other things than talk: what it computes is heard too, and as long as it has no
 * connection nobody can be silent. Where the system does not tell, that is all that is known.
 */
export const talkOf = async (group: number): Promise<string> => {
  const members = await membersOf(group)
  const queues = await queuesOf(members)
  if (queues.length === 0) return `alone at ${String(performance.now())}`
  return [await readBy(members), ...queues, worked(members)].join(' ')
}
