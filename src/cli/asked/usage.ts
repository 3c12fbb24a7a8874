import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { nearest } from '../../config/value/nearest.js'

const didYouMean = (word: string, known: readonly string[]): string => {
  const meant = nearest(word, known)
  return meant === null ? '' : `\n(Did you mean ${meant}?)`
}

/** One of these words, else the word that was probably meant. */
const oneOf =
  (words: readonly string[]) =>
  (value: string): string => {
    if (words.includes(value)) return value
    throw new InvalidArgumentError(
      `Allowed choices are ${words.join(', ')}.${didYouMean(value, words)}`,
    )
  }

/** `help COMMAND`, which names a command that there is none of, as the command itself would. */
const addHelp = (command: Command): void => {
  command
    .helpCommand(false)
    .command('help')
    .description('display help for command')
    .argument('[command...]')
    .action((names: readonly string[]): void => {
      let at = command
      for (const name of names) {
        const found = at.commands.find((one) => one.name() === name)
        if (found === undefined) {
          const known = at.commands.map((one) => one.name())
          return at.error(`error: unknown command '${name}'${didYouMean(name, known)}`)
        }
        at = found
      }
      at.outputHelp()
    })
}

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`

/** Every wrong call is told with what was meant, as far as that can be guessed, and where the help for it is. */
export const explainUsage = (command: Command): void => {
  const all = command.commands
  all.forEach(explainUsage)
  for (const one of [...command.options, ...command.registeredArguments])
    if (one.argChoices !== undefined) one.argParser(oneOf(one.argChoices))
  const says = all.length > 0 ? 'lists the commands' : 'shows how'
  command.showHelpAfterError(`(${pathOf(command)} --help ${says})`)
  if (all.length > 0) addHelp(command)
}
