import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.js'
import { parseDuration } from '../../config/value/duration.js'
import type { SyncOutcome } from '../../index.js'
import type { Came } from './ask-daemon.js'
import { askDaemons } from './ask-daemon.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'

type PauseOptions = GlobalOptions & { readonly for?: string }

/** @throws ConfigError where it is no duration */
const millisecondsOf = (value: string): number => {
  const reading = parseDuration(value, 1_000)
  if (reading.kind === 'fault')
    throw new ConfigError([{ key: '--for', value, message: reading.message }])
  return reading.value
}

const came = (outcomes: readonly SyncOutcome[]): Came =>
  outcomes.some(({ type }) => type === 'Paused')
    ? { code: exitCode.well, line: null }
    : { code: exitCode.person, line: 'not paused: it was resumed or stopped meanwhile' }

export const addPause = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('pause')
    .description('have the gitsync that runs touch and record nothing')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .option('--for <duration>', 'resume by itself after this long, such as 2h')
    .addHelpText(
      'after',
      '\nReturns once the step that is at work is over: from then on nothing is touched or recorded' +
        '\nuntil `gitsync resume`, until the time is over, or until gitsync is started anew. Nothing' +
        '\nis forgotten: what changed meanwhile is synced then.' +
        '\n\nExamples:\n  gitsync pause ~/Notes\n  gitsync pause --for 2h',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      const options: PauseOptions = self.optsWithGlobals()
      const forMs = options.for === undefined ? {} : { forMs: millisecondsOf(options.for) }
      done(await askDaemons(paths, options, { command: 'pause', ...forMs }, came))
    })
}
