import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Where a process runs, as far as the system tells; empty what it does not tell. */
export interface RunningSystem {
  /** For people; a machine may be renamed while it runs. */
  readonly host: string
  /** This boot of this machine, whatever it is called. */
  readonly boot: string
  /** This machine over its boots. */
  readonly machine: string
  /** The table that the pid is of: a container has its own. */
  readonly pids: string
}

/** The namespace of the machine itself (PROC_PID_INIT_INO). */
export const outermost = 'pid:[4026531836]'

/** Empty where it cannot be read; one word, so that it can stand in a line. */
const told = (read: () => string): string => {
  try {
    return read().trim().replace(/\s+/g, '-')
  } catch {
    return ''
  }
}

/** Not for others' eyes as it is, as machine-id(5) asks. */
const concealed = (id: string): string =>
  id === '' ? '' : createHash('sha256').update(`gitsync ${id}`).digest('hex').slice(0, 32)

const sysctl = (name: string): string =>
  told(() => execFileSync('sysctl', ['-n', name], { encoding: 'utf8', stdio: 'pipe' }))

const onLinux = (): Omit<RunningSystem, 'host'> => {
  const pids = told(() => readlinkSync('/proc/self/ns/pid'))
  return {
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    // In a container it is the image's, which many machines may run.
    machine:
      pids === outermost ? concealed(told(() => readFileSync('/etc/machine-id', 'utf8'))) : '',
    pids,
  }
}

const elsewhere = (): Omit<RunningSystem, 'host'> =>
  process.platform === 'darwin'
    ? { boot: sysctl('kern.bootsessionuuid'), machine: concealed(sysctl('kern.uuid')), pids: '' }
    : { boot: '', machine: '', pids: '' }

/** The system that this process runs on. */
export const here: RunningSystem = {
  host: told(hostname) || 'localhost',
  ...(process.platform === 'linux' ? onLinux() : elsewhere()),
}

/** The same boot of the same machine; where that is not told, of the same name. */
export const isHere = (other: RunningSystem): boolean =>
  other.boot === '' || here.boot === '' ? other.host === here.host : other.boot === here.boot

/** The same machine, perhaps before it was started anew. */
export const isThisMachine = (other: RunningSystem): boolean =>
  other.machine === '' || here.machine === ''
    ? other.host === here.host
    : other.machine === here.machine
