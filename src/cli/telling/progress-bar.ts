import { basename } from 'node:path'
import cliTruncate from 'cli-truncate'
import type { RepositoryProgress } from '../../index.js'
import { printable } from '../../printable.js'

/** What is over sooner is not worth a line. */
const leastMs = 1_000

const cells = 24

const verbs = { fetch: 'fetching', push: 'pushing' } as const

/** One line: `Notes: pushing ████████░░░░ 45% Writing objects`. */
export const barOf = ({ repo, progress }: RepositoryProgress, columns: number): string => {
  if (progress === null) return ''
  const { operation, phase, percent } = progress
  const full = Math.round((percent / 100) * cells)
  const bar = '█'.repeat(full) + '░'.repeat(cells - full)
  const name = printable(basename(repo))
  const line = `${name}: ${verbs[operation]} ${bar} ${String(percent).padStart(3)}% ${printable(phase)}`
  // The last column is left free: a terminal may begin a new line after it.
  return cliTruncate(line, Math.max(1, columns - 1))
}

const erase = '\r\u001b[K'

/** The stream that people see, and how wide it is. */
export type Terminal = Pick<NodeJS.WriteStream, 'write' | 'columns'>

/** Draws the transfer that was heard of last; whatever else is written there takes the bar away first. */
export const openBar = (
  terminal: Terminal,
  now: () => number = Date.now,
): ((told: RepositoryProgress) => void) => {
  const write = terminal.write.bind(terminal)
  const began = new Map<string, number>()
  let shownOf: string | null = null
  const clear = (): void => {
    if (shownOf !== null) write(erase)
    shownOf = null
  }
  const afterIt = (...args: Parameters<typeof write>): boolean => {
    clear()
    return write(...args)
  }
  terminal.write = afterIt as typeof write
  return (told) => {
    const { repo, progress } = told
    if (progress === null) {
      began.delete(repo)
      if (shownOf === repo) clear()
      return
    }
    const since = began.get(repo) ?? now()
    began.set(repo, since)
    if (now() - since < leastMs) return
    write(erase + barOf(told, terminal.columns > 0 ? terminal.columns : 80))
    shownOf = repo
  }
}
