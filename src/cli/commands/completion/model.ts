import type { Command, Option } from 'commander'
import { flagOf } from '../../../config/flags.js'
import { sharedOptions } from '../../../config/options.js'
import { outcomeTypes } from '../../asked/log-query.js'

/** What may stand at a place of the command line, as far as a shell can tell. */
export type Values =
  | { readonly kind: 'any' }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Words with commas between them. */
  | { readonly kind: 'list'; readonly words: readonly string[] }

export interface Flag {
  /** `-n`, `--last`. */
  readonly names: readonly string[]
  readonly description: string
  /** Null: it takes no value. */
  readonly values: Values | null
}

/** One command, as a shell completes it. */
export interface Completable {
  /** Its name and those of the commands it belongs to, less the program's. */
  readonly path: readonly string[]
  readonly description: string
  readonly flags: readonly Flag[]
  readonly commands: readonly Completable[]
  /** Null: it takes no operands. */
  readonly operands: Values | null
}

const words = (known: readonly string[]): Values => ({ kind: 'words', words: known })

const valuesOf = (option: Option): Values | null => {
  if (!option.required && !option.optional) return null
  if (option.argChoices !== undefined) return words(option.argChoices)
  if (option.long === '--type') return { kind: 'list', words: outcomeTypes }
  const setting = sharedOptions.find(({ key }) => flagOf(key) === option.long)
  if (setting?.kind === 'choice') return words(setting.choices)
  return /<(?:file|path)>/.test(option.flags) ? { kind: 'files' } : { kind: 'any' }
}

const operandsOf = (command: Command): Values | null => {
  const [first] = command.registeredArguments
  if (first === undefined) return null
  if (first.argChoices !== undefined) return words(first.argChoices)
  return /^paths?$/.test(first.name()) ? { kind: 'folders' } : { kind: 'any' }
}

/** The whole command line, or a part of it, from the commands as `--help` has them. */
export const completableOf = (command: Command, path: readonly string[] = []): Completable => {
  const help = command.createHelp()
  return {
    path,
    description: help.subcommandDescription(command),
    flags: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      description: option.description,
      values: valuesOf(option),
    })),
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== 'help')
      .map((one) => completableOf(one, [...path, one.name()])),
    operands: operandsOf(command),
  }
}

/** The command and all that are below it. */
export const withAllBelow = (command: Completable): readonly Completable[] => [
  command,
  ...command.commands.flatMap(withAllBelow),
]

/** In quotes for a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

export const lastOf = ({ path }: Completable): string => path.at(-1) ?? ''
