import { posix } from 'node:path'
import type { RepoPath } from '../actors/outcome.js'
import type { MessageToken } from '../actors/settings.js'

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
}

/** Columns of a subject line, as git's own convention has it. */
const subjectBound = 72

/** Paths that `{{files}}` lists before it says how many more there are. */
const listBound = 100

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

/** A subject that says something: “Update todo.md”, “Add 3 and update 2 files in papers/”. */
export const summaryOf = (changes: readonly TreeChange[]): string => {
  const [only] = changes
  if (only === undefined) return 'Update files'
  if (changes.length === 1) return shorten(`${verbs[only.kind]} ${printable(only.path)}`)
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

const fileList = (changes: readonly TreeChange[]): string => {
  const lines = changes.slice(0, listBound).map(({ path }) => printable(path))
  const more = changes.length - lines.length
  return (more > 0 ? [...lines, `and ${String(more)} more`] : lines).join('\n')
}

/** Fills the template; an unknown token is left as it stands. Ends in a line feed and is never empty. */
export const renderMessage = (template: string, facts: MessageFacts): string => {
  const { host, user, date, branch, changes } = facts
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
  }
  const isToken = (name: string): name is MessageToken => Object.hasOwn(values, name)
  const text = template
    .replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
      isToken(name) ? values[name]() : whole,
    )
    .trim()
  return `${text === '' ? summaryOf(changes) : text}\n`
}
