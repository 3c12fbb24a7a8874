import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
// Before conf, so that it knows what was there without it.
import { dropNewListeners } from './process-listeners.js'
import Conf from 'conf'
import { ConfigError } from '../config-error.js'
import { locateConfig } from './locate.js'
import type { Machine } from '../machine.js'
import { parseConfig } from './parse-config.js'
import type { ConfigFile } from './parse-config.js'
import type { SyncConfig } from '../sync-config.js'

dropNewListeners()

export interface LoadedConfig extends Omit<ConfigFile, 'content'> {
  /** As the file says it; whether it is one is told by `resolveSettings`, with every fault at once. */
  readonly config: SyncConfig
}

/** Finds and reads the config file (CONTRACT 4), and never writes. `flag` is what `--config` names. */
export const loadConfig = (flag: string | undefined, machine: Machine): LoadedConfig => {
  const located = locateConfig(flag, machine)
  if (located.kind === 'absent')
    throw new ConfigError([
      {
        key: 'config',
        value: undefined,
        message:
          'there is none; begin with `gitsync init PATH`, name a work tree, as in `gitsync run PATH`, ' +
          `or write { "repos": [{ "path": "~/Notes" }] } to ${located.place}`,
      },
    ])
  const { content, ...found } = readFile(located.file)
  return { ...found, config: content as SyncConfig }
}

const readFile = (file: string): ConfigFile => {
  const unreadable = (reason: string): ConfigError =>
    new ConfigError([
      {
        key: file,
        value: undefined,
        message: `cannot be read (${reason}); make it a readable file`,
      },
    ])
  try {
    if (!statSync(file).isFile()) return fromPipe(file)
    const { found } = readOnly(file).store
    // Of a file that went away since it was found, conf says that it is empty.
    if (found === undefined) throw unreadable('it went away')
    return found
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw unreadable(error instanceof Error ? error.message : String(error))
  }
}

/** By path. What a pipe says it says once, and it is asked for anew by each command and by each `run` that looks for changes. */
const piped = new Map<string, ConfigFile>()

const fromPipe = (file: string): ConfigFile => {
  const said = piped.get(file) ?? parseConfig(file, readFileSync(file, 'utf8'))
  piped.set(file, said)
  return said
}

/**
 * Conf is held to reading: it has no defaults to fill in and no migrations to run, and should it
 * ever mean to write all the same, `serialize` gives it nothing. It is not asked for a file that
 * is not there, since it would make the folder.
 */
const readOnly = (file: string): Conf<{ readonly found?: ConfigFile }> =>
  new Conf({
    cwd: dirname(file),
    configName: basename(file),
    fileExtension: '',
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: false,
    deserialize: (text): { readonly found?: ConfigFile } => ({ found: parseConfig(file, text) }),
    serialize: () => {
      throw new Error('the config file is only read')
    },
  })
