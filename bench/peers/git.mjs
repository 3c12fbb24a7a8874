import { git, shell } from '../command.mjs'

const record = 'git add -A && git commit -qm edit'

/** git with what it has for large work trees. */
const tune = async (folder) => {
  await git(folder, 'config', 'core.untrackedCache', 'true')
  await git(folder, 'config', 'feature.manyFiles', 'true')
  await git(folder, 'update-index', '--index-version', '4', '--untracked-cache')
}

/** git on the disk before it says so, as gitsync is; by default it is not. */
const synced = `export GIT_CONFIG_COUNT=2 \\
  GIT_CONFIG_KEY_0=core.fsync GIT_CONFIG_VALUE_0=objects,derived-metadata,reference,index \\
  GIT_CONFIG_KEY_1=core.fsyncMethod GIT_CONFIG_VALUE_1=batch`

/** `git add -A && git commit`: as it is, tuned, and synced. */
export const gitLanes = [
  { who: 'git', prepare: () => undefined, save: (cwd) => shell(record, { cwd }) },
  { who: 'git, tuned', prepare: tune, save: (cwd) => shell(record, { cwd }) },
  {
    who: 'git, synced',
    prepare: () => undefined,
    save: (cwd) => shell(`${synced}; ${record}`, { cwd }),
  },
]
