import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemon } from '../gitsync.mjs'
import { descriptorsOf, memoryOf, processorOf } from '../process.mjs'
import { clone, seed } from '../repository.mjs'

/** Milliseconds: what the start left behind goes first, then it is watched at rest. */
const settle = 5_000
const idle = 60_000

/** What a daemon is like while nothing happens, with one repository of this size and default intervals. */
const scenarioOf = (name, title, unit, goals, figure) => ({
  name,
  title,
  unit,
  rounds: () => 1,
  warmUp: 0,
  goals,
  lanes: async ({ folder, size }) => {
    const place = await clone(await seed(join(folder, 'seed.git'), size), join(folder, 'ours'))
    const running = daemon([place], ['--fetch-interval', 'off'])
    await running.type('WatchStarted')
    await sleep(settle)
    return [{ who: 'gitsync', round: () => figure(running.pid), leave: running.stop }]
  },
})

export const memory = scenarioOf(
  'memory',
  'Memory of a daemon at rest',
  'MB',
  { 100_000: [{ most: 150 }] },
  memoryOf,
)

export const descriptors = scenarioOf(
  'descriptors',
  'Files that a daemon at rest holds open',
  'files',
  {},
  descriptorsOf,
)

export const processor = scenarioOf(
  'idle',
  'Processor of a daemon at rest, over a minute',
  '%',
  { 1000: [{ most: 0.2 }], 10_000: [{ most: 0.2 }] },
  async (pid) => {
    const before = await processorOf(pid)
    await sleep(idle)
    return (100 * ((await processorOf(pid)) - before)) / idle
  },
)
