import type { Problem } from '../../actors/problem.js'
import { redact } from '../../redact.js'

/** What is looked at once a machine, and told first, in this order. */
export const machineChecks = [
  'config',
  'node',
  'libgit2',
  'git',
  'journal',
  'git-lfs',
  'watches',
  'watch-instances',
] as const

/** What is looked at in each repository, in the order in which it is told. */
export const repositoryChecks = [
  'repository',
  'instance',
  'branch',
  'identity',
  'signing',
  'hooks',
  'disk',
  'remote',
  'credential',
  'host-key',
  'reachable',
  'push',
] as const

/** What is told of the machine last, since remotes have a say in it. */
export const lastChecks = ['clock'] as const

export type CheckName =
  (typeof machineChecks)[number] | (typeof repositoryChecks)[number] | (typeof lastChecks)[number]

/** `fail`: gitsync cannot do its work; `warn`: it can, and something may come of it. */
export type CheckLevel = 'ok' | 'warn' | 'fail'

/** One line of `gitsync doctor`. */
export interface Check {
  /** Absolute path of the work tree; null where the whole machine is meant. */
  readonly repo: string | null
  readonly check: CheckName
  readonly level: CheckLevel
  readonly message: string
  /** Null where nothing need be done. */
  readonly remedy: string | null
}

/** What a judgement says; whom it is about is added. */
export type Verdict = Omit<Check, 'repo'>

export const ok = (check: CheckName, message: string): Verdict => ({
  check,
  level: 'ok',
  message,
  remedy: null,
})

/** What could not be looked at, or need not be. */
export const skipped = (check: CheckName, reason: string): Verdict =>
  ok(check, `not checked: ${reason}`)

export const warn = (check: CheckName, message: string, remedy: string): Verdict => ({
  check,
  level: 'warn',
  message,
  remedy,
})

export const fail = (check: CheckName, message: string, remedy: string): Verdict => ({
  check,
  level: 'fail',
  message,
  remedy,
})

export const failedBy = (check: CheckName, { kind, message, remedy }: Problem): Verdict =>
  fail(check, `${kind}: ${message}`, remedy)

/** The only way to a line, and so the place where what is secret goes. */
export const checkOf = (
  repo: string | null,
  { check, level, message, remedy }: Verdict,
): Check => ({
  repo,
  check,
  level,
  message: redact(message),
  remedy: remedy === null ? null : redact(remedy),
})
