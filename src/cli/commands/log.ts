import type { Command } from 'commander'
import { ConfigError, faultsThrownBy } from '../../config/config-error.js'
import { everyRepository } from '../../config/every-repository.js'
import { collectFlag } from '../../config/flags.js'
import type { LogEntry } from '../../index.js'
import { askedConfigOf } from '../asked/asked-config.js'
import { abortOnSignal } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { levelOf, printJson, tell } from '../asked/global-options.js'
import type { LogFlags } from '../asked/log-query.js'
import { logQueryOf, outcomeTypes } from '../asked/log-query.js'
import type { Screen } from '../telling/terminal.js'
import { printable } from '../../printable.js'
import { shortNames, standardOutput } from '../telling/terminal.js'
import { localTime } from '../telling/told.js'

type LogOptions = GlobalOptions & LogFlags & { readonly follow?: true }

const colours = { error: 'red', warn: 'yellow', info: 'green', debug: 'blue' } as const

const lineOf = (
  { outcome, level, text }: LogEntry,
  name: string,
  { colours: paint }: Screen,
): string => `${localTime(outcome.at)} ${paint[colours[level]](level)} ${name}: ${printable(text)}`

/** Whatever is wrong is told at once, whether it is a flag or the config. */
const readAsked = (paths: readonly string[], options: LogOptions) => {
  const queryOf = () => logQueryOf(options, new Date())
  const configOf = () => askedConfigOf(paths, options.config)
  const faults = [queryOf, configOf].flatMap(faultsThrownBy)
  if (faults.length > 0) throw new ConfigError(faults)
  const config = configOf()
  return { query: queryOf(), config, repos: everyRepository(config).map(({ path }) => path) }
}

const log = async (paths: readonly string[], options: LogOptions): Promise<ExitCode> => {
  const { query, config, repos } = readAsked(paths, options)
  const signal = options.follow === true ? abortOnSignal() : undefined
  const { readLog } = await import('../../index.js')
  const json = options.json === true
  const entries$ = readLog(config, {
    ...query,
    level: json ? undefined : levelOf(options),
    follow: options.follow,
    signal,
  })
  const names = shortNames(repos)
  const screen = standardOutput()
  let told = 0
  await follow(entries$, (entry) => {
    told += 1
    const { repo } = entry.outcome
    if (json) printJson(entry.outcome)
    else process.stdout.write(`${lineOf(entry, names.get(repo) ?? repo, screen)}\n`)
  })
  if (told === 0) tell(options, 'The journals hold nothing of that kind.')
  return exitCode.well
}

/** Four in a line. */
const inLines = (words: readonly string[]): string =>
  words.map((word, n) => `${n % 4 === 0 ? '  ' : ''}${word}${n % 4 === 3 ? '\n' : ' '}`).join('')

export const addLog = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('log')
    .description('what happened and why, from the journals, the newest last')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .option(
      '--since <time>',
      'not before: 2h, "3 days ago", today, yesterday, 14:30, 2026-11-24, 2026-11-24T10:00',
    )
    .option('-n, --last <count>', 'the last so many of what the other options let through')
    .option('--type <types>', 'only these, with commas between them', collectFlag)
    .option('--path <path>', 'what touched this file or folder, relative to the work tree')
    .option('-f, --follow', 'go on with what happens from now on; stop with Ctrl-C')
    .addHelpText(
      'after',
      `\nTypes:\n${inLines(outcomeTypes)}` +
        '\nWithout --type, what `run` logs is shown: add -v for everything. With --json: the lines of the journal.' +
        '\n\nExamples:\n  gitsync log --since 2h\n  gitsync log ~/Notes --path todo.md' +
        '\n  gitsync log --type CommitCreated,Pushed -n 20\n  gitsync log -f --json',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await log(paths, self.optsWithGlobals()))
    })
}
