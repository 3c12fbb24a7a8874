import { posix } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'

const two = (n: number): string => String(n).padStart(2, '0')

/** What four digits of a year hold; at their end a day is left for what is later. */
const first = Date.parse('0000-01-01T00:00:00Z') / 1000
const last = Date.parse('9999-12-31T00:00:00Z') / 1000

/** `YYYYMMDD-HHMMSS`, UTC. @param seconds since the epoch */
const stampOf = (seconds: number, later: number): string => {
  const within = Math.min(Math.max(seconds, first), last)
  const at = new Date((within + later) * 1000)
  const day = `${String(at.getUTCFullYear()).padStart(4, '0')}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
  return `${day}-${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}`
}

/** What file systems allow for one name, in bytes. */
const nameBound = 255

/** The longest beginning of a text that fits, with no character cut in two. */
const fitting = (text: string, bytes: number): string => {
  let used = 0
  let end = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    end += character.length
  }
  return text.slice(0, end)
}

/**
 * A name with a mark in it, as long as a file system allows: where it would be longer, the end of NAME is left out, then
 * that of EXT.
 */
export const markedName = (name: string, mark: string, ext: string): string => {
  const end = fitting(ext, nameBound - mark.length - 1)
  return `${fitting(name, nameBound - mark.length - Buffer.byteLength(end))}${mark}${end}`
}

/**
 * Where the version that lost is kept: `NAME.sync-conflict-YYYYMMDD-HHMMSS-XXXXXXX.EXT`. A function of
 * commit and content alone, so that every machine which resolves the same conflict makes the same tree.
 *
 * @param seconds committer time of the losing commit, since the epoch
 * @param blob of the losing version
 * @param later seconds more, where another file has the name
 */
export const conflictCopyPath = (
  path: RepoPath,
  seconds: number,
  blob: Oid,
  later = 0,
): RepoPath => {
  const { dir, name, ext } = posix.parse(path)
  const mark = `.sync-conflict-${stampOf(seconds, later)}-${blob.slice(0, 7)}`
  const copy = markedName(name, mark, ext)
  return dir === '' ? copy : `${dir}/${copy}`
}

/** What the name of a conflict copy tells. */
export interface ConflictName {
  /** Whose copy it is; its beginning alone, where the name had to be shortened. */
  readonly origin: RepoPath
  /** Of the losing commit, seconds since the epoch. */
  readonly seconds: number
  /** First seven digits of the losing blob. */
  readonly blob: string
}

const shape =
  /^(?<name>.*)\.sync-conflict-(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)-(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)-(?<blob>[0-9a-f]{7})(?<ext>\.[^.]*)?$/su

/** The way back from `conflictCopyPath`; null for any other name. */
export const parseConflictName = (path: RepoPath): ConflictName | null => {
  const { dir, base } = posix.parse(path)
  const found = shape.exec(base)?.groups
  if (found === undefined) return null
  const { name = '', year, month, day, hour, minute, second, blob = '', ext = '' } = found
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(time)) return null
  const origin = `${name}${ext}`
  if (origin === '') return null
  return { origin: dir === '' ? origin : `${dir}/${origin}`, seconds: time / 1000, blob }
}

/** Whether a copy's name may be a shortened one: its origin has a longer name then. */
export const isShortened = (copy: RepoPath): boolean =>
  // A character that did not fit takes four bytes at the most, in each of the two parts.
  Buffer.byteLength(posix.basename(copy)) > nameBound - 8
