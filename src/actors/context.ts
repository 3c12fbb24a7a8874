import type { RepoCommand } from './commands.js'
import type { WatchDegraded, WatchStarted } from './outcome.js'
import type { Policy } from './plan.js'
import type { Report } from './reports.js'

/** Time, chance and the owner's wishes, as arguments. */
export interface Context {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** In [0, 1). */
  readonly random: number
  readonly policy: Policy
}

/** Whatever reaches the mailbox: what is asked for, what an operation brought, what the watcher says of itself. */
export type Input = RepoCommand | Report | WatchStarted | WatchDegraded
