import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { adoptLegacy } from '../../config/write/add-repository.js'
import type { Machine } from '../../config/machine.js'
import { thisMachine } from '../../config/machine.js'
import { refuseUnwritable } from '../../config/write/refuse-unwritable.js'
import { replaceFile } from '../../config/write/replace-file.js'
import type { ServiceKind, ServiceProgram } from './description.js'
import { mark } from './description.js'
import { cronLine } from './cron-line.js'
import { launchdAgent } from './launchd-agent.js'
import type { Manager, Words } from './manager.js'
import { managerOf, tellManager } from './manager.js'
import { agentOf, systemdUnit } from './systemd-unit.js'

export interface ServiceRequest {
  /** Absolute path of gitsync's own program. */
  readonly main: string
  /** The config file that the service is to read. Default: the user's own. */
  readonly configFile?: string | undefined
}

/** What came of it. */
export interface ServiceReport {
  readonly type: 'ServiceInstalled' | 'ServiceUninstalled'
  /** What describes the service to its manager; null where this system has no manager that we know. */
  readonly file: string | null
  /** `done`; `left`: nobody is there to be told, and a person types `commands`; `none`: there was nothing to do. */
  readonly state: 'done' | 'left' | 'none'
  /** What is left to type. */
  readonly commands: readonly string[]
  /** What a person should know. */
  readonly notes: readonly string[]
  /** The config that the service reads; null where none was looked for. */
  readonly config: string | null
  /** Where the INI of the Python gitsync was moved to, if it was. */
  readonly movedConfig: string | null
}

const programOf = ({ main, configFile }: ServiceRequest, machine: Machine): ServiceProgram => ({
  node: process.execPath,
  main,
  configFile: configFile ?? null,
  home: machine.home,
  env: machine.env,
})

/** The service as its manager is to be told of it; nothing is written. */
export const describeService = (request: ServiceRequest, kind: ServiceKind): string => {
  const program = programOf(request, thisMachine())
  switch (kind) {
    case 'systemd':
      return systemdUnit(program)
    case 'launchd':
      return launchdAgent(program)
    case 'cron':
      return cronLine(program)
    default:
      return kind satisfies never
  }
}

/** What this system would take. */
export const usualService = (): ServiceKind =>
  managerOf(process.platform, thisMachine().home)?.kind ?? 'cron'

const typed = (words: readonly Words[]): readonly string[] => words.map((one) => one.join(' '))

/** Tells the manager one after the other. @returns what is left to type, with its words where it refused */
const tellAll = async (
  { probe }: Manager,
  words: readonly Words[],
): Promise<Pick<ServiceReport, 'state' | 'commands' | 'notes'>> => {
  const reached = await tellManager(probe)
  if (!reached.ok)
    return {
      state: 'left',
      commands: typed(words),
      notes: [`${probe[0]} of your login cannot be reached from here: ${reached.words}`],
    }
  for (const [n, one] of words.entries()) {
    const told = await tellManager(one)
    if (!told.ok)
      return {
        state: 'left',
        commands: typed(words.slice(n)),
        notes: [`${one.join(' ')}: ${told.words}`],
      }
  }
  return { state: 'done', commands: [], notes: [] }
}

const isOurs = (file: string): boolean => readFileSync(file, 'utf8').includes(mark)

/** A description that a person wrote keeps its content under another name. */
const makeRoom = (file: string): readonly string[] => {
  if (!existsSync(file) || isOurs(file)) return []
  const names = Array.from({ length: 99 }, (_, n) => `${file}.${n + 1}.old`)
  const free = names.find((name) => !existsSync(name)) ?? `${file}.old`
  renameSync(file, free)
  return [`There was a ${file} of another origin; it is ${free} now.`]
}

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? '$USER'
  }
}

/** What a person who installs a unit of systemd would otherwise wonder about. */
const hints = async (program: ServiceProgram): Promise<readonly string[]> => {
  const name = userName()
  const linger = await tellManager(['loginctl', 'show-user', name, '--property=Linger'])
  const isLingering = linger.words.includes('Linger=yes')
  const socket = program.env.SSH_AUTH_SOCK ?? ''
  return [
    ...(isLingering
      ? []
      : [
          `It runs while you are logged in. To have it from the start of the machine on: loginctl enable-linger ${name}`,
        ]),
    ...(socket === '' || agentOf(program) !== null
      ? []
      : [
          'Your ssh agent has another socket at each login. Have the session tell systemd (systemctl --user import-environment SSH_AUTH_SOCK), or set sshKey to a key without a passphrase.',
        ]),
  ]
}

const unmanaged = (type: ServiceReport['type']): ServiceReport => ({
  type,
  file: null,
  state: 'left',
  commands: [],
  notes: [
    'This system has neither systemd nor launchd: let what starts programs here start gitsync run, or cron the line of gitsync service print --for cron.',
  ],
  config: null,
  movedConfig: null,
})

/**
 * Has gitsync started at every login, and now. The INI of the Python gitsync is brought into the new form first.
 *
 * @throws ConfigError where there is no config, or one with faults, or where a file cannot be written; nothing is then
 */
export const installService = async (request: ServiceRequest): Promise<ServiceReport> => {
  const machine = thisMachine()
  const manager = managerOf(process.platform, machine.home)
  if (manager !== null) refuseUnwritable(manager.file)
  const { file: config, moved: movedConfig } = adoptLegacy(request.configFile, machine)
  if (manager === null) return { ...unmanaged('ServiceInstalled'), config, movedConfig }
  const program = programOf(request, machine)
  const moved = makeRoom(manager.file)
  replaceFile(manager.file, manager.text(program))
  for (const words of manager.clear) await tellManager(words)
  const told = await tellAll(manager, manager.install)
  const notes = [
    ...moved,
    ...told.notes,
    ...(manager.kind === 'systemd' ? await hints(program) : []),
  ]
  return { type: 'ServiceInstalled', file: manager.file, ...told, notes, config, movedConfig }
}

/** The reverse: it is stopped, and started no more. Config, repositories and journals stay. */
export const uninstallService = async (): Promise<ServiceReport> => {
  const machine = thisMachine()
  const manager = managerOf(process.platform, machine.home)
  if (manager === null) return unmanaged('ServiceUninstalled')
  const { file, stop, forget } = manager
  const report = { type: 'ServiceUninstalled', file, config: null, movedConfig: null } as const
  const none = { ...report, state: 'none', commands: [] } as const
  if (!existsSync(file)) return { ...none, notes: [] }
  if (!isOurs(file))
    return { ...none, notes: [`${file} was not written by gitsync, and stays as it is.`] }
  const stopped = await tellAll(manager, stop)
  rmSync(file, { force: true })
  if (stopped.state === 'left')
    return { ...report, ...stopped, commands: [...stopped.commands, ...typed(forget)] }
  return { ...report, ...(await tellAll(manager, forget)) }
}
