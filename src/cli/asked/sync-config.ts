import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.js'
import {
  asArguments,
  collectFlag,
  faultsWithFlags,
  repoFlags,
  statedByFlags,
  withFlags,
} from '../../config/flags.js'
import type { FlagDescriptor } from '../../config/flags.js'
import { asConfigured, configuredIn } from '../../config/as-configured.js'
import { loadConfig } from '../../config/file/load.js'
import { thisMachine } from '../../config/machine.js'
import type { SyncConfig } from '../../index.js'
import { knownConfig } from './asked-config.js'
import type { GlobalOptions } from './global-options.js'
import { logFileFaults } from './global-options.js'

/** These options of a repository as flags. */
export const addFlags = (command: Command, wanted: readonly FlagDescriptor[]): Command => {
  for (const { flags, description, repeatable } of wanted)
    if (repeatable) command.option(flags, description, collectFlag)
    else command.option(flags, description)
  return command
}

/** Every option of a repository as a flag. */
export const addRepoFlags = (command: Command): Command => addFlags(command, repoFlags)

/**
 * The repositories to sync: the PATHs, as the config has them where it does, else all of the config; flags override
 * either. A config that is there and cannot be read is in the way: it may say what is not to be pushed.
 *
 * @param known what the config says of the PATHs
 * @throws ConfigError with every fault
 */
export const syncConfigOf = (
  paths: readonly string[],
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  known: (file: string | undefined) => SyncConfig = knownConfig,
): SyncConfig => {
  const machine = thisMachine()
  const flags = statedByFlags(options)
  const config = (): SyncConfig =>
    paths.length > 0
      ? asConfigured(paths, configuredIn(known(options.config), machine), flags)
      : withFlags(loadConfig(options.config, machine).config, flags)
  const found = faultsWithFlags(config, flags, machine)
  const faults = [
    ...(paths.length > 0 ? asArguments(found, paths) : found),
    ...logFileFaults(options),
  ]
  if (faults.length > 0) throw new ConfigError(faults)
  return config()
}
