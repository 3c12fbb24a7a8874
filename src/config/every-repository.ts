import type { RepoSettings } from '../actors/settings.js'
import type { Machine } from './machine.js'
import { thisMachine } from './machine.js'
import { resolveSettings } from './settings.js'
import type { SyncConfig } from './sync-config.js'

/**
 * What is in force for every repository, also one that is missing: for those who ask how it stands.
 *
 * @throws ConfigError with every other fault
 */
export const everyRepository = (
  config: SyncConfig,
  machine: Machine = thisMachine(),
): readonly RepoSettings[] => resolveSettings(config, { ...machine, pathKind: () => 'directory' })
