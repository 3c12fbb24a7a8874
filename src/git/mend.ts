import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { Changes } from '../actors/changes.js'
import type { ConflictKept, Oid, PathSkipped, RepoPath } from '../actors/outcome.js'
import type { RepoSettings } from '../actors/settings.js'
import { conversionsOf } from './status/attributes.js'
import { barredIn } from './checkout/barred.js'
import { deltasOf, moveBranch } from './checkout/move-branch.js'
import type { Move } from './checkout/move.js'
import { besideSync, isMoveNoted, refuseMidMove } from './checkout/move-journal.js'
import { redoMove } from './checkout/redo-move.js'
import { surveyClean } from './checkout/survey.js'
import { commit } from './commit/commit.js'
import { readSignatures } from './commit/signatures.js'
import { refuseWhileCollecting } from './commit/garbage.js'
import type { GitTree } from './git-objects.js'
import type { HeldIndex, IndexCopy } from './index/index-copy.js'
import { openIndexCopy } from './index/index-copy.js'
import { refuseUnlessAtRest } from './inspect.js'
import type { InstanceLock } from './lock/instance-lock.js'
import { takeInstanceLock } from './lock/instance-lock.js'
import { refuseStaged } from './merge/integrate.js'
import { removeLeftovers } from './lock/leftovers.js'
import { libgit2 } from './libgit2.js'
import { subjectOf, syncedBy } from './message/message.js'
import { clearRefLock } from './refs/move-ref.js'
import { readPosition } from './refs/position.js'
import { failure, problemOf } from './problem/problem.js'
import type { Repository } from './repository.js'
import { openRepository } from './repository.js'
import { openSharing } from './share.js'
import { treeOf } from './tree/tree-changes.js'
import { writeCommit } from './commit/write-commit.js'

/** The commit that everything starts from: what was not saved in one is in this one. */
export interface Tip {
  readonly repository: Repository
  readonly head: Oid
  readonly tree: GitTree
}

/** What the next commit is to be. */
export interface MendPlan {
  readonly tree: Oid
  /** What is done, and to what: the subject of the commit, and the line of the reflog. */
  readonly verb: string
  readonly object: string
  readonly body?: string
}

export interface Mended {
  /** The new commit; null where everything was as wanted already. */
  readonly oid: Oid | null
  /** What was saved first; null where nothing had to be. */
  readonly saved: Oid | null
  /** What somebody wrote meanwhile, under another name. */
  readonly kept: readonly ConflictKept[]
}

/** Tries while a sync holds git's lock, and milliseconds between two. */
const patience = { tries: 40, pause: 250 } as const

const takeRoom = async (room: Repository): Promise<InstanceLock> => {
  try {
    return await takeInstanceLock(room)
  } catch (error) {
    if (problemOf(error).kind !== 'already-running') throw error
    throw failure('locked', `Another gitsync command changes ${room.workTree}.`, 'Let it finish.')
  }
}

const inRoom = async <T>(
  settings: RepoSettings,
  work: (room: Repository, indexCopy: IndexCopy) => Promise<T>,
): Promise<T> => {
  const room = besideSync(await openRepository(settings.path, 'unknown', settings))
  const lock = await takeRoom(room)
  try {
    const indexCopy = await openIndexCopy(room)
    await removeLeftovers(room, indexCopy, settings)
    await clearRefLock(room)
    await redoMove(room, indexCopy, settings)
    return await work(room, indexCopy)
  } finally {
    openSharing(room)()
    lock.giveBack()
  }
}

/** Finishes what a killed command left half done. A sync asks for it before it looks at anything. @throws GitFailure `locked` */
export const finishMending = async (
  repository: Repository,
  settings: RepoSettings,
): Promise<void> => {
  if (!isMoveNoted(besideSync(repository))) return
  await inRoom(settings, () => Promise.resolve())
}

/** A move that stopped on the way, of a sync or of a command, is finished before anything else. @throws GitFailure `locked` */
export const finishMoves = async (
  repository: Repository,
  indexCopy: IndexCopy,
  settings: RepoSettings,
): Promise<void> => {
  await finishMending(repository, settings)
  await redoMove(repository, indexCopy, settings)
}

