import type { RepoSettings } from '../../actors/settings.js'
import { allowedAt, messageTokens } from './allowed.js'
import { parseDuration } from './duration.js'
import { expandPath } from './expand.js'
import type { Machine } from '../machine.js'
import { nearest } from './nearest.js'
import type { RepoOption } from '../options.js'
import { faultRead, valueRead } from './reading.js'
import type { Reading } from './reading.js'
import { parseSize } from './size.js'

type SettingValue = RepoSettings[keyof RepoSettings]

/** A name as `git check-ref-format` takes it, that can neither be taken for a URL, a path or a flag. */
export const namePattern =
  '^(?!.*(?:\\.\\.|@\\{|//|/\\.|\\.lock(?:/|$)|[/.]$))(?!\\.)[^\\s\\p{Cc}:~^?*\\[\\\\/\\-][^\\s\\p{Cc}:~^?*\\[\\\\]*$'
export const authorPattern = '^([^<>\\p{Cc}]*[^<>\\s\\p{Cc}]) +<([^<>\\s\\p{Cc}]+)>$'
export const linePattern = '^[^\\r\\n\\0]+$'

/** The value of one key as the settings hold it. Total: whatever the value is, it is read or told what is allowed. */
export const readOption = (
  option: RepoOption,
  value: unknown,
  machine: Pick<Machine, 'home' | 'env' | 'cwd'>,
): Reading<SettingValue> => {
  const refused = faultRead(`must be ${allowedAt(option)}`)
  switch (option.kind) {
    case 'duration':
      return parsedOr(refused, parseDuration(value, option.atLeast))
    case 'duration-or-off':
      return value === 'off'
        ? valueRead(null)
        : parsedOr(refused, parseDuration(value, option.atLeast))
    case 'size-or-off':
      return value === 'off' ? valueRead(null) : parsedOr(refused, parseSize(value))
    case 'boolean':
      return typeof value === 'boolean' ? valueRead(value) : refused
    case 'choice':
      return readChoice(option.choices, value, refused)
    case 'list':
      return isLines(value) ? valueRead(value) : refused
    case 'name':
      return matches(namePattern, value) ? valueRead(value) : refused
    case 'author':
      return matches(authorPattern, value) ? valueRead(authorOf(value)) : refused
    case 'template':
      return isTemplate(value) ? valueRead(value) : refused
    case 'command':
      return matches(linePattern, value) && value.trim() !== '' ? valueRead(value) : refused
    case 'path':
      return typeof value === 'string' ? expandPath(value, machine) : refused
    default:
      return option satisfies never
  }
}

const readChoice = (
  choices: readonly string[],
  value: unknown,
  refused: ReturnType<typeof faultRead>,
): Reading<string> => {
  if (typeof value !== 'string') return refused
  if (choices.includes(value)) return valueRead(value)
  const meant = nearest(value, choices)
  const words = `must be one of ${choices.join(', ')}`
  return meant === null ? faultRead(words) : faultRead(`${words}; did you mean "${meant}"?`)
}

const parsedOr = (refused: Reading<never>, reading: Reading<number>): Reading<number> =>
  reading.kind === 'fault' ? refused : reading

const matches = (pattern: string, value: unknown): value is string =>
  typeof value === 'string' && new RegExp(pattern, 'u').test(value)

const isLines = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((line) => matches(linePattern, line))

const isTemplate = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  !value.includes('\0') &&
  [...value.matchAll(/\{\{(.*?)\}\}/g)].every(([, token = '']) =>
    messageTokens.includes(token.trim()),
  )

const authorOf = (author: string): { readonly name: string; readonly email: string } => {
  const [, name = '', email = ''] = new RegExp(authorPattern, 'u').exec(author) ?? []
  return { name: name.trim(), email }
}
