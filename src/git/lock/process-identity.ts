import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isRunning } from './is-running.js'
import type { RunningSystem } from './running-system.js'
import { here, isHere, isThisMachine, outermost } from './running-system.js'

/** Which process: a pid alone is given to another process sooner or later, so its start is told as well. */
export interface ProcessIdentity extends RunningSystem {
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

/** `PID START HOST`, then what else is known by its name: of this process, and of this copy of gitsync where it loaded several. */
export const thisProcess = [
  String(process.pid),
  startOf(process.pid),
  here.host,
  ...Object.entries({
    boot: here.boot,
    machine: here.machine,
    pids: here.pids,
    copy: randomUUID(),
  }).map(([name, value]) => `${name}=${value}`),
].join(' ')

/** What stands as `NAME=VALUE` in a line; empty where it does not. */
export const fieldOf = (text: string, name: string): string =>
  new RegExp(` ${name}=(\\S*)`).exec(text)?.[1] ?? ''

/** Null where it names no process. Earlier versions told no more than pid, start and host. */
export const parseProcess = (text: string): ProcessIdentity | null => {
  const [, pid, started, host] = /^(\d+) (\d*) (\S+)/.exec(text) ?? []
  if (pid === undefined || started === undefined || host === undefined) return null
  const [boot, machine, pids] = [
    fieldOf(text, 'boot'),
    fieldOf(text, 'machine'),
    fieldOf(text, 'pids'),
  ]
  return { host, pid: Number(pid), started, boot, machine, pids }
}

const isInTable = ({ pid, started }: ProcessIdentity): boolean =>
  isRunning(pid) && (started === '' || startOf(pid) === '' || startOf(pid) === started)

const pidsOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return ''
  }
}

/** Of a container that is not ours: the machine sees what runs in it, another container nothing. */
const isInOtherTable = ({ host, started, pids }: ProcessIdentity): boolean => {
  if (here.pids === outermost)
    return readdirSync('/proc').some(
      (pid) => /^\d+$/.test(pid) && pidsOf(pid) === pids && startOf(Number(pid)) === started,
    )
  // The same container, started anew, keeps its name.
  return pids === outermost || host !== here.host
}

/** Of another machine nothing can be known, so that it counts as alive. */
export const isAlive = (other: ProcessIdentity): boolean => {
  if (!isHere(other)) return other.boot === '' || here.boot === '' || !isThisMachine(other)
  return other.pids === '' || here.pids === '' || other.pids === here.pids
    ? isInTable(other)
    : isInOtherTable(other)
}
