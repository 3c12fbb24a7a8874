import { basename } from 'node:path'
import cliTruncate from 'cli-truncate'
import type { RepositoryProgress } from '../../index.js'
import { printable } from '../../printable.js'

/** What is over sooner is not worth a line. */
const leastMs = 1_000

const cells = 24

const verbs = { fetch: 'fetching', push: 'pushing', checkout: 'checking out' } as const

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

/** A transfer that goes on, and whether it does for so long that it is shown. */
interface Shown {
  readonly wait: NodeJS.Timeout
  latest: RepositoryProgress
  isDue: boolean
}

/** Draws the transfer that was heard of last; whatever else is written there takes the bar away first. */
export const openBar = (terminal: Terminal): ((told: RepositoryProgress) => void) => {
  const write = terminal.write.bind(terminal)
  const transfers = new Map<string, Shown>()
  let shownOf: string | null = null
  const clear = (): void => {
    if (shownOf !== null) write(erase)
    shownOf = null
  }
  const draw = (told: RepositoryProgress): void => {
    write(erase + barOf(told, terminal.columns > 0 ? terminal.columns : 80))
    shownOf = told.repo
  }
  const begin = (told: RepositoryProgress): Shown => {
    // Of a large file alone, git tells nothing more until it has it.
    const wait = setTimeout(() => {
      one.isDue = true
      draw(one.latest)
    }, leastMs)
    wait.unref()
    const one: Shown = { wait, latest: told, isDue: false }
    transfers.set(told.repo, one)
    return one
  }
  const end = (repo: string): void => {
    clearTimeout(transfers.get(repo)?.wait)
    transfers.delete(repo)
    if (shownOf === repo) clear()
  }
  const afterIt = (...args: Parameters<typeof write>): boolean => {
    clear()
    return write(...args)
  }
  terminal.write = afterIt as typeof write
  return (told) => {
    if (told.progress === null) {
      end(told.repo)
      return
    }
    const one = transfers.get(told.repo) ?? begin(told)
    one.latest = told
    if (one.isDue) draw(told)
  }
}
