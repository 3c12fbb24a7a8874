import type { ServiceProgram } from './description.js'
import { commandOf, environmentOf } from './description.js'

/**
 * As one word of the shell's, in what cron hands it. Every cron takes away the backslash before a percent sign, some that
 * before another backslash too: so none stands before either but where a percent sign is meant.
 */
const cronWord = (word: string): string => {
  const quoted = word.replaceAll("'", `'"'"'`).replaceAll('\\', "\\''")
  return `'${quoted.replaceAll('%', '\\%')}'`
}

/** For machines without a service manager: one pass every five minutes, silent unless something is the matter. */
export const cronLine = (program: ServiceProgram): string => {
  const environment = environmentOf(program).map(([name, value]) => `${name}=${cronWord(value)}`)
  const words = commandOf(program, 'once', '--quiet').map(cronWord)
  return `*/5 * * * * ${[...environment, ...words].join(' ')}\n`
}
