import type { Commit, World } from '../support/world.js'
import { newWorld } from '../support/world.js'
import type { Plan } from './plan.js'

/** One remote with a repository on each machine. A push is compared with what the remote has at that moment. */
export const worldsOf = ({ machines, remote }: Plan): readonly World[] => {
  const { head, files, commits, remote: first } = newWorld(remote)
  let branch: Commit | null = first ?? null
  return Array.from({ length: machines }, () => ({
    ...newWorld('empty'),
    files: new Map(files),
    head,
    tracking: head,
    commits,
    get remote() {
      return branch
    },
    set remote(tip) {
      branch = tip ?? null
    },
  }))
}
