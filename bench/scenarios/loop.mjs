import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from '../command.mjs'
import { clone, seed } from '../repository.mjs'

const child = fileURLToPath(new URL('../loop-child.mjs', import.meta.url))

const edits = '20'

export const loop = {
  name: 'loop',
  title: 'How late timers of the same process are, p99, over start and 20 edits',
  unit: 'ms',
  rounds: () => 3,
  warmUp: 0,
  goals: { 1000: [{ most: 20 }], 10_000: [{ most: 20 }], 100_000: [{ most: 20 }] },
  lanes: async ({ folder, size }) => {
    const place = await clone(await seed(join(folder, 'seed.git'), size), join(folder, 'ours'))
    const run = () => command(process.execPath, [child, place, String(size), edits])
    return [{ who: 'gitsync', round: async () => Number((await run()).stdout) }]
  },
}
