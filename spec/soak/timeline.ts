import type { Act, Plan } from '../simulation/plan.js'

/** What is done to one machine at one moment; what lasts has a beginning and an end. */
export type Happening =
  | Extract<Act, { kind: 'edit' | 'delete' | 'tidy' }>
  | { readonly kind: 'commit-by-hand' | 'pull-by-hand' | 'sync-now' }
  | { readonly kind: 'kill' | 'stop' | 'up'; readonly moments: number }
  | { readonly kind: 'begin' | 'end'; readonly trouble: Trouble }
  | { readonly kind: 'gone' }

export type Trouble = 'paused' | 'outage' | 'locked' | 'inProgress' | 'declining'

export interface Moment {
  /** Milliseconds of real time before it. */
  readonly wait: number
  readonly machine: number
  readonly happening: Happening
}

/** Real time goes so much faster than a plan's, whose timers are slower by as much. */
const haste = 10

/** Milliseconds; nothing new comes of waiting longer. */
const longestWait = 1_500

interface Timed {
  readonly at: number
  readonly machine: number
  readonly happening: Happening
}

const lasting = (at: number, machine: number, trouble: Trouble, ms: number): readonly Timed[] => [
  { at, machine, happening: { kind: 'begin', trouble } },
  { at: at + ms, machine, happening: { kind: 'end', trouble } },
]

const timed = (at: number, machine: number, act: Act): readonly Timed[] => {
  switch (act.kind) {
    case 'kill':
    case 'stop': {
      const moments = act.kind === 'kill' ? act.moments : 0
      return [
        { at, machine, happening: { kind: act.kind, moments } },
        { at: at + act.down, machine, happening: { kind: 'up', moments } },
      ]
    }
    case 'pause':
      return lasting(at, machine, 'paused', act.lasting)
    case 'outage':
      return act.lasting === null
        ? [{ at, machine, happening: { kind: 'gone' } }]
        : lasting(at, machine, 'outage', act.lasting)
    case 'locked':
    case 'inProgress':
    case 'declining':
      return lasting(at, machine, act.kind, act.lasting)
    case 'edit':
    case 'delete':
    case 'tidy':
    case 'commit-by-hand':
    case 'pull-by-hand':
    case 'sync-now':
      return [{ at, machine, happening: act }]
    default:
      return act satisfies never
  }
}

/** A plan in the order and the pace in which real machines live through it. */
export const timelineOf = ({ steps }: Plan): readonly Moment[] => {
  const all = steps.flatMap(({ at, machine, act }) => timed(at, machine, act))
  const sorted = all.toSorted((a, b) => a.at - b.at)
  return sorted.map(({ at, machine, happening }, n) => ({
    wait: Math.min(longestWait, (at - (sorted[n - 1]?.at ?? 0)) / haste),
    machine,
    happening,
  }))
}
