import type { Refused } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson } from '../asked/global-options.js'
import { printable } from '../../printable.js'

const two = (n: number): string => String(n).padStart(2, '0')

/** For people, in their own time zone: `2026-11-22 17:12:59`. */
export const localTime = (iso: string): string => {
  const at = new Date(iso)
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** Where something was made, and by whom. */
export const madeBy = (machine: string | null, author: string | null): string => {
  if (machine === null) return author ?? 'unknown'
  return author === null ? machine : `${machine} (${author})`
}

export const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}

const refusalLines = ({ problem }: Refused): string =>
  `gitsync: ${printable(problem.message)}\n${printable(problem.remedy)}\n`

/** A place that no repository is at cannot be meant; whatever else is refused, a person can settle. */
const codeOfRefusal = ({ problem }: Refused): ExitCode =>
  problem.kind === 'not-a-repository' ? exitCode.usage : exitCode.person

/** What came of a command that changes something, and what the program is to exit with. */
export const tellDone = <T extends { readonly type: string }>(
  result: T | Refused,
  options: GlobalOptions,
  lines: (done: T) => readonly string[],
): ExitCode => {
  if (options.json === true) printJson(result)
  if (isRefused(result)) {
    if (options.json !== true) process.stderr.write(refusalLines(result))
    return codeOfRefusal(result)
  }
  if (options.json !== true) print(lines(result))
  return exitCode.well
}

const isRefused = (result: { readonly type: string }): result is Refused =>
  result.type === 'Refused'

/** The same for commands that only look: what they throw is a refusal. */
export const tellProblem = (error: unknown, options: GlobalOptions): ExitCode => {
  if (!(error instanceof Error && 'problem' in error)) throw error
  const problem = error.problem as Refused['problem']
  return tellDone<Refused>({ type: 'Refused', problem }, options, () => [])
}

/** Commits by their first digits, as git shows them. */
export const short = (oid: string): string => oid.slice(0, 7)

interface Changed {
  readonly oid: string | null
  readonly saved: string | null
  readonly kept: readonly string[]
}

/** What every change tells: its commit, what was saved before, what was written meanwhile. */
export const changedLines = ({ oid, saved, kept }: Changed): readonly string[] => [
  ...(saved === null ? [] : [`What was not committed yet is in ${short(saved)}.`]),
  ...(oid === null ? ['Nothing to do: it is so already.'] : [`Commit ${short(oid)}.`]),
  ...kept.map((copy) => `Somebody wrote meanwhile: kept as ${printable(copy)}.`),
]
