import type { Command } from 'commander'
import cliTruncate from 'cli-truncate'
import type { Check, CheckName, Waiting } from '../../index.js'
import { locateConfig } from '../../config/file/locate.js'
import { thisMachine } from '../../config/machine.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson } from '../asked/global-options.js'
import { addRepoFlags, syncConfigOf } from '../asked/sync-config.js'
import { printable } from '../../printable.js'
import { heedsCodes, standardOutput } from '../telling/terminal.js'
import { noWaitingLine, openWaitingLine } from '../telling/waiting-line.js'

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

const painted = (level: Check['level']): string =>
  standardOutput().colours[colours[level]](level.padEnd(4))

/** As wide as the longest name of a check. */
const nameWidth = 'watch-instances'.length

const indent = ' '.repeat(2 + 4 + 2 + nameWidth + 2)

const lineOf = ({ level, check, message, remedy }: Check): string => {
  const lines = message.split('\n').map(printable).join(`\n${indent}`)
  const what = `  ${painted(level)}  ${check.padEnd(nameWidth)}  ${lines}`
  return remedy === null ? what : `${what}\n${indent}→ ${printable(remedy)}`
}

/** Who takes long, if anybody does; else it is this machine. */
const whom: Partial<Record<CheckName, string>> = {
  signing: 'the program that signs',
  credential: 'the remote',
  'host-key': 'the remote',
  reachable: 'the remote',
  push: 'the remote',
  clock: 'the remotes',
}

/** No longer than the line that takes its place. */
const waitingOf = ({ check }: Waiting): string => {
  const { colours, columns } = standardOutput()
  const text = `  …     ${check.padEnd(nameWidth)}  waits for ${whom[check] ?? 'this machine'}`
  return colours.dim(cliTruncate(text, Math.max(1, columns - 1)))
}

interface Screen {
  readonly say: (check: Check) => void
  readonly wait: (waiting: Waiting) => void
  readonly end: () => void
}

/** Says each line as it comes, under the name of what it is about. */
const forPeople = (options: GlobalOptions): Screen => {
  const isWatched = heedsCodes(process.stdout) && options.quiet !== true
  const { show, clear } = isWatched ? openWaitingLine(process.stdout) : noWaitingLine
  let shown: string | null | undefined
  return {
    say: (check) => {
      clear()
      if (options.quiet === true && check.level === 'ok') return
      const { repo } = check
      if (shown !== repo) process.stdout.write(`${repo ?? 'This machine'}\n`)
      shown = repo
      process.stdout.write(`${lineOf(check)}\n`)
    },
    wait: (waiting) => {
      show(waitingOf(waiting))
    },
    end: clear,
  }
}

const forPrograms: Screen = { say: printJson, wait: () => undefined, end: () => undefined }

const configFileOf = ({ config }: GlobalOptions): string | null => {
  const located = locateConfig(config, thisMachine())
  return located.kind === 'found' ? located.file : null
}

const examine = async (paths: readonly string[], options: GlobalOptions): Promise<ExitCode> => {
  const config = syncConfigOf(paths, { ...options })
  const { diagnose } = await import('../../index.js')
  const { say, wait, end } = options.json === true ? forPrograms : forPeople(options)
  let code: ExitCode = exitCode.well
  const asked = { configFile: configFileOf(options), onWaiting: wait }
  try {
    await follow(diagnose(config, asked), (check) => {
      say(check)
      if (check.level === 'fail') code = exitCode.person
    })
  } finally {
    end()
  }
  return code
}

export const addDoctor = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('doctor')
    .description('checks identity, remote, credentials, watch limits, branch; says the remedy')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText(
      'after',
      '\nChanges nothing, and pushes nothing. With --json one check a line: repo (or null), check, level, message, remedy (or null).' +
        '\nExit codes: 0 nothing fails, 1 something does, 2 usage or config.' +
        '\n\nExample:\n  gitsync doctor ~/Notes',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await examine(paths, self.optsWithGlobals()))
    })
  addRepoFlags(command)
}
