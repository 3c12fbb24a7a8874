import type { Oid } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { conversionsOf } from '../status/attributes.js'
import type { HeldIndex, IndexCopy } from '../index/index-copy.js'
import { libgit2, orNull } from '../libgit2.js'
import { readBranch, readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Move } from './move.js'
import { deltasOf, moveBranch } from './move-branch.js'
import { isMoveLeft, readMove } from './move-journal.js'
import { putBack, recoverStray } from './put-back.js'
import { endMove } from './settle-old.js'
import { surveyByContent } from './survey.js'
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

const redo = async (
  repository: Repository,
  held: HeldIndex,
  move: Move,
  settings: RepoSettings,
): Promise<void> => {
  const branch = await readBranch(repository.git).catch(() => null)
  const head = (await readRef(repository.git, `refs/heads/${move.branch}`))?.tostrS() ?? null
  const deltas = await knownDeltas(repository, move)
  if (deltas === null) {
    await recoverStray(repository)
    return endMove(repository, [])
  }
  if (await isOver(repository, move, head)) {
    await putBack(repository, deltas, () => false)
    return endMove(repository, deltas)
  }
  // A person has gone on from here by hand. What was placed is none of another branch's; on this one it is wanted.
  const elsewhere = branch !== move.branch
  if (elsewhere || (head !== move.from && head !== move.to)) {
    await undoMove(repository, held.index, deltas, elsewhere ? 'goes' : 'stays', move.standing)
    return endMove(repository, deltas)
  }
  await putBack(repository, deltas, () => true)
  const conversionOf = await conversionsOf(repository, held.index)
  const found = await surveyByContent(repository, deltas, conversionOf, held.index)
  // Of a move that did not tell, all that stands is its own.
  await moveBranch(repository, held, { standing: [], ...move }, deltas, found, settings)
}

/** Finishes a move that a kill cut short, before anything else looks at the work tree. @throws GitFailure `locked` */
export const redoMove = async (
  repository: Repository,
  indexCopy: IndexCopy,
  settings: RepoSettings,
): Promise<void> => {
  if (!(await isMoveLeft(repository))) return
  const move = await readMove(repository)
  if (move === null) {
    await recoverStray(repository)
    return endMove(repository, [])
  }
  await indexCopy.locked((held) => redo(repository, held, move, settings))
}
