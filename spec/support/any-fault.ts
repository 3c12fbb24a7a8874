import type { Chance } from '../simulation/chance.js'
import type { Fault } from './faulty-proxy.js'

/** A network that is well. */
export const clear: Fault = { kind: 'none' }

const kinds = ['refuse', 'delay', 'cut', 'stall', 'garbage', 'half-open', 'none'] as const

/** Early more often than late: what a talk is about is at its beginning. */
export const anyFault = (chance: Chance, longest: number): Fault => {
  const kind = chance.pick(kinds)
  const way = chance.pick(['up', 'down'] as const)
  const at = Math.floor(longest * chance.next() ** 2)
  switch (kind) {
    case 'none':
    case 'refuse':
      return { kind }
    case 'delay':
      return { kind, ms: chance.within(5, 60) }
    case 'half-open':
      return { kind, at }
    case 'cut':
    case 'stall':
    case 'garbage':
      return { kind, way, at }
    default:
      return kind satisfies never
  }
}
