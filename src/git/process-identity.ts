import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { hasCode } from './error-code.js'

/** Which process: a pid alone is given to another process sooner or later, so its start is told as well. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Clock ticks since boot, from /proc; empty where that cannot be known. */
  readonly started: string
}

const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    // The command's name stands in parentheses and may hold blanks; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** `PID START HOST` of this process. */
export const thisProcess = `${String(process.pid)} ${startOf(process.pid)} ${hostname()}`

export const parseProcess = (text: string): ProcessIdentity | null => {
  const [, pid, started, host] = /^(\d+) (\d*) (\S+)/.exec(text) ?? []
  return pid === undefined || started === undefined || host === undefined
    ? null
    : { host, pid: Number(pid), started }
}

/** Of another host nothing can be known, so it counts as alive. */
export const isAlive = ({ host, pid, started }: ProcessIdentity): boolean => {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
  }
  return started === '' || startOf(pid) === '' || startOf(pid) === started
}
