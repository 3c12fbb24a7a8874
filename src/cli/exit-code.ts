import type { Preview, SyncOutcome } from '../index.js'

/** CONTRACT 2. */
export const exitCode = { well: 0, person: 1, usage: 2, offline: 75 } as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Worst first. */
const ranked: readonly ExitCode[] = [
  exitCode.usage,
  exitCode.person,
  exitCode.offline,
  exitCode.well,
]

export const worst = (codes: Iterable<ExitCode>): ExitCode => {
  const found = new Set(codes)
  return ranked.find((code) => found.has(code)) ?? exitCode.well
}

/** What one outcome says of its repository; null where it says nothing. */
export const codeOf = (outcome: SyncOutcome): ExitCode | null => {
  if (outcome.type !== 'CycleSettled') return null
  switch (outcome.outcome) {
    case 'halted':
      return exitCode.person
    case 'offline':
      return exitCode.offline
    case 'up-to-date':
    case 'committed':
    case 'pushed':
    case 'pulled':
    case 'merged':
      return exitCode.well
    default:
      return outcome.outcome satisfies never
  }
}

export const codeOfPreview = (preview: Preview): ExitCode => {
  const problem = preview.type === 'Previewed' ? preview.remote : preview.problem
  if (problem === null) return exitCode.well
  const { kind } = problem
  return kind === 'network' || kind === 'timeout' ? exitCode.offline : exitCode.person
}
