import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { daemon } from '../gitsync.mjs'
import { gitLanes } from '../peers/git.mjs'
import { gitSync } from '../peers/git-sync.mjs'
import { gitwatch, lackOfGitwatch } from '../peers/gitwatch.mjs'
import { clone, fileAt, seed } from '../repository.mjs'

/** Milliseconds. */
const debounce = 50

const flags = ['--debounce', `${debounce}ms`, '--max-wait', '10s', '--fetch-interval', 'off']

/** A program that runs for each save: the time of the run. */
const perSave = async (stage, { who, prepare, save }, name) => {
  const folder = await clone(stage.seed, join(stage.folder, name))
  await prepare(folder)
  return {
    who,
    round: async (n) => {
      await stage.edit(folder, n)
      return save(folder)
    },
  }
}

const ours = async (stage, who, guard) => {
  const folder = await clone(stage.seed, join(stage.folder, `guard-${guard}`))
  const running = daemon([folder], [...flags, '--no-push', '--guard', guard])
  await running.type('WatchStarted')
  return {
    who,
    round: async (n) => {
      const from = performance.now()
      await stage.edit(folder, n)
      const { readAt } = await running.type('CommitCreated', from)
      await running.type('CycleSettled', readAt)
      return readAt - from - debounce
    },
    leave: running.stop,
  }
}

const watching = async (stage) => {
  const folder = await clone(stage.seed, join(stage.folder, 'gitwatch'))
  const { save, leave } = await gitwatch(folder)
  return { who: 'gitwatch', round: (n) => save(() => stage.edit(folder, n)), leave }
}

export const edit = {
  name: 'edit',
  title: 'One edit to its commit, less the wait for quiet',
  unit: 'ms',
  rounds: (size) => (size >= 100_000 ? 10 : 20),
  warmUp: 2,
  goals: {
    1000: [{ most: 15 }],
    10_000: [{ against: 'git', most: 0.5 }],
    100_000: [{ against: 'git', most: 0.2 }],
  },
  lanes: async ({ folder, size, missing }) => {
    const stage = {
      folder,
      seed: await seed(join(folder, 'seed.git'), size),
      edit: (at, n) => appendFile(join(at, fileAt((n * 131) % size)), `Edit ${n}\n`),
    }
    const lanes = [await ours(stage, 'gitsync', 'off'), await ours(stage, 'gitsync, guarded', 'on')]
    for (const [n, lane] of gitLanes.entries()) lanes.push(await perSave(stage, lane, `git-${n}`))
    const gitwatchLacks = await lackOfGitwatch()
    if (gitwatchLacks !== null) missing('gitwatch', gitwatchLacks)
    else lanes.push(await watching(stage))
    if ((process.env.GIT_SYNC ?? '') === '') missing('git-sync', 'GIT_SYNC names no script')
    else lanes.push(await perSave(stage, { who: 'git-sync', ...gitSync }, 'git-sync'))
    return lanes
  },
}
