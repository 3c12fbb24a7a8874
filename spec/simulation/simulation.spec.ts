import { describe, expect, it } from 'vitest'
import type { Plan } from './plan.js'
import { planOf } from './plan.js'
import { shrink } from './shrink.js'
import { simulate } from './simulate.js'

/** How many times the usual effort: `SOAK=100 npx vitest run spec/simulation`. */
const soak = Number(process.env.SOAK ?? 1)

const runs = 4_000 * soak

/** A loaded machine makes fewer runs, never a failure. */
const patience = 8_000 * soak

/** `SEED=123` sees one run again, and those after it; without it each time is another. */
const first = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** What a person needs to see the failure again, and the shortest story that still fails. */
const tell = (plan: Plan, faults: readonly string[]): string => {
  const least = shrink(plan, (smaller) => simulate(smaller).faults.length > 0)
  const { steps, ...set } = least
  return [
    `SEED=${String(plan.seed)} fails: ${faults.join('; ')}`,
    `It takes no more than ${JSON.stringify(set)}:`,
    ...steps.map((step) => JSON.stringify(step)),
    `which fails: ${simulate(least).faults.join('; ')}`,
  ].join('\n')
}

/** Every effect of an operation that leaves something behind; `inspect` redoes a move that was cut short. */
const effects = [
  ...['looked', 'published', 'ref-moved'].map((moment) => `commit ${moment}`),
  ...['former-kept', 'ref-moved'].map((moment) => `squash ${moment}`),
  ...['answered', 'ref-moved'].flatMap((moment) => [`fetch ${moment}`, `push ${moment}`]),
  ...['journal-written', 'placed', 'published', 'ref-moved'].map((moment) => `integrate ${moment}`),
  ...['journal-written', 'placed', 'published', 'ref-moved'].map((moment) => `inspect ${moment}`),
]

describe('machines that share a remote', () => {
  it(
    'S1 S2 S3 S4 S5 S6 become level whatever has happened to them, and lose nothing',
    () => {
      const end = Date.now() + patience
      for (let n = 0; n < runs && Date.now() < end; n += 1) {
        const plan = planOf(first + n)
        const { faults } = simulate(plan)
        if (faults.length > 0) expect.unreachable(tell(plan, faults))
      }
    },
    patience + 20_000,
  )

  it('are killed after every effect of every operation', () => {
    const cuts = new Set<string>()
    for (let seed = 0; seed < 2_000 && cuts.size < effects.length; seed += 1)
      for (const cut of simulate(planOf(seed)).cuts) cuts.add(cut)
    expect([...cuts].toSorted()).toEqual(effects.toSorted())
  })

  it('live through a plan as they did before: it is a value, and chance is in it', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const plan = planOf(seed)
      expect(simulate(JSON.parse(JSON.stringify(plan)) as Plan)).toEqual(simulate(plan))
    }
  })
})
