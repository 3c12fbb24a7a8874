import { asConfigured, configuredIn } from '../../config/as-configured.js'
import { ConfigError, faultsThrownBy } from '../../config/config-error.js'
import { asArguments, configOfPaths } from '../../config/flags.js'
import { loadConfig } from '../../config/file/load.js'
import { locateConfig } from '../../config/file/locate.js'
import type { Machine } from '../../config/machine.js'
import { thisMachine } from '../../config/machine.js'
import { resolveSettings } from '../../config/settings.js'
import type { SyncConfig } from '../../index.js'

/** The config where there is one; commands about one work tree do without. @throws ConfigError where it cannot be read */
export const knownConfig = (
  file: string | undefined,
  machine: Machine = thisMachine(),
): SyncConfig =>
  locateConfig(file, machine).kind === 'absent' ? { repos: [] } : loadConfig(file, machine).config

/** For what only looks: a config that cannot be read is in the way only of those who name it. */
const listed = (file: string | undefined, machine: Machine): unknown => {
  try {
    return knownConfig(file, machine)
  } catch (error) {
    if (error instanceof ConfigError && file === undefined) return {}
    throw error
  }
}

/**
 * The repositories that are asked about: the PATHs, as the config has them where it does, else all of the config.
 *
 * @throws ConfigError where there is no config, or a PATH is no folder and not in it
 */
export const askedConfigOf = (
  paths: readonly string[],
  file: string | undefined,
  machine: Machine = thisMachine(),
): SyncConfig => {
  if (paths.length === 0) return loadConfig(file, machine).config
  const configuredAt = configuredIn(listed(file, machine), machine)
  const strange = paths.filter((path) => configuredAt(path) === undefined)
  const faults = faultsThrownBy(() => resolveSettings(configOfPaths(strange, {}), machine))
  if (strange.length > 0 && faults.length > 0) throw new ConfigError(asArguments(faults, strange))
  return asConfigured(paths, configuredAt, {})
}
