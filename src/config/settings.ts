import type { RepoSettings } from '../actors/settings.js'
import { ConfigError } from './config-error.js'
import type { ConfigFault } from './config-error.js'
import { pathFaults, waitFaults, waitsOf } from './consistency.js'
import { readLayer, recordOf, reposOf } from './layer.js'
import type { Machine } from './machine.js'
import { repoOptions } from './options.js'
import { structureFaults } from './structure.js'

/**
 * What is in force for each repository: what it says itself, else `defaults`, else the built-in default.
 * Each `path` is the real one, so that a work tree has one name whatever way it was reached.
 * Throws a `ConfigError` with every fault there is. Only looks at paths, and touches nothing.
 */
export const resolveSettings = (config: unknown, machine: Machine): readonly RepoSettings[] => {
  const builtIn = builtInSettings(machine)
  const keyOf = (index: number): string => `repos[${index}]`
  const defaults = readLayer(recordOf(config).defaults, (key) => `defaults.${key}`, machine)
  const stated = reposOf(config)
  const repos = stated.map((repo, index) =>
    readLayer(repo, (key) => `${keyOf(index)}.${key}`, machine),
  )
  const paths = repos.map(({ values }, index) => ({
    stated: recordOf(stated[index]).path,
    path: values.path,
  }))
  const faults = distinct([
    ...structureFaults(config),
    ...defaults.faults,
    ...repos.flatMap((repo) => repo.faults),
    ...repos.flatMap((repo, index) => waitFaults(defaults, repo, keyOf(index))),
    ...pathFaults(paths, machine),
  ])
  if (faults.length > 0) throw new ConfigError(faults)
  return repos.map(({ values }) => {
    const said = { ...defaults.values, ...values }
    const path = machine.realPath(values.path ?? '')
    return { ...builtIn, ...said, ...waitsOf(builtIn, said), path }
  })
}

/** What holds where nobody says anything; the path alone is always said. */
const builtInSettings = (machine: Machine): RepoSettings => {
  const unset = Object.fromEntries(repoOptions.map(({ key }) => [key, null]))
  const stated = repoOptions.map((option) => [option.key, option.default ?? undefined])
  const { values } = readLayer(Object.fromEntries(stated), (key) => key, machine)
  return { ...unset, ...values } as RepoSettings
}

/** One fault per key, and none for a list of which an item has been told already. */
const distinct = (faults: readonly ConfigFault[]): readonly ConfigFault[] =>
  faults.filter(
    ({ key }, index) =>
      !faults.slice(0, index).some((told) => told.key === key || told.key.startsWith(`${key}[`)),
  )
