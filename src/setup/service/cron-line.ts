import { shellWord } from '../../git/shell-word.js'
import type { ServiceProgram } from './description.js'
import { commandOf, environmentOf } from './description.js'

/** cron ends the command at a percent sign that is not escaped. */
const cronText = (text: string): string => text.replaceAll(/[\\%]/g, (letter) => `\\${letter}`)

/** For machines without a service manager: one pass every five minutes, silent unless something is the matter. */
export const cronLine = (program: ServiceProgram): string => {
  const environment = environmentOf(program).map(([name, value]) => `${name}=${shellWord(value)}`)
  const words = commandOf(program, 'once', '--quiet').map(shellWord)
  return `*/5 * * * * ${cronText([...environment, ...words].join(' '))}\n`
}
