import type { Context, Input } from './context.js'
import { decideCommand } from './decide-command.js'
import { decideReport } from './decide-report.js'
import type { RepoEvent } from './events.js'
import type { RepoState } from './state.js'

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
    case 'Squashed':
    case 'Integrated':
    case 'PushDone':
    case 'PushRefused':
    case 'Failed':
    case 'Underway':
      return decideReport(input, state, context)
    default:
      return input satisfies never
  }
}
