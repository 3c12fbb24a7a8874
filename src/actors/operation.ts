import type { Changes } from './changes.js'
import type { Position } from './reports.js'
import type { RepoState } from './state.js'

/** The one thing that a busy phase waits for, as a value. */
export type Operation =
  | { readonly kind: 'inspect' }
  | { readonly kind: 'commit'; readonly changes: Changes; readonly position: Position }
  | { readonly kind: 'fetch' | 'squash' | 'integrate' | 'push'; readonly position: Position }

/** What the state asks for; null at rest. Without a position nothing but a look is possible. */
export const operationFor = (state: RepoState): Operation | null => {
  switch (state.phase) {
    case 'inspecting':
      return { kind: 'inspect' }
    case 'committing':
    case 'fetching':
    case 'squashing':
    case 'integrating':
    case 'pushing': {
      const { position } = state.cycle
      if (position === null) return { kind: 'inspect' }
      if (state.phase === 'committing') return { kind: 'commit', changes: state.looking, position }
      const kinds = {
        fetching: 'fetch',
        squashing: 'squash',
        integrating: 'integrate',
        pushing: 'push',
      } as const
      return { kind: kinds[state.phase], position }
    }
    case 'idle':
    case 'backing-off':
    case 'halted':
    case 'paused':
    case 'stopped':
      return null
    default:
      return state satisfies never
  }
}
