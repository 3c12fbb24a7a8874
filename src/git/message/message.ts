import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import type { MessageToken } from '../../actors/settings.js'

export type ChangeKind = 'added' | 'modified' | 'deleted'

export interface TreeChange {
  readonly kind: ChangeKind
  readonly path: RepoPath
}

/** What a message template may name. */
export interface MessageFacts {
  readonly host: string
  readonly user: string
  /** ISO 8601. */
  readonly date: string
  readonly branch: string
  readonly changes: readonly TreeChange[]
  /** Lines added and removed by file, as `git diff --stat` has it; empty where the template does not ask for it. */
  readonly diffstat?: string
}

/** Columns of a subject line, as git's own convention has it. */
const subjectBound = 72

/** Paths that `{{files}}` lists before it says how many more there are. */
const listBound = 100

/** Changes that the body of the default message lists. */
const bodyBound = 30

const verbs: Readonly<Record<ChangeKind, string>> = {
  added: 'Add',
  modified: 'Update',
  deleted: 'Delete',
}

const countOf = (changes: readonly TreeChange[], kind: ChangeKind): number =>
  changes.filter((change) => change.kind === kind).length

/** The deepest folder that holds every path; empty at the top. */
const commonFolder = (paths: readonly RepoPath[]): string => {
  const [first = [], ...others] = paths.map((path) => posix.dirname(path).split('/'))
  const depth = first.findIndex((part, n) => others.some((other) => other[n] !== part))
  const shared = depth === -1 ? first : first.slice(0, depth)
  return shared.filter((part) => part !== '.').join('/')
}

const printable = (path: string): string => path.replace(/\p{Cc}+/gu, ' ').trim()

const shorten = (text: string): string => {
  const points = Array.from(text)
  return points.length <= subjectBound ? text : `${points.slice(0, subjectBound - 1).join('')}…`
}

/** The end of a path says most: its first folders are left out where it is too long for a subject. */
export const subjectOf = (verb: string, path: string): string => {
  const whole = `${verb} ${path}`
  if (Array.from(whole).length <= subjectBound) return whole
  const parts = path.split('/')
  const ends = parts.slice(1).map((_, n) => `${verb} …/${parts.slice(n + 1).join('/')}`)
  return ends.find((end) => Array.from(end).length <= subjectBound) ?? shorten(whole)
}

/** A subject that says something: “Update todo.md”, “Add 3 and update 2 files in papers/”. */
export const summaryOf = (changes: readonly TreeChange[]): string => {
  const [only] = changes
  if (only === undefined) return 'Update files'
  if (changes.length === 1) return subjectOf(verbs[only.kind], printable(only.path))
  const parts = (['added', 'modified', 'deleted'] as const)
    .map((kind) => ({ kind, count: countOf(changes, kind) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }, n) => {
      const verb = verbs[kind]
      return `${n === 0 ? verb : verb.toLowerCase()} ${String(count)}`
    })
  const list =
    parts.length < 3 ? parts.join(' and ') : parts.join(', ').replace(/, (?=[^,]*$)/, ' and ')
  const folder = commonFolder(changes.map(({ path }) => path))
  const last = parts.at(-1)?.endsWith(' 1') === true
  const where = folder === '' ? '' : ` in ${printable(folder)}/`
  return shorten(`${list} ${last ? 'file' : 'files'}${where}`)
}

const listOf = (
  changes: readonly TreeChange[],
  bound: number,
  line: (change: TreeChange) => string,
): string => {
  const lines = changes.slice(0, bound).map(line)
  const more = changes.length - lines.length
  return (more > 0 ? [...lines, `and ${String(more)} more`] : lines).join('\n')
}

const fileList = (changes: readonly TreeChange[]): string =>
  listOf(changes, listBound, ({ path }) => printable(path))

/** What the body of the default message says: “add a.md”, a line each. */
export const listChanges = (changes: readonly TreeChange[]): string =>
  listOf(changes, bodyBound, ({ kind, path }) => `${verbs[kind].toLowerCase()} ${printable(path)}`)

/** The key of the trailer that names the machine of a commit, for git’s own `%(trailers:key=…)`. */
const trailerKey = 'Synced-by'

/** The machine's name, as `git log --format` tells it of a commit; nothing where it has none. */
export const trailerFormat = `%(trailers:key=${trailerKey},valueonly,separator=%x2C)`

export const syncedBy = (host: string): string => `${trailerKey}: ${printable(host)}`

/** Whether a template is the default, which says no more than the subject: body and trailer are added to it alone. */
export const isPlain = (template: string): boolean => /^\s*\{\{\s*summary\s*\}\}\s*$/.test(template)

export const asksForDiffstat = (template: string): boolean =>
  /\{\{\s*diffstat\s*\}\}/.test(template)

/** Fills the template; an unknown token is left as it stands. Ends in a line feed and is never empty. */
export const renderMessage = (template: string, facts: MessageFacts): string => {
  const { host, user, date, branch, changes, diffstat = '' } = facts
  const values: Readonly<Record<MessageToken, () => string>> = {
    summary: () => summaryOf(changes),
    host: () => host,
    user: () => user,
    date: () => date,
    branch: () => branch,
    count: () => String(changes.length),
    added: () => String(countOf(changes, 'added')),
    modified: () => String(countOf(changes, 'modified')),
    deleted: () => String(countOf(changes, 'deleted')),
    files: () => fileList(changes),
    diffstat: () => diffstat,
  }
  const isToken = (name: string): name is MessageToken => Object.hasOwn(values, name)
  const text = template
    .replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
      isToken(name) ? values[name]() : whole,
    )
    .trim()
  return `${text === '' ? summaryOf(changes) : text}\n`
}
