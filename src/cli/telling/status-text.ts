import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { RepositoryState, RepositoryStatus, SkippedPath } from '../../index.js'
import { lengthOfTime, relativeTime } from './relative-time.js'
import type { Screen } from './terminal.js'
import { printable } from '../../printable.js'
import { shownPath } from './terminal.js'

type Colour = 'green' | 'cyan' | 'yellow' | 'red'

const states: Readonly<Record<RepositoryState, readonly [label: string, colour: Colour]>> = {
  'up-to-date': ['up to date', 'green'],
  syncing: ['syncing', 'cyan'],
  pending: ['not synced', 'yellow'],
  paused: ['paused', 'yellow'],
  retrying: ['trying again', 'yellow'],
  offline: ['offline', 'yellow'],
  halted: ['halted', 'red'],
}

const nothing = '–'

/** A branch without a commit is level with nothing. */
const remoteOf = ({ head, ahead, behind }: RepositoryStatus): string => {
  if (head === null || ahead === null || behind === null) return nothing
  const parts = [ahead > 0 ? `↑${String(ahead)}` : '', behind > 0 ? `↓${String(behind)}` : '']
  return parts.join(' ').trim() || 'level'
}

const cellsOf = (status: RepositoryStatus, screen: Screen): readonly string[] => {
  const { repo, branch, state, since, dirty, lastSync, nextTry } = status
  return [
    shownPath(repo, screen),
    printable(branch ?? nothing),
    states[state][0],
    since === null ? nothing : lengthOfTime(since, screen.now),
    remoteOf(status),
    dirty === null || dirty === 0 ? nothing : String(dirty),
    lastSync === null ? 'never' : relativeTime(lastSync, screen.now, 'past'),
    nextTry === null ? nothing : relativeTime(nextTry, screen.now, 'future'),
  ]
}

const titles = [
  'REPOSITORY',
  'BRANCH',
  'STATE',
  'FOR',
  'REMOTE',
  'CHANGES',
  'LAST SYNC',
  'NEXT TRY',
]

const gap = '  '

/** Columns that may be cut, and to what; the end of a path tells more than its beginning. */
const flexible = [
  { column: 0, least: 16, position: 'start' },
  { column: 1, least: 8, position: 'middle' },
] as const

/** As wide as what is in them, the flexible ones less what the screen lacks; null where it lacks too much. */
const widthsOf = (
  rows: readonly (readonly string[])[],
  columns: number,
): readonly number[] | null => {
  const widths = titles.map((_, n) => Math.max(...rows.map((row) => stringWidth(row[n] ?? ''))))
  let lacking =
    widths.reduce((sum, width) => sum + width, 0) + gap.length * (titles.length - 1) - columns
  for (const { column, least } of flexible) {
    const width = widths[column] ?? 0
    const cut = Math.min(Math.max(0, lacking), Math.max(0, width - least))
    widths[column] = width - cut
    lacking -= cut
  }
  return lacking > 0 ? null : widths
}

const fitted = (text: string, column: number, width: number): string => {
  const position = flexible.find((one) => one.column === column)?.position ?? 'end'
  const short = cliTruncate(text, width, { position })
  return short + ' '.repeat(Math.max(0, width - stringWidth(short)))
}

/** As many lines as the screen needs, a word that is too long in parts. */
const wrapped = (text: string, columns: number, first = '', others = first): readonly string[] => {
  const width = columns - stringWidth(first)
  const lines = Number.isFinite(width)
    ? wrapAnsi(text, Math.max(2, width), { hard: true }).split('\n')
    : [text]
  return lines.map((line, n) => (n === 0 ? first : others) + line)
}

/** What it waits for, and the remedy on a line of its own. */
const problemLines = (
  { problem }: RepositoryStatus,
  { columns, colours }: Screen,
): readonly string[] => {
  if (problem === null) return []
  const { kind, message, remedy } = problem
  return [
    ...wrapped(printable(`${kind}: ${message}`), columns, gap),
    ...wrapped(printable(remedy), columns, `${gap}→ `, `${gap}  `).map(colours.bold),
  ]
}

/** As many as a person takes in beside the rest. */
const firstFew = 3

const whyOf = ({ reason, rule, line }: SkippedPath): string =>
  rule === undefined || line === undefined ? reason : `${reason}: ${rule}, line ${String(line)}`

