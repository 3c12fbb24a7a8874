import { expandPath } from './value/expand.js'
import { recordOf } from './layer.js'
import type { Machine } from './machine.js'

/** The real path of the work tree that a repository of a config states; null where it states none that can be read. */
export const placeOf = (stated: unknown, machine: Machine): string | null => {
  const { path } = recordOf(stated)
  const reading = typeof path === 'string' ? expandPath(path, machine) : null
  return reading?.kind === 'value' ? machine.realPath(reading.value) : null
}
