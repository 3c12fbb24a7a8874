import type { Observable } from 'rxjs'
import { ConfigError } from '../../config/config-error.js'
import { configOfPaths, faultsWithFlags, statedByFlags } from '../../config/flags.js'
import { thisMachine } from '../../config/machine.js'
import type { RepoDefaults } from '../../config/sync-config.js'
import type { Mistake, Ready, SetupOutcome, SetupRefused } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logFileFaults, printJson, tell } from '../asked/global-options.js'

/** The compiler sees to it that none is left out. */
const mistakes: Readonly<Record<Mistake, true>> = {
  'not-a-folder': true,
  'home-folder': true,
  'inside-repository': true,
  'bare-repository': true,
  'not-empty': true,
  'bad-address': true,
}

const codes: Readonly<Record<Ready['state'], ExitCode>> = {
  level: exitCode.well,
  offline: exitCode.offline,
  halted: exitCode.person,
}

const codeOfRefusal = ({ problem: { kind } }: SetupRefused): ExitCode => {
  if (kind === 'network' || kind === 'timeout') return exitCode.offline
  return Object.hasOwn(mistakes, kind) ? exitCode.usage : exitCode.person
}

const codeOf = (last: Ready | SetupRefused | null): ExitCode => {
  switch (last?.type) {
    case 'Initialized':
    case 'Cloned':
      return codes[last.state]
    case 'SetupRefused':
      return codeOfRefusal(last)
    case undefined:
      return exitCode.person
    default:
      return last satisfies never
  }
}

/** The keys that flags give to the repository. @throws ConfigError with every fault, under the names of the flags */
export const repoKeysOf = (
  options: GlobalOptions & Readonly<Record<string, unknown>>,
): RepoDefaults => {
  const flags = statedByFlags(options)
  const faults = faultsWithFlags(() => configOfPaths(['.'], flags), flags, thisMachine())
  const all = [...faults, ...logFileFaults(options)]
  if (all.length > 0) throw new ConfigError(all)
  return flags
}

/** What git says may be long; the log has it whole. */
const firstLine = (text: string): string => text.split('\n', 1).join('')

const levelWords = ({ head, upstream }: Ready): string => {
  if (upstream !== null) return `level with ${upstream}`
  return head === null ? 'ready; nothing is there yet' : 'ready; it has no remote to be level with'
}

const stateWords = (ready: Ready): string => {
  const { state, problem } = ready
  switch (state) {
    case 'level':
      return levelWords(ready)
    case 'offline':
      return `ready; the remote is out of reach, and the next pass pushes (${firstLine(problem?.message ?? 'offline')})`
    case 'halted':
      return `a person is needed: ${problem?.message ?? ''} ${problem?.remedy ?? ''}`.trimEnd()
    default:
      return state satisfies never
  }
}

const next: readonly string[] = [
  '',
  'Next:',
  '  gitsync run               keep it in sync until Ctrl-C',
  '  gitsync service install   keep it in sync from every login on',
]

const followedWords = ({ added }: Ready): string =>
  added ? 'The gitsync that runs takes it up by itself.' : 'The gitsync that runs keeps it in sync.'

const readyLines = (ready: Ready): readonly string[] => [
  `${ready.repo}: ${stateWords(ready)}`,
  ...ready.notes,
  ...(ready.movedConfig === null
    ? []
    : [`The config of the Python gitsync was carried over; the old file is ${ready.movedConfig}.`]),
  `${ready.added ? 'Added to' : 'Already in'} ${ready.config}.`,
  ...(ready.followed ? [followedWords(ready)] : next),
]

const linesOf = (last: Ready | SetupRefused): readonly string[] =>
  last.type === 'SetupRefused'
    ? [`gitsync: ${last.problem.kind}: ${last.problem.message}`, `  ${last.problem.remedy}`]
    : readyLines(last)

const isLast = (outcome: SetupOutcome): outcome is Ready | SetupRefused =>
  outcome.type === 'Initialized' || outcome.type === 'Cloned' || outcome.type === 'SetupRefused'

/** Follows the preparation to its end, and says what came of it. */
export const tellSetup = async (
  outcomes$: Observable<SetupOutcome>,
  options: GlobalOptions,
): Promise<ExitCode> => {
  let last: Ready | SetupRefused | null = null
  await follow(outcomes$, (outcome) => {
    if (options.json === true) printJson(outcome)
    if (isLast(outcome)) last = outcome
  })
  const found = last as Ready | SetupRefused | null
  if (found !== null) tellLast(found, options)
  return codeOf(found)
}

/** A refusal is an error: it is said in silence too. */
const tellLast = (last: Ready | SetupRefused, options: GlobalOptions): void => {
  const text = linesOf(last).join('\n')
  if (last.type === 'SetupRefused') process.stderr.write(`${text}\n`)
  else tell(options, text)
}

/** What both commands say of their codes. */
export const setupCodes =
  '\nExit codes: 0 ready, 1 a person is needed, 2 usage or config and nothing was touched, 75 ready but the remote is out of reach.'
