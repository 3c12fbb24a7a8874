import type { BigIntStats } from 'node:fs'
import type { RepoPath } from '../../actors/outcome.js'
import { isByteName } from '../files/byte-name.js'
import type { GitIndexEntry, GitTime } from '../git-objects.js'
import type { HeldIndex } from '../index/index-copy.js'
import { entryOf } from '../index/index-entry.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { inSlices, toEnd } from '../slices.js'
import type { Wanted } from '../index/update-index.js'
import { setEntries } from '../index/update-index.js'
import { withheldIn } from '../index/withheld.js'
import type { FileState } from './file-state.js'
import { isUntouched } from './file-state.js'
import type { Item } from './move.js'
import { statOf } from './stands.js'

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
  held: HeldIndex,
  items: readonly Item[],
  written: readonly ReadonlyMap<RepoPath, FileState>[],
): Promise<void> => {
  const { index } = held
  const entries = items.map(({ delta: { path, to } }): Wanted => ({ path, version: to }))
  const named = entries.filter(({ path }) => !isByteName(path))
  const withheld = await withheldIn(
    index,
    named.map(({ path }) => path),
  )
  for (const { path, version } of named) if (version === null) await index.removeByPath(path)
  if (
    !(await setEntries(
      repository,
      held,
      entries.filter(({ path }) => isByteName(path)),
    ))
  )
    throw failure('unexpected', 'git update-index failed for names that are no UTF-8.')
  const added = inSlices(named, ({ path, version }) => {
    if (version === null) return null
    const entry = { ...entryOf(path, version), ...withheld.get(path) }
    const own = written.find((states) => states.has(path))?.get(path)
    const stat = own === undefined ? null : statOf(repository, path)
    const vouched = own !== undefined && stat !== null && isUntouched(own, stat)
    return index.add(vouched ? withStat(entry, stat) : entry)
  })
  await toEnd(added)
}
