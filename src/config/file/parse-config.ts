import { dirname } from 'node:path'
import { ConfigError } from '../config-error.js'
import { anchored } from '../value/expand.js'
import { jsonPosition } from './json-position.js'
import { editLayers } from '../layer.js'
import { legacyPaths } from './legacy-ini.js'

/** A config file as it was found. */
export interface ConfigFile {
  readonly file: string
  /** `legacy`: the INI of the Python gitsync. */
  readonly form: 'json' | 'legacy'
  /** What the file says, whatever that is; relative paths in JSON start from the file's folder. */
  readonly content: unknown
}

/** What the text of a config file says: `.json` is JSON, and so is what begins with a brace. */
export const parseConfig = (file: string, text: string): ConfigFile => {
  const plain = text.replace(/^\uFEFF/, '')
  return file.endsWith('.json') || /^\s*\{/.test(plain)
    ? { file, form: 'json', content: anchoredAt(dirname(file), parseJson(file, plain)) }
    : { file, form: 'legacy', content: parseLegacy(file, plain) }
}

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { line, column } = jsonPosition(text, error instanceof Error ? error.message : '')
    throw new ConfigError([
      {
        key: `${file}:${line}:${column}`,
        value: text.split('\n')[line - 1]?.trim(),
        message:
          'is not JSON from here on: look for a comma, quote or brace too many or too few, or a comment',
      },
    ])
  }
}

const parseLegacy = (file: string, text: string): unknown => {
  const reading = legacyPaths(text)
  if (reading.kind === 'fault')
    throw new ConfigError([{ key: file, value: undefined, message: reading.message }])
  return { repos: reading.value.map((path) => ({ path })) }
}

/** A relative path in a file means the same wherever gitsync is started from. What is no key there stays as it is. */
const anchoredAt = (base: string, content: unknown): unknown =>
  editLayers(content, (stated, options) => {
    const isPath = (name: string): boolean =>
      options.some(({ key, kind }) => key === name && kind === 'path')
    return Object.fromEntries(
      Object.entries(stated).map(([key, value]) => [
        key,
        isPath(key) && typeof value === 'string' ? anchored(value, base) : value,
      ]),
    )
  })
