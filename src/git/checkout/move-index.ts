import type { BigIntStats } from 'node:fs'
import type { RepoPath } from '../../actors/outcome.js'
import type { GitIndex, GitIndexEntry, GitTime } from '../git-objects.js'
import { entryOf } from '../merge.js'
import type { Repository } from '../repository.js'
import type { Item } from './move.js'
import { isSameFile, statOf } from './survey.js'

const timeOf = (ns: bigint): GitTime => ({
  seconds: Number(ns / 1_000_000_000n),
  nanoseconds: Number(ns % 1_000_000_000n),
})

/** The index keeps 32 bits of each. */
const word = (n: bigint): number => Number(BigInt.asUintN(32, n))

const withStat = (entry: GitIndexEntry, stat: BigIntStats): GitIndexEntry => ({
  ...entry,
  fileSize: word(stat.size),
  dev: word(stat.dev),
  ino: word(stat.ino),
  uid: word(stat.uid),
  gid: word(stat.gid),
  ctime: timeOf(stat.ctimeNs),
  mtime: timeOf(stat.mtimeNs),
})

/**
 * Brings the index to the new versions. An entry gets its file's stat only where the file is the one that was
 * put there, as it was before anybody could write to it; the others are without one, so that git compares
 * their content when it looks next.
 */
export const moveIndex = async (
  repository: Repository,
  index: GitIndex,
  items: readonly Item[],
  written: ReadonlyMap<RepoPath, BigIntStats>,
): Promise<void> => {
  for (const { delta } of items) if (delta.to === null) await index.removeByPath(delta.path)
  for (const { delta } of items) {
    if (delta.to === null) continue
    const { path, to } = delta
    const entry = entryOf(path, { oid: to.oid.tostrS(), mode: to.mode })
    const own = written.get(path)
    const stat = own === undefined ? null : await statOf(repository, path)
    const vouched = own !== undefined && stat !== null && isSameFile(own, stat)
    await index.add(vouched ? withStat(entry, stat) : entry)
  }
}
