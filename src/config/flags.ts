import type { ConfigFault } from './config-error.js'
import { faultsThrownBy } from './config-error.js'
import { editLayers, readLayer } from './layer.js'
import type { Machine } from './machine.js'
import { sharedOptions } from './options.js'
import type { OptionKey, RepoOption } from './options.js'
import { resolveSettings } from './settings.js'
import type { RepoDefaults, SyncConfig } from './sync-config.js'

/** One flag, as commander takes it. */
export interface FlagDescriptor {
  readonly key: OptionKey
  readonly flags: string
  readonly description: string
  /** Given again, it adds to what was given before: see `collectFlag`. Not variadic, lest it eat the PATHs. */
  readonly repeatable: boolean
}

/** `fetchInterval` is `--fetch-interval`. */
export const flagOf = (key: OptionKey): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** What a repeatable flag amounts to so far. */
export const collectFlag = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

const placeholders: Readonly<Record<Exclude<RepoOption['kind'], 'boolean'>, string>> = {
  duration: '<duration>',
  'duration-or-off': '<duration|off>',
  'size-or-off': '<size|off>',
  choice: '<choice>',
  list: '<pattern>',
  name: '<name>',
  author: '<author>',
  template: '<text>',
  command: '<command>',
  path: '<path>',
}

const describe = (option: RepoOption): string => {
  const choices = option.kind === 'choice' ? `: ${option.choices.join(', ')}` : ''
  const fallback =
    option.default === null || option.kind === 'list' ? '' : ` (default: ${String(option.default)})`
  return `${option.meaning}${choices}${fallback}`
}

/**
 * A switch has both its forms, and the positive one first: with `--no-x` alone commander would
 * take `x` for given and true, and so override a config that says false.
 */
const flagsOf = (option: RepoOption): readonly FlagDescriptor[] => {
  const { key, kind, meaning } = option
  const flag = flagOf(key)
  if (kind !== 'boolean')
    return [
      {
        key,
        flags: `${flag} ${placeholders[kind]}`,
        description: describe(option),
        repeatable: kind === 'list',
      },
    ]
  return [
    { key, flags: flag, description: describe(option), repeatable: false },
    {
      key,
      flags: flag.replace('--', '--no-'),
      description: `do not: ${meaning}`,
      repeatable: false,
    },
  ]
}

/** Every key but `path`, which is an argument, as flags. */
export const repoFlags: readonly FlagDescriptor[] = sharedOptions.flatMap(flagsOf)

/** The keys that the command line gives, as they stand there. Other options are left out. */
export const statedByFlags = (parsed: Readonly<Record<string, unknown>>): RepoDefaults => {
  const given = sharedOptions.filter(({ key }) => parsed[key] !== undefined)
  return Object.fromEntries(given.map(({ key }) => [key, parsed[key]]))
}

/** Whether a fault is told under a key of a repository or of `defaults`, or under an item of it. */
const isAt = (fault: ConfigFault, key: OptionKey): boolean =>
  new RegExp(`\\.${key}(?:\\[|$)`).test(fault.key)

/** Every fault of a config that flags are part of; a flag's own once, under its name. */
export const faultsWithFlags = (
  config: () => SyncConfig,
  flags: RepoDefaults,
  machine: Machine,
): readonly ConfigFault[] => {
  const own = readLayer(flags, flagOf, machine).faults
  const told = sharedOptions.filter(({ key }) => own.some((fault) => fault.key === flagOf(key)))
  const all = faultsThrownBy(() => resolveSettings(config(), machine))
  return [...own, ...all.filter((fault) => !told.some(({ key }) => isAt(fault, key)))]
}

/** People who name a work tree on the command line know of no list of repositories. */
export const asArguments = (
  faults: readonly ConfigFault[],
  paths: readonly string[],
): readonly ConfigFault[] =>
  faults.map(({ key, value, message }) => ({
    key: key
      .replace(/^repos\[\d+\]\.path$/, 'PATH')
      // The config says so of this work tree, wherever in its list that is.
      .replace(
        /^repos\[(\d+)\]\.(.+)$/,
        (_, at: string, own: string) => `${own} of ${paths[Number(at)] ?? 'PATH'}`,
      ),
    value,
    message: message.replace(/ as repos\[\d+\]\.path;/, ' as another PATH;'),
  }))

/** The config of `gitsync run PATH...`, without any file. */
export const configOfPaths = (paths: readonly string[], flags: RepoDefaults): SyncConfig => ({
  repos: paths.map((path) => ({ ...flags, path })),
})

/** Flags override what the file says, for each repository and in `defaults`. */
export const withFlags = (config: SyncConfig, flags: RepoDefaults): SyncConfig =>
  editLayers(config, (repo) => ({ ...repo, ...flags })) as SyncConfig
