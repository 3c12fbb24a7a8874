import { git, shell } from '../command.mjs'

/** git-sync commits everything, asks the remote and pushes, all in one: it cannot be had without its talk. */
export const gitSync = {
  prepare: async (folder) => {
    await git(folder, 'config', 'branch.main.sync', 'true')
    await git(folder, 'config', 'branch.main.syncNewFiles', 'true')
  },
  save: (cwd) => shell(`"$GIT_SYNC"`, { cwd }),
}