/** What is not synced though everything else is, with the remedies. */
const skippedLines = (
  { skipped }: RepositoryStatus,
  { columns, colours }: Screen,
): readonly string[] => {
  if (skipped === null || skipped.length === 0) return []
  const count = skipped.length
  const inner = gap + gap
  const more = count - firstFew
  return [
    ...wrapped(
      count === 1 ? '1 path is left out:' : `${String(count)} paths are left out:`,
      columns,
      gap,
    ),
    ...skipped
      .slice(0, firstFew)
      .flatMap((one) => [
        ...wrapped(printable(`${one.path} (${whyOf(one)})`), columns, inner),
        ...wrapped(printable(one.remedy), columns, `${inner}→ `, `${inner}  `).map(colours.bold),
      ]),
    ...(more > 0 ? wrapped(`and ${String(more)} more: gitsync status --json`, columns, inner) : []),
  ]
}

const tableOf = (
  statuses: readonly RepositoryStatus[],
  widths: readonly number[],
  screen: Screen,
): readonly string[] => {
  const lineOf = (cells: readonly string[], paint: (cell: string, column: number) => string) =>
    cells
      .map((cell, n) => paint(fitted(cell, n, widths[n] ?? 0), n))
      .join(gap)
      .trimEnd()
  const { colours } = screen
  return [
    lineOf(titles, colours.dim),
    ...statuses.flatMap((status) => [
      lineOf(cellsOf(status, screen), (cell, column) =>
        column === 2 ? colours[states[status.state][1]](cell) : cell,
      ),
      ...problemLines(status, screen),
      ...skippedLines(status, screen),
    ]),
  ]
}

/** Where a table has no room. */
const blockOf = (status: RepositoryStatus, screen: Screen): readonly string[] => {
  const [repo = '', branch, state = '', since = '', remote, changes, last, next] = cellsOf(
    status,
    screen,
  )
  const { columns, colours } = screen
  const facts = { branch, remote, changes, 'last sync': last, 'next try': next }
  const told = Object.entries(facts)
    .filter(([, fact]) => fact !== nothing)
    .map(([name, fact]) => `${name}: ${fact}`)
  return [
    cliTruncate(repo, columns, { position: 'start' }),
    gap + colours[states[status.state][1]](state) + (since === nothing ? '' : ` for ${since}`),
    ...wrapped(told.join(', '), columns, gap),
    ...problemLines(status, screen),
    ...skippedLines(status, screen),
  ]
}

const holderOf = ({ daemon }: RepositoryStatus, { host }: Screen): string => {
  if (daemon === null) return ''
  const where = daemon.host === host ? '' : ` on ${daemon.host}`
  return `running (pid ${String(daemon.pid)}${where})`
}

/** Which process syncs what, or that none does. */
const daemonLines = (statuses: readonly RepositoryStatus[], screen: Screen): readonly string[] => {
  const named = (some: readonly RepositoryStatus[]): string =>
    some.map(({ repo }) => shownPath(repo, screen)).join(', ')
  const idle = statuses.filter(({ daemon }) => daemon === null)
  const busy = statuses.filter(({ daemon }) => daemon !== null)
  const holders = [...new Set(busy.map((status) => holderOf(status, screen)))]
  const running = holders.map((holder) =>
    holders.length === 1
      ? holder
      : `${holder} for ${named(busy.filter((status) => holderOf(status, screen) === holder))}`,
  )
  const without = busy.length === 0 ? 'not running' : `none for ${named(idle)}`
  const parts = [...running, ...(idle.length === 0 ? [] : [without])]
  return wrapped(`daemon: ${parts.join('; ')}`, screen.columns)
}

/** The repositories for people: a table where it has room, else a block for each. */
export const statusText = (statuses: readonly RepositoryStatus[], screen: Screen): string => {
  if (statuses.length === 0) return 'The config names no repository.'
  const rows = [titles, ...statuses.map((status) => cellsOf(status, screen))]
  const widths = widthsOf(rows, screen.columns)
  const lines =
    widths === null
      ? statuses.flatMap((status) => blockOf(status, screen))
      : tableOf(statuses, widths, screen)
  return [...lines, ...daemonLines(statuses, screen)].join('\n')
}
