import { isDeepStrictEqual } from 'node:util'
import type { Edit, Node } from 'jsonc-parser'
import { applyEdits, findNodeAtLocation, parseTree } from 'jsonc-parser'

type Values = Readonly<Record<string, unknown>>

/** On one line, with the blanks that people write. */
const onOneLine = (value: Values): string => {
  const pairs = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}: ${JSON.stringify(one)}`,
  )
  return `{ ${pairs.join(', ')} }`
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

/** What an item's line begins with, where nothing but blanks stands before it on that line. */
const indentOf = (text: string, { offset }: Node): string | null => {
  const before = text.slice(0, offset)
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1)
  return /^[ \t]+$/.test(line) ? line : null
}

const after = ({ offset, length }: Node, content: string): Edit => ({
  offset: offset + length,
  length: 0,
  content,
})

const inPlaceOf = ({ offset, length }: Node, content: string): Edit => ({ offset, length, content })

/** One more item, on a line of its own where the last one has one. */
const append = (text: string, repos: Node, repo: Values): Edit => {
  const last = repos.children?.at(-1)
  const eol = eolOf(text)
  if (last === undefined) return inPlaceOf(repos, `[${eol}    ${onOneLine(repo)}${eol}  ]`)
  const indent = indentOf(text, last)
  return after(
    last,
    indent === null ? `, ${onOneLine(repo)}` : `,${eol}${indent}${onOneLine(repo)}`,
  )
}

/** The first repository of a config that has no list of them yet. */
const begin = (text: string, root: Node, repo: Values): Edit => {
  const eol = eolOf(text)
  const more = (root.children ?? []).length > 0
  const content = `${eol}  "repos": [${eol}    ${onOneLine(repo)}${eol}  ]${more ? ',' : eol}`
  return { offset: root.offset + 1, length: 0, content }
}

/** The keys of a repository that is there already, each replaced or added. */
const change = (text: string, found: Node, repo: Values): readonly Edit[] => {
  const known = (found.children ?? []).at(-1)
  const added: string[] = []
  const replaced: Edit[] = []
  for (const [key, value] of Object.entries(repo)) {
    const node = findNodeAtLocation(found, [key])
    if (node === undefined) added.push(`${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    else if (text.slice(node.offset, node.offset + node.length) !== JSON.stringify(value))
      replaced.push(inPlaceOf(node, JSON.stringify(value)))
  }
  if (added.length === 0 || known === undefined) return replaced
  const indent = indentOf(text, known)
  const before = indent === null ? ', ' : `,${eolOf(text)}${indent}`
  return [...replaced, after(known, added.map((pair) => `${before}${pair}`).join(''))]
}

/** Whether this text says this: a key that is given twice means its last to JSON, and its first to an editor of trees. */
const says = (text: string, wanted: unknown): boolean => {
  try {
    return isDeepStrictEqual(JSON.parse(text), wanted)
  } catch {
    return false
  }
}

/**
 * The text of a config with one more repository, or with these keys for the one at `index`. The rest of the text stays
 * as it is, byte by byte. Null where that cannot be told from the text.
 */
export const withRepository = (text: string, index: number | null, repo: Values): string | null => {
  const root = parseTree(text)
  if (root?.type !== 'object') return null
  const repos = findNodeAtLocation(root, ['repos'])
  const stated = JSON.parse(text) as Values
  const list: readonly unknown[] = Array.isArray(stated.repos) ? stated.repos : []
  const found = index === null ? undefined : findNodeAtLocation(root, ['repos', index])
  const edits =
    found !== undefined
      ? change(text, found, repo)
      : [repos === undefined ? begin(text, root, repo) : append(text, repos, repo)]
  const wanted = {
    ...stated,
    repos:
      index === null
        ? [...list, repo]
        : list.map((one, n) => (n === index ? { ...(one as Values), ...repo } : one)),
  }
  const edited = applyEdits(text, [...edits])
  return says(edited, wanted) ? edited : null
}

/** A config of these repositories alone. */
export const newConfig = (repos: readonly Values[]): string =>
  `{\n  "repos": [\n${repos.map((repo) => `    ${onOneLine(repo)}`).join(',\n')}\n  ]\n}\n`
