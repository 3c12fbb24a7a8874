import type { Effort } from './machine.js'
import type { Plan } from './plan.js'
import { fetchInterval, rescanInterval } from './process.js'

/** A fetch comes a tenth later than its interval at most. */
export const fetches = (count: number): number => count * 1.1 * fetchInterval

/** The longest that a trouble rests after it is over: an outage five minutes, a refusal a quarter of an hour. */
const restOf = ({ steps }: Plan): number =>
  steps.some(({ act }) => act.kind === 'declining') ? 900_000 : 300_000

/** Milliseconds of calm within which everybody must be level: the longest rest or the rescan that is due, and three fetches. */
export const calmBound = (plan: Plan): number => Math.max(restOf(plan), rescanInterval) + fetches(3)

/** What a machine did beyond its due: so much for each thing that happened anywhere, and three operations for each fetch. */
export const excessOf = (
  { steps, machines }: Plan,
  effort: Effort,
  virtualMs: number,
): readonly string[] => {
  const happened = steps.length + machines
  const due = Math.ceil(virtualMs / (0.9 * fetchInterval))
  const bounds = {
    operations: 6 * happened + 3 * due,
    pushes: happened,
    refusals: happened / 2,
    commits: happened,
    merges: happened,
  }
  return (['operations', 'pushes', 'refusals', 'commits', 'merges'] as const)
    .filter((what) => effort[what] > bounds[what])
    .map((what) => `${String(effort[what])} ${what}, more than ${String(bounds[what])}`)
}
