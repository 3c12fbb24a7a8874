import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import type { ConflictKept, Oid } from '../../actors/outcome.js'
import { filtersOf } from '../attributes.js'
import { exactDeltas } from '../exact-deltas.js'
import type { HeldIndex } from '../index-copy.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem.js'
import { readRef } from '../position.js'
import type { Repository } from '../repository.js'
import { isBelowAny } from '../resolve.js'
import { isSafePath } from '../safe-path.js'
import type { TreeDelta } from '../tree-changes.js'
import { diffTrees, treeOf } from '../tree-changes.js'
import type { Item, Move } from './move.js'
import { forgetMove, writeMove } from './move-journal.js'
import { moveIndex } from './move-index.js'
import { render, renderedIn } from './render.js'
import { markStep } from '../step-mark.js'
import type { Found } from './survey.js'
import { removeAll, writeAll } from './swap.js'
import { keepLateEdits } from './take-away.js'
import type { Swap } from './way.js'

export interface Moved {
  readonly files: number
  readonly kept: readonly ConflictKept[]
}

/** @throws GitFailure before anything is touched */
const refuseUnsafe = (deltas: readonly TreeDelta[], to: Oid): void => {
  const written = new Set(deltas.flatMap(({ path, to: entry }) => (entry === null ? [] : [path])))
  const unsafe = [...written].find((path) => !isSafePath(path) || isBelowAny(path, written))
  if (unsafe !== undefined)
    throw failure(
      'unexpected',
      `Commit ${to} of the remote holds the path ${JSON.stringify(unsafe)}, which would be written outside the work tree or into .git.`,
      'Remove that path on the remote; nothing of this commit was checked out.',
    )
}

export const deltasOf = async (
  repository: Repository,
  { from, to }: Pick<Move, 'from' | 'to'>,
): Promise<readonly TreeDelta[]> => {
  const [old, fresh] = await Promise.all([treeOf(repository.git, from), treeOf(repository.git, to)])
  const deltas = await exactDeltas(
    repository,
    from,
    to,
    await diffTrees(repository.git, old, fresh),
  )
  refuseUnsafe(deltas, to)
  return deltas
}

const swapIn = async (
  repository: Repository,
  held: HeldIndex,
  { to }: Move,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const tree = await treeOf(repository.git, to)
  if (tree === null || items.length === 0) return []
  const now = Math.floor(Date.now() / 1000)
  const swap: Swap = { repository, rendered: renderedIn(repository), now }
  const gone = items.filter(({ delta }) => delta.to === null)
  const kept = [...(await removeAll(swap, gone))]
  await moveIndex(repository, held, gone, new Map())
  const isAttributes = ({ delta }: Item): boolean => posix.basename(delta.path) === '.gitattributes'
  const written = items.filter(({ delta }) => delta.to !== null)
  // Attributes say how the others are written, so they come first, in work tree and index.
  const turns = [written.filter(isAttributes), written.filter((item) => !isAttributes(item))]
  for (const turn of turns) {
    const filterOf = await filtersOf(repository, (path) => held.index.getByPath(path) !== undefined)
    const deltas = turn.filter(({ found }) => found.kind !== 'as-to').map(({ delta }) => delta)
    await render(repository, tree, deltas, filterOf)
    if (deltas.length > 0) markStep('rendered')
    const { facts, stats } = await writeAll(swap, turn)
    kept.push(...facts)
    await moveIndex(repository, held, turn, stats)
  }
  return [...kept, ...(await keepLateEdits(swap, items))]
}

/** Compare and swap, but for a branch that a killed run had moved already. */
const moveRef = async ({ git }: Repository, { branch, from, to, log }: Move): Promise<void> => {
  const ref = `refs/heads/${branch}`
  const head = (await readRef(git, ref))?.tostrS() ?? null
  if (head === to) return
  const target = libgit2.Oid.fromString(to)
  if (from === null) await libgit2.Reference.create(git, ref, target, 0, log)
  else
    await libgit2.Reference.createMatching(git, ref, target, 1, libgit2.Oid.fromString(from), log)
}

/**
 * Takes work tree, index and branch from one commit to another, under git's lock. Journal first; files one by
 * one; then the index, so that a kill leaves nothing staged that would undo the move; the branch last, by
 * compare and swap.
 */
export const moveBranch = async (
  repository: Repository,
  held: HeldIndex,
  move: Move,
  deltas: readonly TreeDelta[],
  found: readonly Found[],
): Promise<Moved> => {
  await writeMove(repository, move)
  markStep('journal-written')
  // What a killed run rendered may be linked into the work tree: writing into it would write into a person's file.
  await rm(renderedIn(repository), { recursive: true, force: true })
  const items = deltas.map((delta, n) => ({ delta, n, found: found[n] ?? absent }))
  const kept = await swapIn(repository, held, move, items)
  markStep('index-moved')
  await held.publish()
  markStep('published')
  await moveRef(repository, move)
  markStep('ref-moved')
  await forgetMove(repository)
  return { files: deltas.length, kept }
}

const absent: Found = { kind: 'absent' }
