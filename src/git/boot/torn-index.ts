import { mkdir, readdir, rename } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { RepoPath } from '../../actors/outcome.js'
import { areThere } from '../commit/garbage.js'
import type { GitIndex, GitIndexEntry, GitTree } from '../git-objects.js'
import type { HeldIndex, IndexCopy } from '../index/index-copy.js'
import { entryOf } from '../index/index-entry.js'
import { fileMode, libgit2, orNull } from '../libgit2.js'
import { orAbsent } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { treeOf } from '../tree/tree-changes.js'
import type { Version } from '../tree/version.js'
import { entryAt } from '../tree/tree-edit.js'

/** What libgit2 says of an empty file, of a piece, and of one with zeros in place of what came after. */
const sayings = /no longer exists|invalid data in index|mandatory extension: '\W*'/

const isTorn = (indexCopy: IndexCopy): Promise<boolean> =>
  indexCopy.refresh().then(
    () => false,
    (error: unknown) => error instanceof Error && sayings.test(error.message),
  )

const readHead = async (git: Repository['git']): Promise<GitTree | null> => {
  const oid = await orNull(libgit2.Reference.nameToId(git, 'HEAD'))
  return treeOf(git, oid?.tostrS() ?? null)
}

/** git writes its index without a flush: what no program can read goes aside, and HEAD's files are taken for known. */
const rebuild = async (
  repository: Repository,
  indexCopy: IndexCopy,
  aside: string,
): Promise<void> => {
  if (!(await isTorn(indexCopy))) return
  await mkdir(aside, { recursive: true })
  await rename(join(repository.gitDir, 'index'), join(aside, 'index'))
  const head = await readHead(repository.git)
  if (head === null) return
  await indexCopy.locked(async (held) => {
    await held.index.readTree(head)
    await held.publish([])
  })
}

/** Entries looked at between two turns of the event loop: some milliseconds. */
const slice = 1024

interface Looked {
  /** Entries whose content is gone. */
  readonly torn: readonly GitIndexEntry[]
  /** One more of each folder. */
  readonly first: readonly GitIndexEntry[]
  readonly paths: readonly RepoPath[]
}

const lookThrough = async ({ commonDir }: Repository, index: GitIndex): Promise<Looked> => {
  const database = await libgit2.Odb.open(join(commonDir, 'objects'))
  const torn: GitIndexEntry[] = []
  const paths: RepoPath[] = []
  const first = new Map<string, GitIndexEntry>()
  for (let n = 0; n < index.entryCount(); n += 1) {
    const entry = index.getByIndex(n)
    paths.push(entry.path)
    const folder = posix.dirname(entry.path)
    const isThere = entry.mode === fileMode.commit || database.existsExt(entry.id, 0) === 1
    if (!isThere) torn.push(entry)
    else if (!first.has(folder)) first.set(folder, entry)
    if (n % slice === slice - 1) await setImmediate()
  }
  return { torn, first: [...first.values()], paths }
}

/** What HEAD has there, if that is whole. */
const versionIn = async (
  repository: Repository,
  head: GitTree | null,
  path: RepoPath,
): Promise<Version | null> => {
  const version = head === null ? null : await entryAt(head, path)
  if (version === null || version.mode === fileMode.tree) return null
  return (await areThere(repository, [version.oid])) ? version : null
}

const forget = async (repository: Repository, held: HeldIndex): Promise<void> => {
  const { index } = held
  if (index.hasConflicts()) return
  const { torn, first, paths } = await lookThrough(repository, index)
  // The index knows trees, which may be torn as well: it forgets those of whatever is added.
  for (const entry of first) await index.add(entry)
  const head = await readHead(repository.git)
  for (const { path } of torn) {
    const version = await versionIn(repository, head, path)
    if (version === null) await index.removeByPath(path)
    else await index.add(entryOf(path, version))
  }
  // A new index is younger than all edits: of each file it is asked whether it may vouch for it.
  await held.publish(paths)
}

/** What was staged and whose content is torn is looked at anew: no commit can be made of it, and the file is still there. */
const forgetTorn = async (
  repository: Repository,
  indexCopy: IndexCopy,
  aside: string,
): Promise<void> => {
  const torn = (await orAbsent(readdir(aside))) ?? []
  if (torn.length === 0) return
  await indexCopy.locked((held) => forget(repository, held))
}

/**
 * Has an index that can be read, and whose content is there.
 *
 * @param aside the folder that torn objects were moved to; a torn index goes there too
 * @throws GitFailure `locked`
 */
export const mendIndex = async (
  repository: Repository,
  indexCopy: IndexCopy,
  aside: string,
): Promise<void> => {
  await rebuild(repository, indexCopy, aside)
  await forgetTorn(repository, indexCopy, aside)
}
