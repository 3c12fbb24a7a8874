import type { RepoCommand } from './commands.js'
import { decideCommand } from './decide-command.js'
import { decideReport } from './decide-report.js'
import type { RepoEvent } from './events.js'
import type { WatchDegraded, WatchStarted } from './outcome.js'
import type { Policy } from './plan.js'
import type { Report } from './reports.js'
import type { RepoState } from './state.js'

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

/** What happens upon an input. Pure and total: a command may be refused by no event, a report is always recorded. */
export const decide = (input: Input, state: RepoState, context: Context): readonly RepoEvent[] => {
  switch (input.type) {
    case 'Sync':
    case 'Pause':
    case 'Resume':
    case 'Stop':
      return decideCommand(input, state)
    case 'WatchStarted':
    case 'WatchDegraded':
      return state.phase === 'stopped' ? [] : [input]
    case 'Inspected':
    case 'Committed':
    case 'Fetched':
    case 'Integrated':
    case 'PushDone':
    case 'PushRefused':
    case 'Failed':
      return decideReport(input, state, context)
    default:
      return input satisfies never
  }
}
