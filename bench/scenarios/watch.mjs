import { join } from 'node:path'
import { shell } from '../command.mjs'
import { daemon } from '../gitsync.mjs'
import { clone, seed } from '../repository.mjs'

const flags = ['--fetch-interval', 'off', '--no-push']

const start = async (folder) => {
  const from = performance.now()
  const running = daemon([folder], flags)
  const { readAt } = await running.type('WatchStarted')
  await running.stop()
  return readAt - from
}

/** The goal is 1.5 × `git status` and a second; the second stands in the lane. */
const look = async (cwd) => 1.5 * (await shell('git status --porcelain', { cwd })) + 1000

export const watch = {
  name: 'watch',
  title: 'Time to WatchStarted, start of the process included',
  unit: 'ms',
  rounds: () => 3,
  warmUp: 1,
  goals: { 100_000: [{ against: '1.5 git status + 1 s', most: 1 }] },
  lanes: async ({ folder, size }) => {
    const remote = await seed(join(folder, 'seed.git'), size)
    const places = [await clone(remote, join(folder, 'a')), await clone(remote, join(folder, 'b'))]
    return [
      { who: 'gitsync', round: () => start(places[0]) },
      { who: '1.5 git status + 1 s', round: () => look(places[1]) },
    ]
  },
}
