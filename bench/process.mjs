import { readFile, readdir } from 'node:fs/promises'

const statusOf = (pid) => readFile(`/proc/${pid}/status`, 'utf8')

/** Megabytes of memory that a process has now. */
export const memoryOf = async (pid) => Number(/VmRSS:\s+(\d+)/.exec(await statusOf(pid))[1]) / 1024

/** Files that a process holds open. */
export const descriptorsOf = async (pid) => (await readdir(`/proc/${pid}/fd`)).length

/** Milliseconds of processor that a process has had; the system counts in hundredths of a second. */
export const processorOf = async (pid) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) * 10
}
