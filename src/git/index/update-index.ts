import { rm } from 'node:fs/promises'
import type { RepoPath } from '../../actors/outcome.js'
import { bytesOf } from '../files/byte-name.js'
import { filtering } from '../program/filtering.js'
import { runGit, withoutHooks } from '../program/git-program.js'
import type { HeldIndex } from './index-copy.js'
import type { Repository } from '../repository.js'
import type { Version } from '../merge/resolve.js'

const nul = Buffer.from([0])

/** Paths as git reads them with `-z --stdin`. */
export const pathList = (paths: readonly RepoPath[]): Buffer =>
  Buffer.concat(paths.flatMap((path) => [bytesOf(path), nul]))

/** One path as the index is to have it; null: not at all. */
export interface Wanted {
  readonly path: RepoPath
  readonly version: Version | null
}

const noOid = '0'.repeat(40)

/** Entries as `git update-index -z --index-info` reads them. */
export const entryList = (entries: readonly Wanted[]): Buffer =>
  Buffer.concat(
    entries.flatMap(({ path, version }) => {
      const info = `${(version?.mode ?? 0).toString(8)} ${version?.oid ?? noOid}\t`
      return [Buffer.from(info), bytesOf(path), nul]
    }),
  )

/** What `git update-index` is to do: take what stands at the paths, forget them, or take entries as they are told. */
export type Taking = 'present' | 'gone' | 'told'

/** libgit2 reads no index of which a part is elsewhere. */
export const wholeIndex = ['-c', 'core.splitIndex=false', '-c', 'index.sparse=false'] as const

const update = [...wholeIndex, 'update-index'] as const

/** The arguments for that, with the list on standard input. */
export const taking: Readonly<Record<Taking, readonly string[]>> = {
  present: [...update, '--add', '--remove', '--replace', '-z', '--stdin'],
  gone: [...update, '--force-remove', '-z', '--stdin'],
  told: [...update, '--replace', '-z', '--index-info'],
}

/**
 * What counts as big goes straight into one pack, where it needs no conversion: a file for each would take longer. git
 * flushes packs by itself; flushing in batches too, it would lose the pack (git 2.39).
 */
const packed = ['-c', 'core.bigFileThreshold=1', '-c', 'core.fsyncMethod=fsync'] as const

/** Paths for one pack: git compares each object with all that it packed before in the same run. */
const usualPerPack = 16_384

/**
 * Bytes that glibc keeps at hand: git takes a quarter of a megabyte to compress each object and gives it back, which a half of
 * the time went into.
 */
const kept = { MALLOC_TOP_PAD_: String(16 * 1024 * 1024) } as const

const onCopy = async (
  repository: Repository,
  { file }: HeldIndex,
  args: readonly string[],
  stdin: Buffer,
  env: NodeJS.ProcessEnv = {},
): Promise<boolean> => {
  try {
    const run = { ...filtering(repository, { ...env, GIT_INDEX_FILE: file }), stdin }
    return (await runGit([...withoutHooks, ...args], run)).code === 0
  } catch (error) {
    // A git that was cut short leaves its lock of our copy, which nobody else would take away.
    await rm(`${file}.lock`, { force: true })
    throw error
  }
}

const run = async (
  repository: Repository,
  held: HeldIndex,
  kind: Taking,
  stdin: Buffer,
): Promise<boolean> => stdin.length === 0 || onCopy(repository, held, taking[kind], stdin)

/**
 * `git update-index` runs the filters that libgit2 does not know, and takes names that are no UTF-8. It writes
 * the index file, all of the paths or none: libgit2's view of it must be read anew.
 */
export const updateIndex = (
  repository: Repository,
  held: HeldIndex,
  kind: Exclude<Taking, 'told'>,
  paths: readonly RepoPath[],
): Promise<boolean> => run(repository, held, kind, pathList(paths))

/**
 * Takes many paths at once, which come to the disk in a few packs; and writes the trees of it all, which libgit2 would
 * write one by one. libgit2's view must be read anew, also where not all of the paths could be taken.
 */
export const addInBulk = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly RepoPath[],
  perPack = usualPerPack,
): Promise<boolean> => {
  const add = [...packed, ...taking.present]
  for (let start = 0; start < paths.length; start += perPack) {
    const turn = pathList(paths.slice(start, start + perPack))
    if (!(await onCopy(repository, held, add, turn, kept))) return false
  }
  await onCopy(repository, held, [...wholeIndex, 'write-tree'], Buffer.alloc(0))
  return true
}

/** Brings entries into the index that libgit2 has in memory, by way of its file. */
export const setEntries = async (
  repository: Repository,
  held: HeldIndex,
  entries: readonly Wanted[],
): Promise<boolean> => {
  if (entries.length === 0) return true
  await held.index.write()
  const taken = await run(repository, held, 'told', entryList(entries))
  await held.index.read(1)
  return taken
}
