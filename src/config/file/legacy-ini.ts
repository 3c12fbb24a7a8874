import { literally } from '../value/expand.js'
import { faultRead, valueRead } from '../value/reading.js'
import type { Reading } from '../value/reading.js'

/** Where the reader stands, and what it has read: values by section and key, `gitsync.work_dir`. */
interface Cursor {
  readonly section: string
  readonly key: string | null
  /** Of the line with the key. */
  readonly indent: number
  readonly sections: readonly string[]
  readonly values: Readonly<Record<string, string>>
}

const start: Cursor = { section: '', key: null, indent: 0, sections: [], values: {} }

/** One line, as Python's configparser takes it: what is indented deeper than its key goes on with the value. */
const read = (cursor: Cursor, line: string): Cursor => {
  const { key, values, sections } = cursor
  const text = line.replace(/\s;.*$/, '').trim()
  if (text === '' || /^[#;]/.test(text)) return cursor
  const indent = line.search(/\S/)
  if (key !== null && indent > cursor.indent)
    return { ...cursor, values: { ...values, [key]: `${values[key] ?? ''}\n${text}` } }
  const [, section] = /^\[([^\]]+)\]/.exec(text) ?? []
  if (section !== undefined)
    return { ...cursor, section, sections: [...sections, section], key: null }
  const [, name, value = ''] = /^([^=:]+)[=:](.*)$/.exec(text) ?? []
  if (name === undefined) return cursor
  const full = `${cursor.section}.${name.trim().toLowerCase()}`
  return { ...cursor, key: full, indent, values: { ...values, [full]: value.trim() } }
}

const quoted = /(?<=^|[\s,])(?:"[^"]*"|'[^']*')/g

/** Commas and lines separate where there is a comma, and blanks alone otherwise; quotes hold either back. */
const pathsIn = (list: string): readonly string[] => {
  const commas = list.replace(quoted, '').includes(',')
  const items = commas
    ? list.match(/"[^"]*"|'[^']*'|[^\s,][^,\n]*/g)
    : list.match(/"[^"]*"|'[^']*'|\S+/g)
  return (items ?? []).map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2')).filter(Boolean)
}

const remedy = 'write [gitsync] and below it work_dir = /path/of/a/repository, /path/of/another'

/** The work trees that a config of the Python gitsync names. Its `%%` stands for a %, and a $ for itself. */
export const legacyPaths = (text: string): Reading<readonly string[]> => {
  const { sections, values } = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .reduce(read, start)
  const list = values['gitsync.work_dir'] ?? values['DEFAULT.work_dir']
  if (!sections.includes('gitsync')) return faultRead(`has no section [gitsync]; ${remedy}`)
  if (list === undefined) return faultRead(`has no work_dir in [gitsync]; ${remedy}`)
  const paths = pathsIn(list).map((path) => literally(path.replaceAll('%%', '%')))
  return paths.length === 0 ? faultRead(`has an empty work_dir; ${remedy}`) : valueRead(paths)
}
