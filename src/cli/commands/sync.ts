import type { Command } from 'commander'
import type { RepoConfig } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { worst } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf } from '../asked/global-options.js'
import { pass } from './once.js'
import { openReport } from '../telling/report.js'
import { syncConfigOf } from '../asked/sync-config.js'

const sync = async (paths: readonly string[], options: GlobalOptions): Promise<ExitCode> => {
  const config = syncConfigOf(paths, { ...options })
  const { askDaemon } = await import('../../index.js')
  const report = openReport(options)
  const rest: RepoConfig[] = []
  const asked$ = askDaemon(config, { command: 'sync' }, { log: logOptionsOf(options) })
  await follow(asked$, (answer) => {
    if (answer.type === 'Answered') answer.outcomes.forEach(report.print)
    if (answer.type === 'Unanswered') rest.push(answer.stated)
  })
  const code = report.code()
  return rest.length === 0 ? code : worst([code, await pass({ ...config, repos: rest }, options)])
}

export const addSync = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('sync')
    .description('sync now: by the gitsync that runs, and where none does, as `once`')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText(
      'after',
      '\nWaits for the cycle that it causes and prints what that led to. A paused repository stays' +
        '\npaused, which is exit code 1. Exit codes: as those of `once`.' +
        '\n\nExample:\n  gitsync sync ~/Notes',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await sync(paths, self.optsWithGlobals()))
    })
}
