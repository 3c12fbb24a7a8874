import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictKept, RepoPath } from '../../actors/outcome.js'
import { classOf } from '../../actors/problem.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { HeldIndex } from '../index/index-copy.js'
import { heldBackBy } from '../stage/held-back.js'
import { leftOutBy } from '../stage/left-out.js'
import { libgit2 } from '../libgit2.js'
import { compareAndSwapRef } from '../refs/move-ref.js'
import { failure, problemOf } from '../problem/problem.js'
import { readBranch, readRef } from '../refs/position.js'
import { removeFolder } from '../files/remove-folder.js'
import type { Repository } from '../repository.js'
import { rememberLagging } from '../stage/submodule-record.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { diffTreesExactly, treeOf } from '../tree/tree-changes.js'
import { areBrought, refuseTaken, refuseTakenCommits, TakenAway } from '../commit/brought.js'
import { flushHistory } from '../commit/flush-history.js'
import { refuseWhileCollecting } from '../commit/garbage.js'
import { refuseUnfit } from './fitness.js'
import { flushFolders } from '../files/flush-paths.js'
import { flushRendered } from './flush-move.js'
import { refuseBarred } from './footing.js'
import type { Item, Move } from './move.js'
import { newConversions } from './new-conversions.js'
import { forgetMove, holdTarget, writeMove } from './move-journal.js'
import { moveIndex } from './move-index.js'
import { submodulesIn } from './outside.js'
import { render, renderedIn } from './render.js'
import { markStep } from '../step-mark.js'
import { clearStrays } from './strays.js'
import type { Found } from './survey.js'
import { removeAll } from './remove-old.js'
import { clearSubmodules, placeMissing, writeAll } from './swap.js'
import { endMove, openOld, settleOld } from './settle-old.js'
import { placeCleaned } from './place-cleaned.js'
import { asideIn } from './take-away.js'
import { undoMove } from './undo-move.js'
import { VainMove } from './vain-move.js'
import type { Swap } from './way.js'
import type { NewItem } from './write-new.js'

export interface Moved {
  readonly files: number
  readonly kept: readonly ConflictKept[]
}

export const deltasOf = async (
  repository: Repository,
  { from, to }: Pick<Move, 'from' | 'to'>,
): Promise<readonly TreeDelta[]> => {
  const [old, fresh] = await Promise.all([treeOf(repository.git, from), treeOf(repository.git, to)])
  const { deltas } = await diffTreesExactly(repository.git, old?.id() ?? null, fresh?.id() ?? null)
  await refuseUnfit(repository, deltas, to)
  return deltas
}

/** Writes every new version where nobody looks: what cannot be written fails here, with nothing touched. */
const renderAll = async (
  repository: Repository,
  { index }: HeldIndex,
  { to }: Move,
  items: readonly Item[],
): Promise<void> => {
  const tree = await treeOf(repository.git, to)
  const deltas = items.map(({ delta }) => delta)
  const due = items.filter(({ found }) => found.kind !== 'as-to').map(({ delta }) => delta)
  if (tree === null || due.length === 0) return
  await render(repository, tree, due, await newConversions(repository, index, deltas))
  markStep('rendered')
}

const swapOf = (
  repository: Repository,
  { withheld }: Known,
  deltas: readonly TreeDelta[],
  settings: RepoSettings,
): Swap => ({
  repository,
  rendered: renderedIn(repository),
  submodules: submodulesIn(deltas),
  withheld: new Set(withheld),
  taken: new Map(),
  heldBack: heldBackBy(settings),
  now: Math.floor(Date.now() / 1000),
})

const isPresent = (item: Item): item is NewItem => item.delta.to !== null

const swapIn = async (
  swap: Swap,
  held: HeldIndex,
  items: readonly Item[],
): Promise<readonly ConflictKept[]> => {
  const { repository } = swap
  await mkdir(asideIn(repository), { recursive: true })
  const gone = items.filter(({ delta }) => delta.to === null)
  const removed = await removeAll(swap, gone)
  // Additions first: the copy of a conflict stands before the version that it was is replaced.
  const isNew = ({ delta }: Item): boolean => delta.from === null
  const present = items.filter(isPresent)
  const added = await writeAll(swap, present.filter(isNew))
  const replaced = await writeAll(
    swap,
    present.filter((item) => !isNew(item)),
  )
  const cleared = await clearSubmodules(swap, items)
  await placeMissing(swap, present, added.states)
  await rememberLagging(
    repository,
    items.map(({ delta }) => delta),
  )
  // Not later: it would count as a change of each file, whose links become fewer.
  await removeFolder(swap.rendered)
  await moveIndex(repository, held, items, [added.states, replaced.states])
  return [...removed, ...added.facts, ...replaced.facts, ...cleared]
}

const standingIn = (items: readonly Item[]): readonly RepoPath[] =>
  items
    .filter(({ delta, found }) => delta.from === null && found.kind === 'as-to')
    .map(({ delta }) => delta.path)

