import type { Context } from './context.js'
import type { RepoEvent } from './events.js'
import { evolve } from './evolve.js'
import { outcomeOf } from './plan.js'
import type { Again, BusyState, Cycle, RepoState } from './state.js'
import { isBusy } from './state.js'

/** The state after the facts, as far as the rest of the decision must know it. */
export const after = (state: BusyState, facts: readonly RepoEvent[], now: number): BusyState => {
  const next = facts.reduce<RepoState>((folded, event) => evolve(folded, event, now), state)
  return isBusy(next) ? next : state
}

/** What halted the repository has passed, and people are told so. */
export const haltOver: readonly RepoEvent[] = [{ type: 'HaltLeft' }, { type: 'Resumed' }]

/** Whether a cycle that met no other fault got no further than what halted the repository before it. */
const stillHalted = ({ halt, position, asked }: Cycle): boolean => {
  if (halt === null || position === null) return halt !== null
  return (
    (halt.operation === 'fetch' && !asked && position.upstream !== null) ||
    (halt.operation === 'integrate' && position.behind > 0) ||
    ((halt.operation === 'push' || halt.operation === 'squash') && position.ahead > 0)
  )
}

/** A cycle from rest. @param wishes what is to follow when it settles */
export const begin = (
  { trigger, changes }: Again,
  wishes: readonly RepoEvent[] = [],
): readonly RepoEvent[] => [
  { type: 'SyncRequested', trigger, changes },
  ...wishes,
  { type: 'CycleStarted', trigger },
  { type: 'StepStarted', step: 'inspect' },
]

/** Ends the cycle, and says what follows from what was asked for meanwhile. */
export const settle = (
  state: BusyState,
  { now }: Context,
  how: 'well' | 'halted',
): readonly RepoEvent[] => {
  const { cycle, talk, next } = state
  const halted = how === 'halted' || stillHalted(cycle)
  const settled: RepoEvent = {
    type: 'CycleSettled',
    outcome: halted ? 'halted' : outcomeOf(cycle, talk),
    head: cycle.position?.head ?? null,
    ahead: cycle.position?.ahead ?? 0,
    behind: cycle.position?.behind ?? 0,
    durationMs: Math.max(0, now - cycle.startedAt),
  }
  const told: readonly RepoEvent[] =
    cycle.halt === null || halted ? [settled] : [...haltOver, settled]
  switch (next.kind) {
    case 'rest':
      return told
    case 'again':
      return [...told, ...begin(next)]
    case 'pause':
      return [...told, { type: 'Paused', reasons: next.reasons }]
    case 'finish':
      return next.first === null
        ? [...told, { type: 'Stopped' }]
        : [...told, ...begin(next.first, [{ type: 'StopRequested', when: 'after-cycle' }])]
    case 'stop':
      return [...told, { type: 'Stopped' }]
    default:
      return next satisfies never
  }
}
