import { loadConfig } from '../config/load.js'
import { locateConfig } from '../config/locate.js'
import { thisMachine } from '../config/machine.js'
import type { SyncConfig } from '../index.js'
import type { GlobalOptions } from './global-options.js'

/** The config where there is one; commands about one work tree do without. @throws ConfigError where it cannot be read */
export const knownConfig = ({ config }: GlobalOptions): SyncConfig => {
  const machine = thisMachine()
  return locateConfig(config, machine).kind === 'absent'
    ? { repos: [] }
    : loadConfig(config, machine).config
}
