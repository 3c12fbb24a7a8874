import { everything } from '../../src/actors/changes.js'
import { personCommits, personMerges } from '../support/person.js'
import type { World } from '../support/world.js'
import { edit, isAncestor } from '../support/world.js'
import type { Agenda } from './agenda.js'
import type { Ledger } from './ledger.js'
import { replace } from './ledger.js'
import type { Machine } from './machine.js'
import type { Act, Hint } from './plan.js'

/** Whether a person's own git would find the lock taken, or is in the middle of something. */
const isTaken = ({ indexLock, weather }: World): boolean =>
  indexLock || weather.locked || weather.inProgress

const write = (
  machine: Machine,
  machineNumber: number,
  ledger: Ledger,
  path: string,
  content: string | undefined,
  hint: Hint,
): void => {
  const { world } = machine
  const before = world.files.get(path)
  // Between a move and its end it is the move's: what a person writes there then is kept beside it.
  if (before !== undefined) replace(ledger, path, before, world.move === null)
  if (content !== undefined) ledger.written.set(content, machineNumber)
  const known = world.unseen.has(path)
  edit(world, path, content)
  if (hint === null && !known) world.unseen.delete(path)
  machine.touched(hint)
}

/** Does to a machine what the plan says. What a person cannot do at that moment is left out. */
export const befall = (
  machine: Machine,
  machineNumber: number,
  act: Act,
  agenda: Agenda,
  ledger: Ledger,
): void => {
  const { world } = machine
  switch (act.kind) {
    case 'edit': {
      write(machine, machineNumber, ledger, act.path, act.content, act.hint)
      return
    }
    case 'delete': {
      if (world.files.has(act.path))
        write(machine, machineNumber, ledger, act.path, undefined, act.hint)
      return
    }
    case 'tidy': {
      const copy = [...world.files.keys()].filter((path) => path.includes('.')).toSorted()[0]
      if (copy !== undefined)
        write(machine, machineNumber, ledger, copy, act.content ?? undefined, act.hint)
      return
    }
    case 'commit-by-hand': {
      if (isTaken(world)) return
      personCommits(world)
      machine.touched(null)
      return
    }
    case 'pull-by-hand': {
      if (isTaken(world) || world.weather.network > 0) return
      const remote = world.remote ?? null
      if (isAncestor(world.tracking, remote)) world.tracking = remote
      personMerges(world)
      machine.touched(500)
      return
    }
    case 'sync-now': {
      machine.send({ type: 'Sync', trigger: 'manual', changes: everything })
      return
    }
    case 'kill': {
      machine.kill(act.moments, act.down)
      return
    }
    case 'stop': {
      machine.stop(act.when, act.down)
      return
    }
    case 'pause': {
      machine.send({ type: 'Pause', reason: 'person', until: null })
      agenda.in(act.lasting, () => {
        machine.send({ type: 'Resume', reason: 'person' })
      })
      return
    }
    case 'outage': {
      machine.suffer('network', act.lasting)
      return
    }
    case 'locked':
    case 'inProgress': {
      if (!world.indexLock) machine.suffer(act.kind, act.lasting)
      return
    }
    case 'declining': {
      machine.suffer('declining', act.lasting)
      return
    }
    default:
      return act satisfies never
  }
}
