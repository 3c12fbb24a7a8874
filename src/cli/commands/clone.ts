import type { Command } from 'commander'
import { abortOnSignal } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf } from '../asked/global-options.js'
import { progressFor } from '../telling/progress.js'
import { repoKeysOf, setupCodes, tellSetup } from './setup.js'
import { addRepoFlags } from '../asked/sync-config.js'

const clone = async (
  url: string,
  path: string | undefined,
  options: GlobalOptions,
): Promise<ExitCode> => {
  const repo = repoKeysOf({ ...options })
  const { cloneRepository } = await import('../../index.js')
  const outcomes$ = cloneRepository({
    url,
    path,
    configFile: options.config,
    repo,
    log: logOptionsOf(options),
    signal: abortOnSignal(),
    ...(await progressFor(options)),
  })
  return tellSetup(outcomes$, options)
}

export const addClone = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('clone')
    .description('clone as git does, and add it to the config')
    .argument('<url>', 'what git clone would take')
    .argument('[path]', 'where to; by default named after the address')
    .addHelpText(
      'after',
      `${setupCodes}\n\nExamples:\n  gitsync clone git@example.org:ada/notes.git ~/Notes\n  gitsync clone https://example.org/ada/notes.git --fetch-interval 30s`,
    )
    .action(async (url: string, path: string | undefined, _own: unknown, self: Command) => {
      done(await clone(url, path, self.optsWithGlobals()))
    })
  addRepoFlags(command)
}