/**
 * Whatever begins to look at the references from here on, keeps what the branch is moved to: one that looked before is
 * waited for, and of what it took already nothing is moved. @throws GitFailure `locked`
 */
const secureTarget = async (repository: Repository, move: Move): Promise<void> => {
  // libgit2 makes no reference to what is gone.
  await refuseTakenCommits(repository, move)
  await holdTarget(repository, move)
  await refuseWhileCollecting(repository)
  await refuseTaken(repository, move)
}

/** libgit2 fails in other words where it comes upon what was taken away. */
const causeOf = async (repository: Repository, move: Move, error: unknown): Promise<unknown> => {
  const isThere = await areBrought(repository, move).catch(() => true)
  return isThere ? error : new TakenAway()
}

/** Compare and swap, but for a branch that a killed run had moved already. */
const moveRef = async (repository: Repository, { branch, from, to, log }: Move): Promise<void> => {
  const ref = `refs/heads/${branch}`
  const head = (await readRef(repository.git, ref))?.tostrS() ?? null
  if (head !== to) await compareAndSwapRef(repository, { ref, from, to, log })
}

/** `git switch -c` touches no file, and waits for no lock of the index: a new branch begins where this one was. @throws VainMove */
const refuseSwitched = async ({ git }: Repository, { branch }: Move): Promise<void> => {
  if ((await readBranch(git).catch(() => null)) === branch) return
  throw new VainMove(
    failure('work-tree-moved', 'Another branch was checked out meanwhile.').problem,
  )
}

type Known = Required<Move>

const withheldIn = (items: readonly Item[]): readonly RepoPath[] =>
  items.filter(({ found }) => 'withheld' in found && found.withheld).map(({ delta }) => delta.path)

/** What only the first look tells, and a redo brings along. */
const knownOf = (move: Move, items: readonly Item[]): Known => ({
  ...move,
  standing: move.standing ?? standingIn(items),
  withheld: move.withheld ?? withheldIn(items),
})

/** What fails for good on the way is taken back, so that the repository is as before; what passes is done again. */
const undoUnlessPassing = async (
  swap: Swap,
  deltas: readonly TreeDelta[],
  { standing }: Known,
  error: unknown,
): Promise<void> => {
  if (classOf(problemOf(error)) === 'passing' && !(error instanceof VainMove)) return
  const before = await libgit2.Index.open(join(swap.repository.gitDir, 'index'))
  await undoMove(swap, before, deltas, 'goes', standing)
  await endMove(swap, deltas)
}

/**
 * Takes work tree, index and branch from one commit to another, under git's lock. Renders first, then the journal;
 * files one by one; then the index, so that a kill leaves nothing staged that would undo the move; the branch last,
 * by compare and swap.
 */
export const moveBranch = async (
  repository: Repository,
  held: HeldIndex,
  move: Move,
  deltas: readonly TreeDelta[],
  found: readonly Found[],
  settings: RepoSettings,
): Promise<Moved> => {
  const items = deltas.map((delta, n) => ({ delta, n, found: found[n] ?? absent }))
  await refuseBarred(repository, items)
  await secureTarget(repository, move)
  // What a killed run rendered may be linked into the work tree: writing into it would write into a person's file.
  await rm(renderedIn(repository), { recursive: true, force: true })
  try {
    await renderAll(repository, held, move, items)
  } catch (error) {
    await rm(renderedIn(repository), { recursive: true, force: true })
    throw await causeOf(repository, move, error)
  }
  // Of a merge some trees, and all that no side changed, are those that it is built on: torn, no start could redo it.
  if (move.from !== null) await flushHistory(repository, move.from)
  const known = knownOf(move, items)
  await Promise.all([writeMove(repository, known), flushRendered(repository, items)])
  markStep('journal-written')
  const swap = swapOf(repository, known, deltas, settings)
  let kept: readonly ConflictKept[]
  try {
    kept = await swapIn(swap, held, items)
    markStep('index-moved')
    // Before the index says so: what a power cut undid would look like a deletion.
    await flushFolders(
      repository.workTree,
      deltas.map(({ path }) => path),
    )
    await refuseTaken(repository, move)
    await refuseSwitched(repository, move)
    await held.publish(items.map(({ delta }) => delta.path))
  } catch (error) {
    const cause = await causeOf(repository, move, error)
    await undoUnlessPassing(swap, deltas, known, cause)
    throw cause
  }
  markStep('published')
  await placeCleaned(swap, items, (gone) => renderAll(repository, held, move, gone))
  const open = openOld(repository, items)
  // From here on git looks at nothing in a new submodule: only now does nobody make anything there that it would see.
  // A secret among them is held back under its new name.
  const isLeftOut = leftOutBy(repository, held.index, settings, null)
  const strays = await clearStrays(swap, items, isLeftOut)
  await moveRef(repository, move)
  markStep('ref-moved')
  const late = await settleOld(swap, items, await open)
  markStep('old-settled')
  await forgetMove(repository)
  return { files: deltas.length, kept: [...kept, ...strays, ...late] }
}

const absent: Found = { kind: 'absent' }
