import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { git, shell } from '../command.mjs'
import { gitsync } from '../gitsync.mjs'
import { writeFiles } from '../repository.mjs'

const saves = {
  gitsync: async (folder) => (await gitsync(['once', folder, '-q'])).ms,
  'gitsync, guarded': async (folder) => (await gitsync(['once', folder, '-q', '--guard', 'on'])).ms,
  git: (cwd) => shell('git add -A && git commit -qm all', { cwd }),
}

/** Files, and a repository that knows none of them yet. */
const fresh = async (folder, size) => {
  await git('/', 'init', '-q', folder)
  await writeFiles(folder, size)
}

export const firstCommit = {
  name: 'first-commit',
  title: 'First commit of everything, start of the process included',
  unit: 'ms',
  rounds: (size) => (size >= 100_000 ? 2 : 5),
  warmUp: 0,
  goals: { 100_000: [{ against: 'git', most: 1 }] },
  lanes: ({ folder, size }) =>
    Object.entries(saves).map(([who, save]) => ({
      who,
      round: async (n) => {
        const place = join(folder, `${who}-${n}`)
        await fresh(place, size)
        const ms = await save(place)
        await rm(place, { recursive: true })
        return ms
      },
    })),
}
