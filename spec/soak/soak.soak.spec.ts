import { temporaryFolder } from '../support/temp-repositories.js'
import { afterAll, expect, it } from 'vitest'
import { planOf } from '../simulation/plan.js'
import { endAll } from '../support/program.js'
import { live } from './live.js'

afterAll(endAll)

const minutes = Number(process.env.SOAK_MINUTES ?? 1)
const seed = Number(process.env.SOAK_SEED ?? 1)

/** A round is begun no more when so many milliseconds are left. */
const lastMinute = 5_000

it(
  `survives ${String(minutes)} minutes from seed ${String(seed)} on`,
  async () => {
    expect(temporaryFolder()).not.toBe('')
    const end = Date.now() + minutes * 60_000 - lastMinute
    let kills = 0
    let owed = 0
    let round = 0
    for (; Date.now() < end; round += 1) {
      const life = await live(planOf(seed + round))
      kills += life.kills
      owed += life.owed
      expect(life.faults, `round of seed ${String(seed + round)}`).toEqual([])
    }
    console.log(`${String(round)} rounds, ${String(kills)} kills, ${String(owed)} versions found`)
    expect(round).toBeGreaterThan(0)
  },
  minutes * 60_000 + 600_000,
)
