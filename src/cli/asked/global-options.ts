import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { ConfigFault, PipelineOptions } from '../../index.js'
import { takesColour } from '../telling/terminal.js'

type LogOptions = NonNullable<PipelineOptions['log']>

/** As commander gives them, camel-cased. */
export interface GlobalOptions {
  readonly config?: string
  readonly json?: true
  readonly logLevel?: LogOptions['level']
  readonly logFile?: string
  readonly verbose?: true
  readonly quiet?: true
  readonly dryRun?: true
}

export const addGlobalOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'the config file, JSON or the INI of the Python gitsync')
    .option('--json', 'the outcomes as NDJSON on standard output, and nothing else there')
    .addOption(
      new Option('--log-level <level>', 'what is logged on standard error (default: info)').choices(
        ['error', 'warn', 'info', 'debug'],
      ),
    )
    .option('--log-file <file>', 'also log to this file, one JSON object a line')
    .option('-v, --verbose', 'log everything: --log-level debug')
    .option('-q, --quiet', 'log errors only: --log-level error')
    .option('--dry-run', 'with once: print what would be done, and change nothing')
    .hook('preAction', (program, command) => {
      // Whoever asks for a dry run is not to be surprised by a wet one.
      if (program.opts<GlobalOptions>().dryRun === true && command.name() !== 'once')
        command.error('error: --dry-run goes with once alone: gitsync once --dry-run')
    })

export const levelOf = ({ logLevel, verbose, quiet }: GlobalOptions): LogOptions['level'] =>
  logLevel ?? (verbose === true ? 'debug' : quiet === true ? 'error' : 'info')

/** Colour on a terminal alone, and never against NO_COLOR. */
const colourOf = (env: NodeJS.ProcessEnv): LogOptions['colour'] =>
  takesColour(process.stderr, env) ? 'always' : 'never'

/** @throws what is in the way of appending to a file, which need not be there */
const refuseUnwritable = (file: string): void => {
  if (file === '') throw new Error('it has no name')
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) throw new Error('it is a folder')
  accessSync(found === undefined ? `${dirname(file)}/` : file, constants.W_OK)
}

/** Told before anything else is done. Looks and makes no file: a dry run asks too. */
export const logFileFaults = ({ logFile }: GlobalOptions): readonly ConfigFault[] => {
  if (logFile === undefined) return []
  try {
    refuseUnwritable(logFile)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `cannot be written (${reason}); name a file in a folder that is there`
    return [{ key: '--log-file', value: logFile, message }]
  }
}

export const logOptionsOf = (options: GlobalOptions): LogOptions => ({
  level: levelOf(options),
  file: options.logFile ?? null,
  colour: colourOf(process.env),
})

/** A line for people, beside the log. */
export const tell = (options: GlobalOptions, text: string): void => {
  if (['info', 'debug'].includes(levelOf(options))) process.stderr.write(`${text}\n`)
}

/** One object a line for programs. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
