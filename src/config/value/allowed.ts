import type { MessageToken } from '../../actors/settings.js'
import { durationFrom } from './duration.js'
import type { RepoOption } from '../options.js'
import { allowedQuantity } from './quantity.js'
import { size } from './size.js'

/** The compiler sees to it that none is left out. */
const tokens: Readonly<Record<MessageToken, true>> = {
  summary: true,
  host: true,
  user: true,
  date: true,
  branch: true,
  count: true,
  added: true,
  modified: true,
  deleted: true,
  files: true,
  diffstat: true,
}

export const messageTokens: readonly string[] = Object.keys(tokens)

/** What may stand at this key, in words that end the sentence "must be ...". */
export const allowedAt = (option: RepoOption): string => {
  switch (option.kind) {
    case 'duration':
      return allowedQuantity(durationFrom(option.atLeast))
    case 'duration-or-off':
      return `${allowedQuantity(durationFrom(option.atLeast))}, or "off"`
    case 'size-or-off':
      return `${allowedQuantity(size)}, or "off"`
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${option.choices.join(', ')}`
    case 'list':
      return 'a list of gitignore patterns, each a line of text that is not empty'
    case 'name':
      return `the name of a ${option.key} as git lists it, neither a URL nor a path`
    case 'author':
      return '"Name <email>"'
    case 'template':
      return `text that is not empty; the tokens in it are ${messageTokens.map((token) => `{{${token}}}`).join(' ')}`
    case 'command':
      return 'a command line for the shell, that reads the diff and prints the message'
    case 'path':
      return 'a path; "~/", $VARIABLE and ${VARIABLE} are expanded, "~user" is not, and $$ stands for a $'
    default:
      return option satisfies never
  }
}
