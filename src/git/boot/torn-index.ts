import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import { areThere } from '../commit/garbage.js'
import type { GitIndex, GitIndexEntry, GitTree } from '../git-objects.js'
import type { HeldIndex } from '../index/index-copy.js'
import { openIndexCopy } from '../index/index-copy.js'
import { entryOf } from '../index/index-entry.js'
import { fileMode, libgit2, orNull } from '../libgit2.js'
import { orAbsent } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { treeOf } from '../tree/tree-changes.js'
import { entryAt } from '../tree/tree-edit.js'

/** What libgit2 says of an empty file, of a piece, and of one with zeros in place of what came after. */
const sayings = /no longer exists|invalid data in index|mandatory extension: '\W*'/

const isTorn = (file: string): Promise<boolean> =>
  libgit2.Index.open(file).then(
    () => false,
    (error: unknown) => error instanceof Error && sayings.test(error.message),
  )

const readHead = async (git: Repository['git']): Promise<GitTree | null> => {
  const oid = await orNull(libgit2.Reference.nameToId(git, 'HEAD'))
  return treeOf(git, oid?.tostrS() ?? null)
}

/** git writes its index without a flush: what no program can read goes aside, and HEAD's files are taken for known. */
const rebuild = async (repository: Repository, aside: string): Promise<void> => {
  const file = join(repository.gitDir, 'index')
  if (!(await isTorn(file))) return
  await mkdir(aside, { recursive: true })
  await rename(file, join(aside, 'index'))
  const head = await readHead(repository.git)
  if (head === null) return
  await (
    await openIndexCopy(repository)
  ).locked(async (held) => {
    await held.index.readTree(head)
    await held.publish([])
  })
}

/** Entries looked at between two turns of the event loop: some milliseconds. */
const slice = 1024

const entriesOf = async (
  index: GitIndex,
  oids: ReadonlySet<Oid>,
): Promise<readonly GitIndexEntry[]> => {
  const found: GitIndexEntry[] = []
  for (let n = 0; n < index.entryCount(); n += 1) {
    const entry = index.getByIndex(n)
    if (entry.mode !== fileMode.commit && oids.has(entry.id.tostrS())) found.push(entry)
    if (n % slice === slice - 1) await setImmediate()
  }
  return found
}

const forget = async (
  repository: Repository,
  held: HeldIndex,
  torn: ReadonlySet<Oid>,
): Promise<void> => {
  const { index } = held
  if (index.hasConflicts()) return
  const named = await entriesOf(index, torn)
  if (named.length === 0) return
  const head = await readHead(repository.git)
  for (const { path, id } of named) {
    if (await areThere(repository, [id.tostrS()])) continue
    const version = head === null ? null : await entryAt(head, path)
    if (version === null || version.mode === fileMode.tree) await index.removeByPath(path)
    else await index.add(entryOf(path, version))
  }
  await held.publish([])
}

/** What was staged and whose content is torn is looked at anew: no commit can be made of it, and the file is still there. */
const forgetTorn = async (repository: Repository, aside: string): Promise<void> => {
  const torn = new Set((await orAbsent(readdir(aside))) ?? [])
  if (torn.size === 0) return
  await (await openIndexCopy(repository)).locked((held) => forget(repository, held, torn))
}

/**
 * Has an index that can be read, and whose content is there.
 *
 * @param aside the folder that torn objects were moved to; a torn index goes there too
 * @throws GitFailure `locked`
 */
export const mendIndex = async (repository: Repository, aside: string): Promise<void> => {
  await rebuild(repository, aside)
  await forgetTorn(repository, aside)
}
