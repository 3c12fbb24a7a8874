import { faultsOfMerges } from '../../support/merge-audit.js'
import { editAtRandom, firstFiles } from '../../support/random-edits.js'
import { writeFiles } from '../../support/temp-repositories.js'
import type { Machine, Pass } from '../../support/three-machines.js'
import { faultsOf, openWorld, pass, settle } from '../../support/three-machines.js'
import { describe, expect, it } from 'vitest'
import type { Chance } from '../../simulation/chance.js'
import { chanceOf } from '../../simulation/chance.js'

/** How many times the usual effort: `SOAK=10 npx vitest run --project faults spec/git/merge/merge-fuzz.faults.spec.ts`. */
const soak = Number(process.env.SOAK ?? 1)
const seeds = Array.from({ length: 25 * soak }, (_, n) => n + 1)

const shuffled = <T>(chance: Chance, values: readonly T[]): readonly T[] =>
  values
    .map((value) => ({ value, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)

interface Played {
  /** What was done, for whoever has to understand a failure. */
  readonly history: readonly string[]
  readonly passes: readonly Pass[]
}

/** Rounds in which some machines are edited and some are synced, in any order. */
const play = async (machines: readonly Machine[], chance: Chance): Promise<Played> => {
  const history: string[] = []
  const passes: Pass[] = []
  for (let round = 0; round < 3; round += 1) {
    for (const machine of machines.filter(() => chance.happens(0.7)))
      history.push(
        `${machine.name}: ${editAtRandom(machine, chance, `${machine.name}${String(round)}`)}`,
      )
    for (const machine of shuffled(chance, machines).filter(() => chance.happens(0.75))) {
      history.push(`pass of ${machine.name}`)
      passes.push(await pass(machine))
    }
  }
  return { history, passes }
}

/** Everything that is wrong once nobody edits any more. */
const faultsAtRest = (
  machines: readonly Machine[],
  committed: readonly string[],
): readonly string[] => {
  const [machine] = machines
  if (machine === undefined) throw new Error('no machine')
  const heads = new Set(machines.map((one) => one.git('rev-parse', 'HEAD')))
  const reachable = new Set(machine.git('rev-list', 'HEAD').split('\n'))
  return [
    ...(heads.size === 1 ? [] : ['they are not level']),
    ...machines.flatMap((one) => faultsOf(one).map((fault) => `${one.name} ${fault}`)),
    ...committed.filter((oid) => !reachable.has(oid)).map((oid) => `${oid} is lost`),
    ...faultsOfMerges(machine.path),
  ]
}

describe('three machines, whatever people do on them,', () => {
  it.each(seeds)('become level and lose nothing: seed %d', async (seed) => {
    const world = openWorld((folder) => writeFiles(folder, firstFiles))
    try {
      const machines = ['a', 'b', 'c'].map((name) => world.machine(name))
      const { history, passes } = await play(machines, chanceOf(seed))
      const story = history.join('\n')
      expect(
        passes.flatMap(({ problem }) => problem ?? []),
        story,
      ).toEqual([])
      const last: Pass[] = []
      for (const machine of machines) last.push(await pass(machine))
      expect(await settle(machines), story).not.toBeNull()
      const committed = [...passes, ...last].flatMap((one) => one.committed ?? [])
      expect(faultsAtRest(machines, committed), story).toEqual([])
    } finally {
      world.close()
    }
  })
})
