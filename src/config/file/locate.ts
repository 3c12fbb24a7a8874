import { dirname, isAbsolute, join } from 'node:path'
import { ConfigError } from '../config-error.js'
import { expandPath } from '../value/expand.js'
import type { Machine } from '../machine.js'

/** Where the config is, or where the first one is to be written. */
export type Located =
  | { readonly kind: 'found'; readonly file: string }
  | { readonly kind: 'absent'; readonly place: string }

/** Where gitsync writes a config: `$XDG_CONFIG_HOME/gitsync/config.json`. */
export const configPlace = ({ home, env }: Pick<Machine, 'home' | 'env'>): string => {
  const xdg = env.XDG_CONFIG_HOME ?? ''
  // The XDG specification has a relative one ignored.
  return join(isAbsolute(xdg) ? xdg : join(home, '.config'), 'gitsync', 'config.json')
}

/** Where the Python gitsync had a user's own: a file where our folder is to be. */
export const legacyPlace = ({ home }: Pick<Machine, 'home'>): string =>
  join(home, '.config', 'gitsync')

/** Where the new form waits for a moment, until the file of the Python gitsync has made room for its folder. */
export const stagedPlace = (machine: Pick<Machine, 'home' | 'env'>): string =>
  join(`${dirname(configPlace(machine))}.new`, 'config.json')

/** Where a config may be, the first place with a file first. `flag` is what `--config` names. */
export const configPlaces = (flag: string | undefined, machine: Machine): readonly string[] => {
  if (flag === undefined)
    return [configPlace(machine), legacyPlace(machine), stagedPlace(machine), '/etc/gitsync.cfg']
  const reading = expandPath(flag, machine)
  return reading.kind === 'value' ? [reading.value] : []
}

/** The first of the places with a file. `flag` is what `--config` names: it has to be there. */
export const locateConfig = (flag: string | undefined, machine: Machine): Located => {
  if (flag !== undefined) return { kind: 'found', file: named(flag, machine) }
  const file = configPlaces(flag, machine).find((path) => machine.pathKind(path) === 'other')
  return file === undefined
    ? { kind: 'absent', place: configPlace(machine) }
    : { kind: 'found', file }
}

const named = (flag: string, machine: Machine): string => {
  const fault = (message: string): ConfigError =>
    new ConfigError([{ key: '--config', value: flag, message }])
  const reading = expandPath(flag, machine)
  if (reading.kind === 'fault') throw fault(reading.message)
  switch (machine.pathKind(reading.value)) {
    case 'other':
      return reading.value
    case 'directory':
      throw fault('is a directory; name the file in it')
    case 'missing':
      throw fault('does not exist; name a file that does, or leave --config out')
  }
}
