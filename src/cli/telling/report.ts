import { basename } from 'node:path'
import type { SyncOutcome } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { codeOf, exitCode, worst } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson, tell } from '../asked/global-options.js'

/** Prints outcomes beside the log, and keeps what each repository ends with. */
export interface Report {
  readonly print: (outcome: SyncOutcome) => void
  /** What the worst off of them ends with; one that did not settle needs a person. */
  readonly code: () => ExitCode
}

/** What the log leaves to be said: it tells what was done, and what is the matter once. */
const lineFor = (outcome: SyncOutcome, halted: boolean): string | null => {
  if (outcome.type !== 'CycleSettled') return null
  const name = basename(outcome.repo)
  if (outcome.outcome === 'up-to-date') return `${name}: up to date`
  return outcome.outcome === 'halted' && !halted
    ? `${name}: waits for a person, as its log has told`
    : null
}

export const openReport = (options: GlobalOptions): Report => {
  const codes = new Map<string, ExitCode>()
  const halted = new Set<string>()
  return {
    print: (outcome) => {
      if (options.json === true) printJson(outcome)
      if (outcome.type === 'Halted') halted.add(outcome.repo)
      const line = lineFor(outcome, halted.has(outcome.repo))
      if (line !== null) tell(options, line)
      const code = codeOf(outcome)
      if (code !== null) codes.set(outcome.repo, code)
      else if (!codes.has(outcome.repo)) codes.set(outcome.repo, exitCode.person)
    },
    code: () => worst(codes.values()),
  }
}
