import type { RepoSettings } from '../../actors/settings.js'
import type { ConfigFault } from '../config-error.js'
import { ConfigError } from '../config-error.js'
import { withFlags } from '../flags.js'
import { loadConfig } from './load.js'
import type { Machine } from '../machine.js'
import { resolveSettings } from '../settings.js'
import type { RepoDefaults, SyncConfig } from '../sync-config.js'

/** What a config file says, or everything that is wrong with it. */
export type ConfigReading =
  | {
      readonly kind: 'settings'
      readonly file: string
      /** What is in force for each repository. */
      readonly settings: readonly RepoSettings[]
    }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigFault[] }

/** What a gitsync that runs reads its config with. */
export interface ConfigReader {
  /** What `--config` names. */
  readonly flag: string | undefined
  /** They override what the file says. */
  readonly flags: RepoDefaults
  readonly machine: Machine
}

/** Who takes the last repository out of the list means it. At the start nothing would be left to do, and it is a fault. */
const settingsOf = (config: SyncConfig, machine: Machine): readonly RepoSettings[] => {
  try {
    return resolveSettings(config, machine)
  } catch (error) {
    const others =
      error instanceof ConfigError ? error.faults.filter(({ key }) => key !== 'repos') : []
    const isEmptied = Array.isArray(config.repos) && config.repos.length === 0
    if (isEmptied && others.length === 0 && error instanceof ConfigError) return []
    throw error
  }
}

/**
 * Reads the config anew.
 *
 * @param synced work trees that are synced already: one that is away, as an unmounted disk is, keeps no other from
 * being taken up
 */
export const readConfig = (
  { flag, flags, machine }: ConfigReader,
  synced: ReadonlySet<string>,
): ConfigReading => {
  const lenient: Machine = {
    ...machine,
    pathKind: (path) => {
      const kind = machine.pathKind(path)
      return kind === 'missing' && synced.has(path) ? 'directory' : kind
    },
  }
  try {
    const { file, config } = loadConfig(flag, machine)
    return { kind: 'settings', file, settings: settingsOf(withFlags(config, flags), lenient) }
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'faults', faults: error.faults }
    throw error
  }
}
