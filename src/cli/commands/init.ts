import type { Command } from 'commander'
import { repoFlags } from '../../config/flags.js'
import type { InitRequest } from '../../index.js'
import { askLine, isAttended } from './ask.js'
import { abortOnSignal } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf } from '../asked/global-options.js'
import { progressFor } from '../telling/progress.js'
import { repoKeysOf, setupCodes, tellSetup } from './setup.js'
import { addFlags } from '../asked/sync-config.js'

interface InitOptions extends GlobalOptions {
  readonly remote?: string
  readonly join?: true
  readonly ignoreTemplate?: true
}

const questions: Readonly<Record<'remote', string>> = {
  remote: 'Address of the remote (git@host:name.git, https://…; Enter for none): ',
}

const askAuthor = async (): Promise<string | null> => {
  const name = await askLine('Your name, for the commits: ')
  const email = name === null ? null : await askLine('Your e-mail address: ')
  return name === null || email === null ? null : `${name} <${email}>`
}

const ask: InitRequest['ask'] = (question) =>
  question === 'remote' ? askLine(questions.remote) : askAuthor()

const init = async (path: string, options: InitOptions): Promise<ExitCode> => {
  // Its --remote is an address, and no key of the config.
  const { remote, join, ignoreTemplate, ...others } = options
  const repo = repoKeysOf(others)
  const { initRepository } = await import('../../index.js')
  const outcomes$ = initRepository({
    path,
    remote,
    join,
    ignoreTemplate,
    configFile: options.config,
    repo,
    log: logOptionsOf(options),
    signal: abortOnSignal(),
    ...(isAttended(options) ? { ask } : {}),
    ...(await progressFor(options)),
  })
  return tellSetup(outcomes$, options)
}

export const addInit = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('init')
    .description('make a folder ready: repository, first commit, remote, first push, config')
    .argument('<path>', 'the folder; made if it is not there')
    .option('--remote <url>', 'the remote, which becomes origin')
    .option(
      '--join',
      'merge with a remote that has a history of its own; nothing of either is lost',
    )
    .option('--ignore-template', 'begin with a .gitignore, where there is none')
    .addHelpText(
      'after',
      `${setupCodes}\n\nExamples:\n  gitsync init ~/Notes --remote git@example.org:ada/notes.git\n  gitsync init ~/Notes --ignore-template`,
    )
    .action(async (path: string, _own: unknown, self: Command) => {
      done(await init(path, self.optsWithGlobals()))
    })
  addFlags(
    command,
    repoFlags.filter(({ key }) => key !== 'remote'),
  )
}
