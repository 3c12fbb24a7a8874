import type { GitConfigSnapshot, GitRepository } from './git-objects.js'
import { orNull } from './libgit2.js'

type Values = Map<string, Promise<string | null>>

const snapshots = new WeakMap<GitRepository, Promise<GitConfigSnapshot>>()
const values = new WeakMap<GitConfigSnapshot, Values>()

/** Of the repository, its user and the machine; the same one until it is forgotten, as at the beginning of each step. */
export const configOf = (git: GitRepository): Promise<GitConfigSnapshot> => {
  const known = snapshots.get(git)
  if (known !== undefined) return known
  const taken = git.config().then((config) => config.snapshot())
  snapshots.set(git, taken)
  // One that could not be read may be readable the next time.
  taken.catch(() => snapshots.delete(git))
  return taken
}

/** What was set since is seen from now on. */
export const forgetConfig = (git: GitRepository): void => {
  snapshots.delete(git)
}

export const readConfig = (config: GitConfigSnapshot, key: string): Promise<string | null> => {
  const read: Values = values.get(config) ?? new Map<string, Promise<string | null>>()
  values.set(config, read)
  const known = read.get(key) ?? orNull(config.getStringBuf(key))
  read.set(key, known)
  return known
}
