import type { Chance } from './chance.js'
import { chanceOf } from './chance.js'

/** Milliseconds until the watcher tells of a change; null: it never does. */
export type Hint = number | null

/** What people and fate do to a machine. Times in milliseconds. */
export type Act =
  | { readonly kind: 'edit'; readonly path: string; readonly content: string; readonly hint: Hint }
  | { readonly kind: 'delete'; readonly path: string; readonly hint: Hint }
  /** Deletes the copy of a conflict that comes first by name, or writes into it. */
  | { readonly kind: 'tidy'; readonly content: string | null; readonly hint: Hint }
  | { readonly kind: 'commit-by-hand' | 'pull-by-hand' | 'sync-now' }
  /** `kill -9`: at once, or when operations have come so many moments further. */
  | { readonly kind: 'kill'; readonly moments: number; readonly down: number }
  | { readonly kind: 'stop'; readonly when: 'after-step' | 'after-cycle'; readonly down: number }
  | { readonly kind: 'pause'; readonly lasting: number }
  /** Of this machine's network; null: for good. */
  | { readonly kind: 'outage'; readonly lasting: number | null }
  /** Another git holds the lock, a person is in the middle of a merge, the remote declines what is pushed. */
  | { readonly kind: 'locked' | 'inProgress' | 'declining'; readonly lasting: number }

export interface Step {
  readonly at: number
  readonly machine: number
  readonly act: Act
}

/** A story as a value: all that happens to some machines and is not gitsync's own doing. */
export interface Plan {
  readonly seed: number
  readonly machines: number
  /** What the remote holds in the beginning: nothing, a commit that all have, or one that none has. */
  readonly remote: 'empty' | 'level' | 'clone'
  /** A lossy watcher forgets some changes, so that a rescan has to find them; an honest one has no rescan beside it. */
  readonly watcher: 'honest' | 'lossy'
  /** How long the commits go that become one; null: none do. */
  readonly squash: number | null
  readonly steps: readonly Step[]
}

/** Few, so that conflicts are frequent. */
const paths = ['a', 'b', 'c'] as const

/** Often several things at once, at times long enough for all to settle. */
const gapOf = (chance: Chance): number =>
  chance.pick([0, 0, 10, 100, 100, 1_000, 1_000, 5_000, 20_000])

const lastingOf = (chance: Chance): number =>
  chance.pick([50, 1_000, 5_000, 20_000, 60_000]) + chance.within(0, 50)

const hintOf = (chance: Chance, lossy: boolean): Hint => {
  if (lossy && chance.happens(0.3)) return null
  return chance.pick([200, 500, 1_000, 5_000])
}

const actOf = (chance: Chance, lossy: boolean, content: string): Act => {
  const hint = hintOf(chance, lossy)
  const kind = chance.pick([
    ...(['edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit'] as const),
    ...(['kill', 'kill', 'kill', 'outage', 'outage', 'outage', 'delete', 'tidy'] as const),
    ...([
      'commit-by-hand',
      'pull-by-hand',
      'sync-now',
      'stop',
      'pause',
      'weather',
      'weather',
    ] as const),
  ])
  switch (kind) {
    case 'edit':
      return { kind, path: chance.pick(paths), content, hint }
    case 'delete':
      return { kind, path: chance.pick(paths), hint }
    case 'tidy':
      return { kind, content: chance.happens(0.5) ? content : null, hint }
    case 'kill':
      return {
        kind,
        moments: chance.happens(0.3) ? 0 : chance.within(1, 20),
        down: lastingOf(chance),
      }
    case 'stop':
      return { kind, when: chance.pick(['after-step', 'after-cycle']), down: lastingOf(chance) }
    case 'pause':
      return { kind, lasting: lastingOf(chance) }
    case 'outage':
      return { kind, lasting: lastingOf(chance) }
    case 'weather':
      return {
        kind: chance.pick(['locked', 'inProgress', 'declining']),
        lasting: lastingOf(chance),
      }
    case 'commit-by-hand':
    case 'pull-by-hand':
    case 'sync-now':
      return { kind }
    default:
      return kind satisfies never
  }
}

/**
 * At times the network is down for everybody, at times what a kill left to be redone is cut short too,
 * and at times a person saves several files one after the other.
 */
const withMore = (step: Step, machines: number, chance: Chance): readonly Step[] => {
  const { act } = step
  if (act.kind === 'outage' && chance.happens(0.3))
    return Array.from({ length: machines }, (_, machine) => ({ ...step, machine }))
  if (act.kind === 'kill' && chance.happens(0.5))
    return [step, { ...step, act: { ...act, moments: chance.within(1, 5) } }]
  if (act.kind === 'edit' && chance.happens(0.5))
    return ['', 'x', 'y'].map((more, n) => ({
      ...step,
      at: step.at + 400 * n,
      act: { ...act, path: n === 0 ? act.path : chance.pick(paths), content: act.content + more },
    }))
  return [step]
}

export const planOf = (seed: number): Plan => {
  const chance = chanceOf(seed)
  const machines = chance.within(2, 6)
  const watcher = chance.pick(['honest', 'lossy'])
  const remote = chance.pick(['level', 'level', 'level', 'empty', 'clone'])
  const steps: Step[] = []
  let at = 0
  for (let left = chance.within(5, 40); left > 0; left -= 1) {
    at += gapOf(chance)
    const act = actOf(chance, watcher === 'lossy', `c${String(left)}`)
    steps.push(...withMore({ at, machine: chance.within(0, machines - 1), act }, machines, chance))
  }
  // Some never come back.
  if (chance.happens(0.2)) {
    const machine = chance.within(0, machines - 1)
    steps.push({
      at: chance.within(0, at),
      machine,
      act: { kind: 'outage', lasting: null },
    })
  }
  const squash = chance.happens(0.5) ? 3_600_000 : null
  return { seed, machines, remote, watcher, squash, steps: steps.toSorted((a, b) => a.at - b.at) }
}
