import type { Fact } from './outcome.js'
import type { Problem } from './problem.js'
import { redact } from '../redact.js'

const ofProblem = ({ kind, message, remedy }: Problem): Problem => ({
  kind,
  message: redact(message),
  remedy: redact(remedy),
})

/**
 * What is told without the secrets in what somebody said: a server, a program, a thrown error. The journal, the log,
 * `--json` and a subscriber are all told this. Names and messages of commits are what is in the repository, and stay.
 */
export const withoutSecrets = (fact: Fact): Fact => {
  switch (fact.type) {
    case 'OperationFailed':
    case 'Halted':
      return { ...fact, problem: ofProblem(fact.problem) }
    case 'HookFailed':
    case 'PushRejected':
      return { ...fact, message: redact(fact.message) }
    case 'WatchDegraded':
      return { ...fact, reason: redact(fact.reason), remedy: redact(fact.remedy) }
    case 'CommitCreated':
    case 'CommitsSquashed':
    case 'ConflictKept':
    case 'CycleSettled':
    case 'CycleStarted':
    case 'FastForwarded':
    case 'MergeCommitted':
    case 'PathSkipped':
    case 'Paused':
    case 'Pushed':
    case 'RemoteFetched':
    case 'Resumed':
    case 'Stopped':
    case 'Unpaused':
    case 'WatchStarted':
      return fact
    default:
      return fact satisfies never
  }
}
