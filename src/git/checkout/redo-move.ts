import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictKept } from '../../actors/outcome.js'
import { filtersOf } from '../attributes.js'
import { orAbsent } from '../error-code.js'
import type { HeldIndex, IndexCopy } from '../index-copy.js'
import type { GitIndex } from '../git-objects.js'
import { readBranch, readRef } from '../position.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'
import { keepAside } from './keep-aside.js'
import type { Move } from './move.js'
import { deltasOf, moveBranch } from './move-branch.js'
import { forgetMove, readMove } from './move-journal.js'
import { surveyByContent } from './survey.js'

/** Whether a version that was set aside is the one the old index vouches for; published, the index vouches for none. */
const isOld = async (index: GitIndex, delta: TreeDelta, file: string): Promise<boolean> => {
  const entry = index.getByPath(delta.path)
  if (entry === undefined || entry.id.tostrS() !== delta.from?.oid.tostrS()) return true
  const stat = await lstat(file, { bigint: true })
  const seconds = BigInt(entry.mtime.seconds)
  return (
    stat.mtimeNs === seconds * 1_000_000_000n + BigInt(entry.mtime.nanoseconds) &&
    stat.size === BigInt(entry.fileSize)
  )
}

/** What the killed run had set aside: an edit among it was not yet kept under a name. */
const keepEdits = async (
  repository: Repository,
  { index }: HeldIndex,
  deltas: readonly TreeDelta[],
): Promise<readonly ConflictKept[]> => {
  const folder = join(repository.ownDir, 'aside')
  const facts: ConflictKept[] = []
  for (const name of (await orAbsent(readdir(folder))) ?? []) {
    const delta = deltas[Number(name)]
    if (delta === undefined || (await isOld(index, delta, join(folder, name)))) continue
    const now = Math.floor(Date.now() / 1000)
    const { copy, blob } = await keepAside(repository, join(folder, name), delta.path, now)
    const theirs = delta.to?.oid.tostrS() ?? null
    facts.push({ type: 'ConflictKept', path: delta.path, copy, ours: blob, theirs })
  }
  return facts
}

const redo = async (repository: Repository, held: HeldIndex, move: Move): Promise<void> => {
  const branch = await readBranch(repository.git).catch(() => null)
  const head = (await readRef(repository.git, `refs/heads/${move.branch}`))?.tostrS() ?? null
  // A person has gone on from here by hand: what is on disk is theirs, and is committed as it is.
  const left = branch !== move.branch || (head !== move.from && head !== move.to)
  const deltas = await deltasOf(repository, move)
  await keepEdits(repository, held, deltas)
  if (left) {
    await forgetMove(repository)
    return
  }
  const filterOf = await filtersOf(repository, (path) => held.index.getByPath(path) !== undefined)
  const found = await surveyByContent(repository, deltas, filterOf)
  await moveBranch(repository, held, move, deltas, found)
}

/** Finishes a move that a kill cut short, before anything else looks at the work tree. @throws GitFailure `locked` */
export const redoMove = async (repository: Repository, indexCopy: IndexCopy): Promise<void> => {
  const move = await readMove(repository)
  if (move === null) {
    await forgetMove(repository)
    return
  }
  await indexCopy.locked((held) => redo(repository, held, move))
}
