import type { Changes } from '../../actors/changes.js'
import { changesOf, isCovered } from '../../actors/changes.js'
import type { CommitCreated, PathSkipped, RepoPath } from '../../actors/outcome.js'
import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { Afterwards } from '../hooks/commit-hooks.js'
import { asCommitMsgHasIt, askPreCommit, runAfter } from '../hooks/commit-hooks.js'
import type { Guard } from '../guard/guard.js'
import { guardOf } from '../guard/guard.js'
import type { Guarded } from '../guard/write-guarded.js'
import { writeGuarded } from '../guard/write-guarded.js'
import { flushPaths } from '../files/flush-paths.js'
import { refuseMidMove } from '../checkout/move-journal.js'
import { refuseHalfSwitched } from './half-switched.js'
import type { HeldIndex, IndexCopy } from '../index/index-copy.js'
import { areThere, objectsOf, refuseWhileCollecting } from './garbage.js'
import { refuseUnlessAtRest } from '../inspect.js'
import { flushedTogether, libgit2 } from '../libgit2.js'
import { looseFilesOf } from './loose-objects.js'
import type { TreeChange } from '../message/message.js'
import { factsOf } from './commit-facts.js'
import { wordCommit } from '../message/commit-message.js'
import { compareAndSwapNoted, draftNote } from '../refs/move-ref.js'
import { besideOwnHand } from './own-hand.js'
import { failure } from '../problem/problem.js'
import { readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'
import { restage } from '../stage/restage.js'
import { onlySkipped } from '../stage/only-skipped.js'
import { seldom } from '../seldom.js'
import { stage } from '../stage/stage.js'
import { markStep } from '../step-mark.js'
import { readStatus } from '../status/status.js'
import { forgetUpdated } from '../stage/submodule-record.js'
import type { Signatures } from './signatures.js'
import { readSignatures } from './signatures.js'
import { writeCommit } from './write-commit.js'

/** Paths that an outcome names. */
const namedPaths = 100

export interface CommitResult extends Afterwards {
  readonly commit: CommitCreated | null
  readonly skipped: readonly PathSkipped[]
}

/** A merge may have begun, or another branch been checked out, since it was inspected. @throws GitFailure */
export const headUnder = async (
  { git }: Repository,
  position: Position,
  settings: RepoSettings,
): Promise<string | null> => {
  const branch = await refuseUnlessAtRest(git, settings)
  if (branch !== position.branch)
    throw failure('work-tree-moved', 'Another branch was checked out meanwhile.')
  return (await readRef(git, `refs/heads/${position.branch}`))?.tostrS() ?? null
}

/** What a commit is made of, but for what it is to hold. */
interface Grounds {
  readonly head: string | null
  readonly position: Position
  readonly settings: RepoSettings
  readonly signatures: Signatures
  readonly guard: Guard | null
  /** Paths that were looked at to be staged. */
  readonly looked: readonly RepoPath[]
}

/** What is staged once pre-commit had its say, and perhaps staged more. @throws GitFailure where it refuses */
const afterPreCommit = async (
  repository: Repository,
  held: HeldIndex,
  { head, position, settings, guard }: Grounds,
  staged: Guarded,
): Promise<Guarded> => {
  await besideOwnHand(repository, staged.deltas, () => askPreCommit(repository, held))
  if ((await headUnder(repository, position, settings)) !== head)
    throw failure('work-tree-moved', 'The branch moved under the pre-commit hook.')
  const written = await writeGuarded(repository, held, head, guard)
  return { ...written, skipped: [...staged.skipped, ...written.skipped] }
}

const recordStaged = async (
  repository: Repository,
  held: HeldIndex,
  grounds: Grounds,
  staged: Guarded,
): Promise<CommitResult> => {
  const { head, position, settings, signatures } = grounds
  const asks = settings.hooks && staged.deltas.length > 0
  const written = asks ? await afterPreCommit(repository, held, grounds, staged) : staged
  const { tree, deltas, skipped } = written
  if (deltas.length === 0) {
    await held.publish(grounds.looked)
    return { commit: null, skipped }
  }
  const { branch } = position
  const facts = factsOf(branch, signatures.committer, deltas)
  const { changes } = facts
  const step = { from: head, tree: tree.tostrS() }
  const worded = await wordCommit(repository, step, facts, settings)
  const { message, whole, fallback } = settings.hooks
    ? await asCommitMsgHasIt(repository, worded, { GIT_INDEX_FILE: held.file })
    : worded
  const parents = head === null ? [] : [libgit2.Oid.fromString(head)]
  await refuseWhileCollecting(repository)
  const made = await writeCommit(repository, { ...signatures, message: whole, tree, parents })
  const oid = made.tostrS()
  const objects = objectsOf(written, made)
  const log = `commit${head === null ? ' (initial)' : ''}: ${message.split('\n', 1).join('')}`
  const move = { ref: `refs/heads/${branch}`, from: head, to: oid, log }
  const loose = await looseFilesOf(repository.commonDir, objects)
  // The index is published first: cut short here, what is left is staged, and the next commit takes it.
  const touched = [...new Set([...grounds.looked, ...deltas.map(({ path }) => path)])]
  const saved = deltas.map(({ path }) => path)
  const before = [...loose, await draftNote(repository, move)]
  // A file may not be on the disk yet, as its program left it: after a power cut, what stands there instead would look
  // like an edit that takes this commit back.
  await Promise.all([held.publish(touched, before), flushPaths(repository.workTree, saved)])
  markStep('commit-published')
  if (!(await areThere(repository, objects))) {
    await restage(repository, held, deltas, settings)
    throw failure('locked', 'What was staged was taken away by git gc.', 'It is staged again.')
  }
  await compareAndSwapNoted(repository, move)
  markStep('committed')
  const count = (kind: TreeChange['kind']): number =>
    changes.filter((change) => change.kind === kind).length
  const commit: CommitCreated = {
    type: 'CommitCreated',
    oid,
    branch,
    added: count('added'),
    modified: count('modified'),
    deleted: count('deleted'),
    paths: changes.slice(0, namedPaths).map(({ path }) => path),
    message,
    ...(fallback === null ? {} : { fallback }),
  }
  return { commit, skipped }
}

/**
 * What somebody staged at other paths than those that were named is looked at as well: `git add -A` would, and what is
 * in the index no longer, as after `git rm --cached`, is still in the work tree.
 */
const withStagedBeside = async (
  repository: Repository,
  held: HeldIndex,
  { head, settings, guard, looked }: Grounds,
  changes: Changes,
  written: Guarded,
): Promise<Guarded & Pick<Grounds, 'looked'>> => {
  if (changes.kind === 'everything') return { ...written, looked }
  const beside = written.deltas
    .map(({ path }) => path)
    .filter((path) => !isCovered(path, changes.paths))
  if (beside.length === 0) return { ...written, looked }
  // The look is at the index that is about to be written.
  await held.index.write()
  const entries = await readStatus(repository, changesOf(beside))
  const left = await stage(repository, held, entries, settings, guard)
  const whole = await writeGuarded(repository, held, head, guard)
  const skipped = [...written.skipped, ...left, ...whole.skipped]
  return { ...whole, skipped, looked: [...looked, ...entries.map(({ path }) => path)] }
}

const record = async (
  repository: Repository,
  held: HeldIndex,
  grounds: Omit<Grounds, 'head'>,
  changes: Changes,
): Promise<CommitResult> => {
  const { position, settings, guard } = grounds
  const head = await headUnder(repository, position, settings)
  const all = { ...grounds, head }
  const first = await writeGuarded(repository, held, head, guard)
  const { looked, ...staged } = await withStagedBeside(repository, held, all, changes, first)
  markStep('staged')
  const about = `${head ?? ''} ${staged.tree.tostrS()}`
  return seldom(repository, 'commit', about, () =>
    recordStaged(repository, held, { ...all, looked }, staged),
  )
}

/**
 * Records on the branch what `git add -A` would, less what is held back. Looks without a lock first, so that
 * a quiet work tree disturbs nobody; under git's lock it looks again if the index is another. @throws GitFailure
 */
export const commit = async (
  repository: Repository,
  indexCopy: IndexCopy,
  changes: Changes,
  position: Position,
  settings: RepoSettings,
): Promise<CommitResult> => {
  await forgetUpdated(repository)
  const stamp = indexCopy.stamp()
  const index = await indexCopy.refresh()
  const guard = guardOf(repository, position, settings)
  const seen = await readStatus(repository, changes)
  const idle = await onlySkipped(repository, index, seen, settings, guard)
  if (idle !== null) return { commit: null, skipped: idle }
  const signatures = await readSignatures(repository, settings)
  const recorded = await indexCopy.locked(async (held) => {
    refuseMidMove(repository)
    await refuseHalfSwitched(repository, held, () => headUnder(repository, position, settings))
    // Each path is looked at once more when it is staged.
    const entries = held.stamp === stamp ? seen : await readStatus(repository, changes)
    return flushedTogether(async () => {
      const left = await stage(repository, held, entries, settings, guard)
      const looked = entries.map(({ path }) => path)
      const grounds = { position, settings, signatures, guard, looked }
      const made = await record(repository, held, grounds, changes)
      return { ...made, skipped: [...left, ...made.skipped] }
    })
  })
  if (!settings.hooks || recorded.commit === null) return recorded
  return { ...recorded, ...(await runAfter(repository, 'post-commit')) }
}
