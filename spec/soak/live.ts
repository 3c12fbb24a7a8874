import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from '../simulation/plan.js'
import {
  bareRemote,
  commitAll,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import type { Living } from './living.js'
import { filesOf, livingAt } from './living.js'
import { giveUpMerge, save, tokensIn, useGit } from './person.js'
import type { Happening } from './timeline.js'
import { timelineOf } from './timeline.js'
import { faultsOf, isCalm } from './verdict.js'

export interface Life {
  /** Empty in a sound life. */
  readonly faults: readonly string[]
  readonly kills: number
  /** Versions that a person wrote and that had to be found again. */
  readonly owed: number
}

/** Steps of a move or a commit at which a daemon is killed, in the order of a plan's moments. */
const killSteps = [
  'staged',
  'commit-published',
  'committed',
  'fetched',
  'pushed',
  'journal-written',
  'rendered',
  'taken-away',
  'placed',
  'index-moved',
  'published',
  'ref-moved',
  'old-settled',
] as const

/** A pause of the people in which everything on the disk comes to be recorded. Milliseconds. */
const rest = 1_400

/** How long calm weather may take to bring everybody level. Milliseconds. */
const calmBound = 90_000

/** More machines than this would wait for each other's processor. */
const machineBound = 3

const tokensOf = (machine: Living): ReadonlySet<string> =>
  new Set([...filesOf(machine).values()].flatMap(tokensIn))

const begin = (plan: Plan, folder: string): readonly [readonly Living[], string] => {
  const remote = bareRemote()
  const count = Math.min(plan.machines, machineBound)
  if (plan.remote !== 'empty') {
    const first = join(folder, 'first')
    git(folder, ['clone', '-q', remote, first])
    git(first, ['config', 'user.name', 'First'])
    git(first, ['config', 'user.email', 'first@example.org'])
    writeFiles(first, { README: 'first\n' })
    commitAll(first, 'First')
    git(first, ['push', '-q', '-u', 'origin', 'main'])
  }
  const state = join(folder, 'state')
  mkdirSync(state)
  const machines = Array.from({ length: count }, (_, n) =>
    livingAt(`machine ${String(n)}`, join(folder, `m${String(n)}`), remote, state),
  )
  return [machines, remote]
}

const undergo = async (machine: Living, happening: Happening): Promise<void> => {
  switch (happening.kind) {
    case 'edit':
    case 'delete':
    case 'tidy':
      save(machine, happening)
      return
    case 'commit-by-hand':
    case 'pull-by-hand':
      await useGit(machine, happening.kind)
      return
    case 'sync-now':
      machine.syncNow()
      return
    case 'kill':
      await machine.kill()
      return
    case 'stop':
      await machine.stop()
      return
    case 'up': {
      const step = killSteps[happening.moments % (2 * killSteps.length)]
      machine.up(step)
      return
    }
    case 'begin':
      machine.begin(happening.trouble)
      return
    case 'end':
      machine.end(happening.trouble)
      return
    case 'gone':
      machine.isGone = true
      machine.begin('outage')
      return
    default:
      happening satisfies never
  }
}

/** Whether all that stands on the disk of a machine whose daemon is well is recorded, within a bound. */
const comesToRest = async (machine: Living): Promise<boolean> => {
  const end = Date.now() + calmBound
  while (machine.isWell() && Date.now() < end) {
    if (git(machine.path, ['status', '--porcelain']) === '') return true
    await sleep(100)
  }
  return false
}

/** Fair weather for all that are not gone for good, and a daemon on each that nothing will kill. */
const recover = async (machines: readonly Living[]): Promise<void> => {
  for (const machine of machines) {
    for (const trouble of ['paused', 'locked', 'inProgress', 'declining'] as const)
      for (let n = 0; n < 100; n += 1) machine.end(trouble)
    if (!machine.isGone) for (let n = 0; n < 100; n += 1) machine.end('outage')
    if (!machine.isWell()) {
      await machine.kill()
      machine.up()
    }
    // git begins a merge beside the index.lock of a killed daemon, and cannot give it up until the next start.
    await giveUpMerge(machine)
  }
}

/** Lives through a plan on real repositories with real daemons, then through calm weather. */
export const live = async (plan: Plan): Promise<Life> => {
  const folder = temporaryFolder()
  const [machines, remote] = begin(plan, folder)
  const owed = new Map(machines.map((machine) => [machine, new Set<string>()]))
  let kills = 0
  for (const machine of machines) machine.up()
  await sleep(rest)
  for (const { wait, machine: n, happening } of timelineOf(plan)) {
    await sleep(wait)
    if (wait >= rest)
      for (const one of machines)
        if (await comesToRest(one)) for (const token of tokensOf(one)) owed.get(one)?.add(token)
    const machine = machines[n % machines.length]
    if (machine === undefined) continue
    if (happening.kind === 'kill') kills += 1
    await undergo(machine, happening)
  }
  for (const machine of machines)
    for (const token of tokensOf(machine)) owed.get(machine)?.add(token)
  await recover(machines)
  const end = Date.now() + calmBound
  while (Date.now() < end && !isCalm(machines, remote)) await sleep(200)
  const faults = [...faultsOf(machines, remote, owed)]
  for (const machine of machines) {
    const code = await machine.stop()
    if (code !== 0) faults.push(`${machine.name} ended with ${String(code)}`)
  }
  if (faults.length === 0) rmSync(folder, { recursive: true, force: true })
  const count = [...owed.values()].reduce((sum, { size }) => sum + size, 0)
  return { faults, kills, owed: count }
}
