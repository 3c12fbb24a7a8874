import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.js'
import {
  asArguments,
  collectFlag,
  configOfPaths,
  faultsWithFlags,
  repoFlags,
  statedByFlags,
  withFlags,
} from '../config/flags.js'
import type { FlagDescriptor } from '../config/flags.js'
import { loadConfig } from '../config/load.js'
import { thisMachine } from '../config/machine.js'
import type { SyncConfig } from '../index.js'
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
 * The repositories to sync: the PATHs, else those of the config file; flags override either.
 *
 * @throws ConfigError with every fault
 */
export const syncConfigOf = (
  paths: readonly string[],
  options: GlobalOptions & Readonly<Record<string, unknown>>,
): SyncConfig => {
  const machine = thisMachine()
  const flags = statedByFlags(options)
  const config = (): SyncConfig =>
    paths.length > 0
      ? configOfPaths(paths, flags)
      : withFlags(loadConfig(options.config, machine).config, flags)
  const found = faultsWithFlags(config, flags, machine)
  const faults = [...(paths.length > 0 ? asArguments(found) : found), ...logFileFaults(options)]
  if (faults.length > 0) throw new ConfigError(faults)
  return config()
}
