import type { BigIntStats } from 'node:fs'
import type { GitIndexEntry, GitTime } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import type { Version } from '../tree/version.js'

/** An entry without a stat: nobody has seen this file on disk yet. */
export const entryOf = (path: string, { oid, mode }: Version): GitIndexEntry => {
  const never = { seconds: 0, nanoseconds: 0 }
  return {
    path,
    id: libgit2.Oid.fromString(oid),
    mode,
    flags: 0,
    flagsExtended: 0,
    fileSize: 0,
    dev: 0,
    ino: 0,
    uid: 0,
    gid: 0,
    ctime: never,
    mtime: never,
  }
}

/** What an entry says of its path, less what was seen of the file. */
export const versionOf = (entry: GitIndexEntry): Version => ({
  oid: entry.id.tostrS(),
  mode: entry.mode,
})

const timeOf = ({ seconds, nanoseconds }: GitTime): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)

/** When the file had last been written to, as the index saw it: nanoseconds since the epoch; 0: nobody has seen it. */
export const seenAt = ({ mtime }: GitIndexEntry): bigint => timeOf(mtime)

/** When anything about the file had last been changed, as the index saw it. Nobody can set it. */
export const changedAt = ({ ctime }: GitIndexEntry): bigint => timeOf(ctime)

/** Whether both times of a file are as the index saw them. The second of them nobody can set. */
export const isAsSeen = (
  { mtime, ctime }: GitIndexEntry,
  { mtimeNs, ctimeNs }: Pick<BigIntStats, 'mtimeNs' | 'ctimeNs'>,
): boolean => mtimeNs === timeOf(mtime) && ctimeNs === timeOf(ctime)
