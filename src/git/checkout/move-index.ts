import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { orAbsent } from '../error-code.js'
import type { GitIndex, GitIndexEntry, GitTime } from '../git-objects.js'
import { entryOf } from '../merge.js'
import type { Repository } from '../repository.js'
import type { Item } from './swap.js'
import { statOf } from './survey.js'

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

/** Whether the file on disk is the one that was rendered, so that its stat may vouch for its content. */
const isRendered = async (rendered: string, path: string, stat: BigIntStats): Promise<boolean> => {
  const own = await orAbsent(lstat(join(rendered, path), { bigint: true }))
  return own !== null && own.ino === stat.ino && own.mtimeNs === stat.mtimeNs
}

/**
 * Brings the index to the new tree. An entry gets its file's stat only where the file is ours to vouch for;
 * the others are without one, so that git compares their content when it looks next.
 */
export const moveIndex = async (
  repository: Repository,
  index: GitIndex,
  rendered: string,
  items: readonly Item[],
): Promise<void> => {
  for (const { delta } of items) if (delta.to === null) await index.removeByPath(delta.path)
  for (const { delta } of items) {
    if (delta.to === null) continue
    const { path, to } = delta
    const entry = entryOf(path, { oid: to.oid.tostrS(), mode: to.mode })
    const stat = await statOf(repository, path)
    const vouched = stat !== null && (await isRendered(rendered, path, stat))
    await index.add(vouched ? withStat(entry, stat) : entry)
  }
}
