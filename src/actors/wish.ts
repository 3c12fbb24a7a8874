import { isNothing, mergeChanges } from './changes.js'
import type { PauseReason } from './pause.js'
import { withReason } from './pause.js'
import type { Again, BusyState, Next } from './state.js'
import { stronger } from './trigger.js'

const rankOf: Readonly<Record<Next['kind'], number>> = {
  rest: 0,
  again: 1,
  pause: 2,
  finish: 3,
  stop: 4,
}

/** A higher wish replaces a lower one. */
const wish = (state: BusyState, next: Next): BusyState =>
  rankOf[next.kind] >= rankOf[state.next.kind] ? { ...state, next } : state

/** Any number of them are one. */
export const wishCycle = (state: BusyState, { trigger, changes }: Again): BusyState => {
  const { next } = state
  const whole: Again =
    next.kind === 'again'
      ? {
          trigger: stronger(next.trigger, trigger),
          changes: mergeChanges(next.changes, changes),
        }
      : { trigger, changes }
  return wish(state, { kind: 'again', ...whole })
}

export const wishPause = (state: BusyState, pause: PauseReason): BusyState => {
  const reasons = state.next.kind === 'pause' ? state.next.reasons : []
  return wish(state, { kind: 'pause', reasons: withReason(reasons, pause) })
}

/** A stop after the cycle leaves room for one more where something was saved before it. */
export const wishStop = (state: BusyState, when: 'after-step' | 'after-cycle'): BusyState => {
  if (when === 'after-step') return wish(state, { kind: 'stop' })
  const { next } = state
  if (next.kind === 'finish') return state
  const owes = next.kind === 'again' && !isNothing(next.changes)
  return wish(state, { kind: 'finish', first: owes ? next : null })
}
