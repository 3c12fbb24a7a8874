import { ConfigError } from '../config/config-error.js'
import { expandPath } from '../config/value/expand.js'
import type { Machine } from '../config/machine.js'

/** @throws ConfigError where it is no path */
export const absolutePath = (path: string, machine: Machine): string => {
  const reading = expandPath(path, machine)
  if (reading.kind === 'value') return reading.value
  throw new ConfigError([{ key: 'PATH', value: path, message: reading.message }])
}
