import type { Oid, RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { areBrought } from '../commit/brought.js'
import { conversionsOf } from '../status/attributes.js'
import type { HeldIndex, IndexCopy } from '../index/index-copy.js'
import { libgit2, orNull } from '../libgit2.js'
import { readBranch, readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Move } from './move.js'
import { deltasOf, moveBranch } from './move-branch.js'
import { isMoveLeft, readMove } from './move-journal.js'
import { submodulesIn } from './outside.js'
import { putBack, recoverStray } from './put-back.js'
import { endMove, keepOpen } from './settle-old.js'
import { surveyByContent, withheldAmong } from './survey.js'
import { undoMove } from './undo-move.js'

/** Null where the commits themselves are gone: somebody pruned what no reference held. */
const knownDeltas = async (
  repository: Repository,
  move: Move,
): Promise<readonly TreeDelta[] | null> => {
  const { git } = repository
  for (const oid of [move.from, move.to])
    if (oid !== null && (await orNull(libgit2.Commit.lookup(git, oid))) === null) return null
  return deltasOf(repository, move)
}

/**
 * Whether the branch is where the move goes, and was brought there by it: nothing but what it left aside is its own
 * any more. Of a person who brought it there in mid-move, the reflog tells.
 */
const isOver = async ({ git }: Repository, move: Move, head: Oid | null): Promise<boolean> => {
  if (head !== move.to) return false
  const log = await libgit2.Reflog.read(git, `refs/heads/${move.branch}`)
  if (log.entrycount() === 0) return true
  const last = log.entryByIndex(0)
  return last.idNew().tostrS() === move.to && last.message() === move.log
}

const nothing: ReadonlySet<RepoPath> = new Set()

/** Where nothing tells what the move was. */
const forgetUnknown = async (repository: Repository): Promise<void> => {
  await recoverStray(repository)
  await endMove({ repository, submodules: nothing, withheld: nothing }, [])
}

const redo = async (
  repository: Repository,
  held: HeldIndex,
  move: Move,
  settings: RepoSettings,
): Promise<void> => {
  const branch = await readBranch(repository.git).catch(() => null)
  const head = (await readRef(repository.git, `refs/heads/${move.branch}`))?.tostrS() ?? null
  const deltas = await knownDeltas(repository, move)
  if (deltas === null) return forgetUnknown(repository)
  const withheld = new Set([...(move.withheld ?? []), ...(await withheldAmong(held.index, deltas))])
  const keeping = { repository, submodules: submodulesIn(deltas), withheld }
  if (await isOver(repository, move, head)) {
    await putBack(keeping, deltas, () => false)
    return endMove(keeping, deltas)
  }
  // A person has gone on from here by hand. What was placed is none of another branch's; on this one it is wanted.
  const elsewhere = branch !== move.branch
  // What a `git gc` took, no branch is moved to.
  const gone = head === move.from && !(await areBrought(repository, move))
  if (elsewhere || gone || (head !== move.from && head !== move.to)) {
    const placed = elsewhere || gone ? 'goes' : 'stays'
    await undoMove(keeping, held.index, deltas, placed, move.standing)
    return endMove(keeping, deltas)
  }
  await putBack(keeping, deltas, () => true)
  // What a killed undo took away goes with the move, too.
  await keepOpen(keeping, deltas)
  const conversionOf = await conversionsOf(repository, held.index)
  const found = await surveyByContent(repository, deltas, conversionOf, withheld)
  // Of a move that did not tell, all that stands is its own.
  const known = { standing: [], ...move, withheld: [...withheld] }
  await moveBranch(repository, held, known, deltas, found, settings)
}

/** Finishes a move that a kill cut short, before anything else looks at the work tree. @throws GitFailure `locked` */
export const redoMove = async (
  repository: Repository,
  indexCopy: IndexCopy,
  settings: RepoSettings,
): Promise<void> => {
  if (!isMoveLeft(repository)) return
  const move = await readMove(repository)
  if (move === null) return forgetUnknown(repository)
  await indexCopy.locked((held) => redo(repository, held, move, settings))
}
