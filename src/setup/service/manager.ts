import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { ServiceKind, ServiceProgram } from './description.js'
import { launchdAgent, launchdLabel } from './launchd-agent.js'
import { systemdUnit } from './systemd-unit.js'

/** One command of a service manager. */
export type Words = readonly [program: string, ...args: string[]]

/** Who starts programs for a person, and how it is told to. */
export interface Manager {
  readonly kind: Exclude<ServiceKind, 'cron'>
  /** The file that describes the service. */
  readonly file: string
  readonly text: (program: ServiceProgram) => string
  /** Succeeds where somebody is there to be told. */
  readonly probe: Words
  /** Before the file is read anew; nothing is lost where it fails. */
  readonly clear: readonly Words[]
  /** Once the file is there; the last starts it, anew where it runs. */
  readonly install: readonly Words[]
  /** Before the file goes. */
  readonly stop: readonly Words[]
  /** After the file is gone. */
  readonly forget: readonly Words[]
}

const unit = 'gitsync.service'

const systemd = (home: string): Manager => ({
  kind: 'systemd',
  file: join(home, '.config/systemd/user', unit),
  text: systemdUnit,
  probe: ['systemctl', '--user', 'show-environment'],
  clear: [],
  install: [
    ['systemctl', '--user', 'daemon-reload'],
    ['systemctl', '--user', 'enable', unit],
    // Not just a start: one that ran before reads its config anew. The first pass may take long.
    ['systemctl', '--user', 'restart', '--no-block', unit],
  ],
  stop: [['systemctl', '--user', 'disable', '--now', unit]],
  forget: [['systemctl', '--user', 'daemon-reload']],
})

const launchd = (home: string): Manager => {
  const domain = `gui/${String(userInfo().uid)}`
  const file = join(home, 'Library/LaunchAgents', `${launchdLabel}.plist`)
  return {
    kind: 'launchd',
    file,
    text: launchdAgent,
    probe: ['launchctl', 'print', domain],
    clear: [['launchctl', 'bootout', `${domain}/${launchdLabel}`]],
    install: [['launchctl', 'bootstrap', domain, file]],
    stop: [['launchctl', 'bootout', `${domain}/${launchdLabel}`]],
    forget: [],
  }
}

/** The manager of this system; null where it has none that we know. */
export const managerOf = (platform: NodeJS.Platform, home: string): Manager | null => {
  if (platform === 'linux') return systemd(home)
  return platform === 'darwin' ? launchd(home) : null
}

/** Milliseconds; a manager that does not answer is none. */
const patience = 30_000

export interface Told {
  readonly ok: boolean
  readonly words: string
}

/** Runs one command of the manager's. */
export const tellManager = ([program, ...args]: Words): Promise<Told> =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: patience }, (error, stdout, stderr) => {
      const words = `${stdout}${stderr}`.trim()
      resolve({ ok: error === null, words: words === '' ? (error?.message ?? '') : words })
    })
  })
