import type { RepoSettings } from '../actors/settings.js'
import type { ConfigFault } from './config-error.js'
import type { Machine } from './machine.js'
import { repoOptions, sharedOptions } from './options.js'
import type { OptionKey, RepoOption } from './options.js'
import { readOption } from './value/read-option.js'

/** The values that one place states, read: the built-in ones, `defaults`, a repository, or the flags. */
export interface Layer {
  readonly values: Partial<RepoSettings>
  readonly faults: readonly ConfigFault[]
}

/** Reads the keys that are there. `keyOf` names a key as it stands in that place. */
export const readLayer = (
  stated: unknown,
  keyOf: (key: OptionKey) => string,
  machine: Machine,
): Layer => {
  const record = recordOf(stated)
  const read = repoOptions
    .filter(({ key }) => record[key] !== undefined)
    .map((option) => ({
      key: option.key,
      reading: readOption(option, record[option.key], machine),
    }))
  return {
    // Sound, since the kind of each option in the table is that of its setting.
    values: Object.fromEntries(
      read.flatMap(({ key, reading }) => (reading.kind === 'value' ? [[key, reading.value]] : [])),
    ),
    faults: read.flatMap(({ key, reading }) =>
      reading.kind === 'fault'
        ? [{ key: keyOf(key), value: record[key], message: reading.message }]
        : [],
    ),
  }
}

/** The value as a record to look keys up in; anything but an object has none. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? { ...value } : {}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The repositories of a config that may be of any shape. */
export const reposOf = (config: unknown): readonly unknown[] => {
  const { repos } = recordOf(config)
  return Array.isArray(repos) ? repos : []
}

/**
 * The config with each repository and `defaults` changed; what has another shape stays, for the faults to tell.
 *
 * @param edit is also told which options belong there
 */
export const editLayers = (
  config: unknown,
  edit: (
    stated: Readonly<Record<string, unknown>>,
    options: readonly RepoOption[],
  ) => Readonly<Record<string, unknown>>,
): unknown => {
  if (!isRecord(config)) return config
  const edited =
    (options: readonly RepoOption[]) =>
    (stated: unknown): unknown =>
      isRecord(stated) ? edit({ ...stated }, options) : stated
  const { repos, defaults } = recordOf(config)
  return {
    ...config,
    ...(Array.isArray(repos) ? { repos: repos.map(edited(repoOptions)) } : {}),
    ...(isRecord(defaults) ? { defaults: edited(sharedOptions)(defaults) } : {}),
  }
}
