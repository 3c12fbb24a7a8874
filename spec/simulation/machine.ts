import type { Input } from '../../src/actors/context.js'
import type { RepoEvent } from '../../src/actors/events.js'
import type { RepoState } from '../../src/actors/state.js'
import type { World } from '../support/world.js'
import { fair } from '../support/world.js'
import type { Agenda } from './agenda.js'
import type { Chance } from './chance.js'
import type { BranchWatch, Ledger } from './ledger.js'
import { watchBranches } from './ledger.js'
import type { Process, ProcessWitness, Ways } from './process.js'
import { startProcess } from './process.js'

/** How often a machine did something. */
export interface Effort {
  /** Triggers that reached the actor. */
  syncs: number
  operations: number
  failures: number
  pushes: number
  /** Pushes that others were ahead of. */
  refusals: number
  commits: number
  merges: number
  kills: number
}

/** One computer: a disk that survives, and gitsync on it while it runs. */
export interface Machine {
  readonly name: string
  readonly world: World
  readonly effort: Effort
  /** Its network is down for good. */
  readonly isGone: boolean
  /** Null while gitsync is down. */
  readonly state: RepoState | null
  start(): void
  /** `kill -9`, at once or when operations have come so many moments further, and a start after a while. */
  kill(moments: number, down: number): void
  /** A stop that is asked for, and a start after a while. */
  stop(when: 'after-step' | 'after-cycle', down: number): void
  send(input: Input): void
  /** What a person did is seen, and told after so many milliseconds. */
  touched(hint: number | null): void
  /** Something of the weather is bad for a while; null: for good. */
  suffer(what: 'network' | 'locked' | 'inProgress' | 'declining', lasting: number | null): void
  /** All becomes well that is not for good, and gitsync runs. */
  recover(): void
}

export const newMachine = (
  name: string,
  world: World,
  agenda: Agenda,
  chance: Chance,
  ledger: Ledger,
  ways: Ways,
): Machine => {
  const effort: Effort = {
    syncs: 0,
    operations: 0,
    failures: 0,
    pushes: 0,
    refusals: 0,
    commits: 0,
    merges: 0,
    kills: 0,
  }
  const branches: BranchWatch = watchBranches(ledger, world, name)
  let process: Process | null = null
  let isGone = false
  /** Kills that are to come one after the other: the moments that are left until each, and how long gitsync is down then. */
  const dooms: { left: number; readonly down: number }[] = []
  let down = 0
  /** What was on disk when the outstanding commit looked at everything. */
  let looked: readonly string[] = []
  const until = new Map<string, number>()

  const killNow = (): void => {
    if (process === null) return
    effort.kills += 1
    process.kill()
  }

  const count = (input: Input, events: readonly RepoEvent[]): void => {
    if (input.type === 'Sync') effort.syncs += 1
    if (input.type === 'Failed') effort.failures += 1
    if (input.type === 'PushDone' || input.type === 'PushRefused') effort.pushes += 1
    if (input.type === 'PushRefused') effort.refusals += 1
    for (const { type } of events) {
      if (type === 'CommitCreated') effort.commits += 1
      if (type === 'MergeCommitted') effort.merges += 1
    }
  }

  const witness: ProcessWitness = {
    asked: () => {
      effort.operations += 1
      looked = []
    },
    moment: (operation, moment) => {
      branches.look()
      if (
        moment === 'looked' &&
        operation.kind === 'commit' &&
        operation.changes.kind === 'everything'
      )
        looked = [...world.files.values()]
      const [doom] = dooms
      if (doom === undefined) return
      doom.left -= 1
      if (doom.left > 0) return
      dooms.shift()
      ;({ down } = doom)
      ledger.cuts.add(`${operation.kind} ${moment}`)
      killNow()
    },
    turn: (input, events) => {
      count(input, events)
      branches.look()
      if (input.type === 'Committed') for (const content of looked) ledger.settled.add(content)
    },
    ended: () => {
      process = null
      agenda.in(down, start)
    },
    fault: (fault) => ledger.faults.push(`${name}: ${fault}`),
  }

  const start = (): void => {
    process ??= startProcess(world, agenda, chance, ways, witness)
  }

  return {
    name,
    world,
    effort,
    get isGone() {
      return isGone
    },
    get state() {
      return process?.state ?? null
    },
    start,
    kill: (moments, pause) => {
      if (moments > 0) {
        dooms.push({ left: moments, down: pause })
        return
      }
      down = pause
      killNow()
    },
    stop: (when, pause) => {
      down = pause
      process?.send({ type: 'Stop', when })
    },
    send: (input) => process?.send(input),
    touched: (hint) => {
      branches.look()
      if (hint !== null) process?.watch(hint)
    },
    suffer: (what, lasting) => {
      if (isGone && what === 'network') return
      if (lasting === null) isGone = true
      const end = agenda.now + (lasting ?? Infinity)
      until.set(what, Math.max(end, until.get(what) ?? 0))
      const set = (bad: boolean): void => {
        if (what === 'network') world.weather.network = bad ? Infinity : 0
        else world.weather[what] = bad
      }
      set(true)
      if (lasting === null) return
      agenda.in(lasting, () => {
        if (agenda.now >= (until.get(what) ?? 0)) set(false)
      })
    },
    recover: () => {
      Object.assign(world.weather, fair(), isGone ? { network: Infinity } : {})
      dooms.length = 0
      down = 0
      start()
      process?.send({ type: 'Resume', reason: 'person' })
    },
  }
}
