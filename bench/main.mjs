import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from './command.mjs'
import { figuresOf, ratiosOf, verdictOf } from './figures.mjs'
import { interleave } from './interleave.mjs'
import { describeMachine } from './machine.mjs'
import { readOptions, usage } from './options.mjs'
import { plot } from './plots.mjs'
import { inRoom } from './room.mjs'
import { scenarios } from './scenarios.mjs'

/*
 * `npm run bench`: ours and the peers take turns at the same work, on repositories that are made for it. What was
 * measured goes to bench/results.json, and from there into the plots.
 */

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

const measure = async (room, scenario, size, asked) => {
  const folder = join(room, `${scenario.name}-${size}`)
  await mkdir(folder)
  const missing = {}
  const note = (peer, why) => (missing[peer] = why)
  const lanes = await scenario.lanes({ folder, size, missing: note })
  const measured = await interleave(lanes, asked ?? scenario.rounds(size), scenario.warmUp)
  const figures = measured.map(({ who, samples }) => ({ who, ...figuresOf(samples) }))
  // Millions of files: node would hold a promise for each.
  await command('rm', ['-rf', folder])
  return {
    size,
    lanes: figures,
    ratios: ratiosOf(figures),
    goals: verdictOf(scenario.goals[size] ?? [], figures),
    missing,
  }
}

const tell = ({ title, unit }, { size, lanes, ratios, goals, missing }) => {
  console.log(`\n${title}, ${size} files`)
  for (const { who, median, p90 } of lanes) {
    const ratio = ratios[who] === undefined ? '' : `   gitsync / ${who} = ${ratios[who]}`
    console.log(`  ${who.padEnd(24)} ${median} ${unit} (p90 ${p90})${ratio}`)
  }
  for (const { against, most, seen, met } of goals)
    console.log(`  goal: ${against ?? unit} ≤ ${most}, seen ${seen}: ${met ? 'met' : 'not met'}`)
  for (const [peer, why] of Object.entries(missing)) console.log(`  without ${peer}: ${why}`)
}

/** What was measured before and is not asked for now stays. */
const earlier = async (file) => JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))

const write = async (file, machine, name, measured) => {
  const known = (await earlier(file)).scenarios ?? {}
  const sizes = new Set(measured.runs.map(({ size }) => size))
  const others = (known[name]?.runs ?? []).filter(({ size }) => !sizes.has(size))
  const runs = [...others, ...measured.runs].sort((a, b) => a.size - b.size)
  const scenarios = { ...known, [name]: { ...measured, runs } }
  const now = { at: new Date().toISOString(), machine, scenarios }
  await writeFile(file, `${JSON.stringify(now, null, 2)}\n`)
}

const run = async ({ only, sizes, rounds, out }) => {
  const machine = await describeMachine()
  const file = out ?? here('results.json')
  await inRoom(async (room) => {
    for (const scenario of scenarios.filter(({ name }) => only.includes(name))) {
      const { name, title, unit } = scenario
      const runs = []
      for (const size of scenario.sizes?.(sizes) ?? sizes) {
        const result = await measure(room, scenario, size, rounds)
        tell(scenario, result)
        runs.push({ ...result, machine })
      }
      await write(file, machine, name, { title, unit, runs })
    }
  })
  await plot(await earlier(file), out === null ? here('plots') : `${out}.plots`)
}

try {
  const options = readOptions(scenarios.map(({ name }) => name))
  await run(options)
} catch (error) {
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 1
}