/** What is not in a commit, and cannot be, must not be replaced. @throws GitFailure */
const refuseSkipped = (paths: readonly RepoPath[], skipped: readonly PathSkipped[]): void => {
  const isMeant = ({ path }: PathSkipped): boolean =>
    paths.some((one) => one === path || one.startsWith(`${path.replace(/\/$/, '')}/`))
  const found = skipped.find(isMeant)
  if (found === undefined) return
  throw failure(
    'unexpected',
    `${found.path} is in no commit (${found.reason}), and would be lost.`,
    found.remedy,
  )
}

const move = async (
  { repository, head, tree }: Tip,
  held: HeldIndex,
  branch: string,
  plan: MendPlan,
  settings: RepoSettings,
): Promise<Pick<Mended, 'oid' | 'kept'>> => {
  if (plan.tree === tree.id().tostrS()) return { oid: null, kept: [] }
  const signatures = await readSignatures(repository, settings)
  const body = plan.body === undefined ? '' : `${plan.body}\n\n`
  const subject = subjectOf(plan.verb, plan.object)
  const oid = await writeCommit(repository, {
    ...signatures,
    message: `${subject}\n\n${body}${syncedBy(hostname())}\n`,
    tree: libgit2.Oid.fromString(plan.tree),
    parents: [libgit2.Oid.fromString(head)],
  })
  const log = `gitsync: ${subject}`
  const wanted: Move = { branch, from: head, to: oid.tostrS(), log }
  const deltas = await deltasOf(repository, wanted)
  const conversionOf = await conversionsOf(repository, held.index)
  const found = await surveyClean(repository, deltas, conversionOf, held.index, () =>
    Promise.resolve(false),
  )
  const barred = await barredIn(repository, deltas, found)
  if (barred !== null)
    throw failure(
      'conflict',
      `What is at ${barred} is in no commit (git ignores it, perhaps), and would be replaced.`,
      'Move it away first, or name another place with --to.',
    )
  const moved = await moveBranch(repository, held, wanted, deltas, found, settings)
  return { oid: wanted.to, kept: moved.kept }
}

const mendOnce = (
  settings: RepoSettings,
  changes: Changes,
  planOf: (tip: Tip) => Promise<MendPlan>,
): Promise<Mended> =>
  inRoom(settings, async (repository, indexCopy) => {
    const { git } = repository
    await refuseUnlessAtRest(git, settings)
    await refuseWhileCollecting(repository)
    // Its lock stays as well: a merge that a person began without it would record the branch as it was.
    if (indexCopy.isLeftLocked()) refuseMidMove(repository)
    const before = await readPosition(git, settings)
    const saved = await commit(repository, indexCopy, changes, before, settings)
    if (changes.kind === 'paths') refuseSkipped([...changes.paths], saved.skipped)
    return indexCopy.locked(async (held) => {
      await refuseUnlessAtRest(git, settings)
      refuseMidMove(repository)
      const position = await readPosition(git, settings)
      await refuseStaged(repository, held, position)
      const { head, branch } = position
      const tree = await treeOf(git, head)
      if (head === null || tree === null)
        throw failure('not-found', 'There is no commit yet.', 'Nothing to do.')
      const tip: Tip = { repository, head, tree }
      const moved = await move(tip, held, branch, await planOf(tip), settings)
      return { ...moved, saved: saved.commit?.oid ?? null }
    })
  })

/**
 * Makes one commit on top of the branch and brings index and work tree to it, as a pull does: each file is compared
 * again right before it is replaced. What is in the work tree is committed first; where that cannot be, or a file
 * changes meanwhile, nothing is done. Works beside a sync that runs, which pushes what it finds. @throws GitFailure
 *
 * @param changes where the work tree is looked at for what is to be committed first
 * @param planOf is asked under git's lock
 */
export const mend = async (
  settings: RepoSettings,
  changes: Changes,
  planOf: (tip: Tip) => Promise<MendPlan>,
): Promise<Mended> => {
  for (let n = 1; ; n += 1) {
    try {
      return await mendOnce(settings, changes, planOf)
    } catch (error) {
      if (problemOf(error).kind !== 'locked' || n === patience.tries) throw error
      await setTimeout(patience.pause)
    }
  }
}
