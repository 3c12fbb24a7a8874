import type { Command } from 'commander'
import type { SyncOutcome } from '../../index.js'
import type { Came } from './ask-daemon.js'
import { askDaemons } from './ask-daemon.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'

const came = (outcomes: readonly SyncOutcome[]): Came => ({
  code: exitCode.well,
  line: outcomes.length > 0 ? null : 'was not paused',
})

export const addResume = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('resume')
    .description('end a pause: what changed meanwhile is synced at once')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText('after', '\nExample:\n  gitsync resume ~/Notes')
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await askDaemons(paths, self.optsWithGlobals(), { command: 'resume' }, came))
    })
}
