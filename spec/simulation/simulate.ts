import { newAgenda } from './agenda.js'
import { calmBound, excessOf, fetches } from './bound.js'
import { chanceOf } from './chance.js'
import { befall } from './fate.js'
import { newLedger } from './ledger.js'
import type { Effort } from './machine.js'
import { newMachine } from './machine.js'
import type { Plan } from './plan.js'
import { worldsOf } from './remote.js'
import { lossesOf, returnsOf, twinsOf, unrestOf } from './verdict.js'

export interface Run {
  /** Empty in a sound run. */
  readonly faults: readonly string[]
  readonly efforts: readonly Effort[]
  /** Operations that a kill cut short, and after which effect. */
  readonly cuts: ReadonlySet<string>
  /** Milliseconds of calm until everybody was level and at rest. */
  readonly quietAfter: number
  readonly virtualMs: number
}

/** Milliseconds between two looks at whether all is quiet. */
const glance = 500

const workOf = ({ commits, merges, pushes }: Effort): number => commits + merges + pushes

/** Lives through a plan, then through calm weather. A pure function of the plan. */
export const simulate = (plan: Plan): Run => {
  const agenda = newAgenda()
  const chance = chanceOf(plan.seed + 1)
  const ledger = newLedger()
  const ways = { rescans: plan.watcher === 'lossy', squash: plan.squash }
  const machines = worldsOf(plan).map((world, n) =>
    newMachine(`machine ${String(n)}`, world, agenda, chance, ledger, ways),
  )
  const efforts = machines.map(({ effort }) => effort)
  for (const machine of machines) machine.start()
  for (const { at, machine: n, act } of plan.steps) {
    agenda.runUntil(at)
    const machine = machines[n]
    if (machine !== undefined) befall(machine, n, act, agenda, ledger)
  }

  for (const machine of machines) machine.recover()
  const calm = agenda.now
  const isQuiet = (): boolean => machines.every((machine) => unrestOf(machine).length === 0)
  for (const end = calm + calmBound(plan); agenda.now < end && !isQuiet();)
    agenda.runUntil(agenda.now + glance)
  const quietAfter = agenda.now - calm
  const unrest = machines.flatMap(unrestOf)
  const work = efforts.map(workOf)
  agenda.runUntil(agenda.now + fetches(2))
  const restless = efforts.flatMap((effort, n) =>
    workOf(effort) === work[n] ? [] : [`machine ${String(n)} works at rest`],
  )
  const remote = machines[0]?.world.remote ?? null
  // A person's own merge takes what it likes.
  const isByHand = plan.steps.some(({ act }) => act.kind === 'pull-by-hand')
  // What a machine that is gone replaced nobody hears of.
  const isAnyGone = machines.some(({ isGone }) => isGone)
  const faults = [
    ...ledger.faults,
    ...unrest,
    ...restless,
    ...lossesOf(machines, ledger),
    ...(isByHand || isAnyGone ? [] : returnsOf(remote, ledger)),
    ...efforts.flatMap((effort) => excessOf(plan, effort, agenda.now)),
    ...(isByHand ? [] : twinsOf(remote)),
  ]
  return { faults, efforts, cuts: ledger.cuts, quietAfter, virtualMs: agenda.now }
}
