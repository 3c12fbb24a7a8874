import { readFile, readdir } from 'node:fs/promises'

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

/** The time that a group of processes has spent at work, in ticks of the system; null where that does not tell. */
export const workOf = async (group: number): Promise<number | null> => {
  const members = await membersOf(group)
  if (members.length === 0) return null
  return sumOf(members.flatMap(({ stat }) => stat.slice(...field.times).map(Number)))
}

/** The bytes that a group of processes has read from files, pipes and ssh's sockets; null where the system does not tell. */
export const readBy = async (group: number): Promise<number | null> => {
  const members = await membersOf(group)
  const texts = members.map(({ pid }) => readFile(`/proc/${pid}/io`, 'latin1').catch(() => ''))
  const read = (await Promise.all(texts)).flatMap((text) => /^rchar: (\d+)$/m.exec(text)?.[1] ?? [])
  return read.length === 0 ? null : sumOf(read.map(Number))
}
