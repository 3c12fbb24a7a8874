import { everything } from './changes.js'
import type { RepoCommand } from './commands.js'
import type { RepoEvent } from './events.js'
import type { Trigger } from './outcome.js'
import { hasReason, withReason, withoutReason } from './pause.js'
import { begin } from './settle.js'
import type { RepoState } from './state.js'
import { isBusy } from './state.js'

/** A timer that knows nothing new does not cut a growing delay short; it joins the retry that was told. */
const waits: Readonly<Record<Trigger, boolean>> = {
  'fetch-due': true,
  rescan: true,
  'worktree-changed': false,
  retry: false,
  startup: false,
  manual: false,
}

/**
 * Answers a command. During a cycle it is noted and takes effect at the next step boundary, so that
 * any number of triggers give exactly one more cycle and none is lost.
 */
export const decideCommand = (command: RepoCommand, state: RepoState): readonly RepoEvent[] => {
  if (state.phase === 'stopped') return []
  switch (command.type) {
    case 'Sync': {
      const { trigger, changes } = command
      if (isBusy(state)) return [{ type: 'SyncRequested', trigger, changes }]
      switch (state.phase) {
        case 'paused':
          return []
        case 'backing-off': {
          const requested: RepoEvent = { type: 'SyncRequested', trigger, changes }
          return waits[trigger]
            ? [requested]
            : [requested, { type: 'StepStarted', step: 'inspect' }]
        }
        case 'idle':
        case 'halted':
          return begin(command)
        default:
          return state satisfies never
      }
    }
    case 'Pause': {
      const { reason, until } = command
      if (isBusy(state)) return [{ type: 'PauseRequested', reason, until }]
      const known = state.phase === 'paused' ? state.reasons : []
      return hasReason(known, command)
        ? []
        : [{ type: 'Paused', reasons: withReason(known, command) }]
    }
    case 'Resume': {
      const requested: RepoEvent = { type: 'ResumeRequested', reason: command.reason }
      if (isBusy(state)) return [requested]
      if (state.phase !== 'paused') return []
      const reasons = withoutReason(state.reasons, command.reason)
      if (reasons.length === state.reasons.length) return []
      return reasons.length > 0
        ? [requested, { type: 'Paused', reasons }]
        : [requested, { type: 'Unpaused' }, ...begin({ trigger: 'manual', changes: everything })]
    }
    case 'Stop':
      return isBusy(state)
        ? [{ type: 'StopRequested', when: command.when }]
        : [{ type: 'StopRequested', when: command.when }, { type: 'Stopped' }]
    default:
      return command satisfies never
  }
}
