import { join } from 'node:path'
import { shell } from '../command.mjs'
import { gitsync } from '../gitsync.mjs'
import { clone, seed } from '../repository.mjs'

const passes = {
  gitsync: async (folder) => (await gitsync(['once', folder, '-q'])).ms,
  'git status + ls-remote': (cwd) =>
    shell('git status --porcelain && git ls-remote -q origin', { cwd }),
}

export const once = {
  name: 'once',
  title: 'A pass with nothing to do, start of the process included',
  unit: 'ms',
  rounds: () => 10,
  warmUp: 1,
  goals: { 10_000: [{ against: 'git status + ls-remote', most: 2 }] },
  lanes: async ({ folder, size }) => {
    const remote = await seed(join(folder, 'seed.git'), size)
    const lanes = []
    for (const [n, [who, pass]] of Object.entries(passes).entries()) {
      const place = await clone(remote, join(folder, `clone-${n}`))
      lanes.push({ who, round: () => pass(place) })
    }
    return lanes
  },
}
