import type { ConflictKept, FastForwarded, MergeCommitted, Oid } from '../../actors/outcome.js'
import type { Place, Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import { conversionsOf } from '../status/attributes.js'
import { shownPath } from '../files/byte-name.js'
import { deltasOf, moveBranch } from '../checkout/move-branch.js'
import type { Move } from '../checkout/move.js'
import { refuseMidMove } from '../checkout/move-journal.js'
import { redoMove } from '../checkout/redo-move.js'
import { surveyClean } from '../checkout/survey.js'
import { refuseTakenCommits } from '../commit/brought.js'
import { readSignatures } from '../commit/signatures.js'
import { refuseWhileCollecting } from '../commit/garbage.js'
import { guardOf } from '../guard/guard.js'
import type { Afterwards } from '../hooks/commit-hooks.js'
import { askCommitMsg, runAfter } from '../hooks/commit-hooks.js'
import type { HeldIndex, IndexCopy } from '../index/index-copy.js'
import { refuseUnlessAtRest } from '../inspect.js'
import { leftOutBy } from '../stage/left-out.js'
import { libgit2, orNull, synced } from '../libgit2.js'
import { mergeInMemory } from './merge.js'
import { failure, GitFailure } from '../problem/problem.js'
import { readPosition } from '../refs/position.js'
import { rebaseInMemory } from './rebase.js'
import type { Repository } from '../repository.js'
import { seldom } from '../seldom.js'
import { plainWord } from '../../shell-word.js'
import { treeOf } from '../tree/tree-changes.js'
import { writeCommit } from '../commit/write-commit.js'
import { writeTree } from '../tree/write-tree.js'

export interface Integration extends Afterwards {
  readonly result: FastForwarded | MergeCommitted | null
  readonly conflicts: readonly ConflictKept[]
}

/** What the branch is to become. */
type Target =
  | { readonly kind: 'fast-forward'; readonly to: Oid }
  | {
      readonly kind: 'merge' | 'rebase'
      readonly to: Oid
      readonly ours: Oid
      readonly theirs: Oid
      readonly kept: readonly ConflictKept[]
    }

/** Null for histories without a common commit, which are merged like any other. */
const baseOf = async ({ git }: Repository, one: Oid, other: Oid): Promise<Oid | null> => {
  const [a, b] = [libgit2.Oid.fromString(one), libgit2.Oid.fromString(other)]
  return (await orNull(libgit2.Merge.base(git, a, b)))?.tostrS() ?? null
}

const isAncestor = async (repository: Repository, old: Oid, young: Oid): Promise<boolean> =>
  (await baseOf(repository, old, young)) === old

/** What merges by hand, also before there is an upstream. */
const byHand = async (
  repository: Repository,
  { remote, branch }: Place,
  ours: Oid,
  theirs: Oid,
): Promise<string> => {
  const isRelated = (await baseOf(repository, ours, theirs)) !== null
  const option = isRelated ? '' : '--allow-unrelated-histories '
  return `Merge by hand: git merge ${option}${plainWord(`${remote}/${branch}`)}`
}

const merge = async (
  repository: Repository,
  { remote, branch }: Place,
  settings: RepoSettings,
  ours: Oid,
  theirs: Oid,
): Promise<Target> => {
  const { git } = repository
  const signatures = await readSignatures(repository, settings)
  const { tree, kept } = await mergeInMemory(repository, ours, theirs, settings.conflict)
  const subject = `Merge ${remote}/${branch}\n`
  const message = settings.hooks ? await askCommitMsg(repository, subject) : subject
  const parents = [libgit2.Oid.fromString(ours), libgit2.Oid.fromString(theirs)]
  const found = await libgit2.Tree.lookup(git, tree)
  const oid = await writeCommit(repository, {
    ...signatures,
    message,
    tree: found.id(),
    parents,
  })
  return { kind: 'merge', to: oid.tostrS(), ours, theirs, kept }
}

/** Null where our commits cannot be replayed one by one: then they are merged. */
const rebase = async (
  repository: Repository,
  branch: string,
  settings: RepoSettings,
  ours: Oid,
  theirs: Oid,
): Promise<Target | null> => {
  const { committer } = await readSignatures(repository, settings)
  const to = await rebaseInMemory(repository, branch, ours, theirs, settings.conflict, committer)
  if (to === null) return null
  // Where nothing of ours is new to the remote, what is left is the remote's own.
  return to === theirs
    ? { kind: 'fast-forward', to }
    : { kind: 'rebase', to, ours, theirs, kept: [] }
}

const targetOf = async (
  repository: Repository,
  { branch, head, pushTo }: Position,
  place: Place,
  settings: RepoSettings,
  theirs: Oid,
): Promise<Target> => {
  if (head === null || (await isAncestor(repository, head, theirs)))
    return { kind: 'fast-forward', to: theirs }
  if (settings.integrate === 'ff-only')
    throw failure(
      'conflict',
      'Both sides have commits that the other has not, and integrate is ff-only.',
      'Merge or rebase by hand, or set "integrate": "merge".',
    )
  // What the place has that is pushed to, no rebase can take back.
  const replays = settings.integrate === 'rebase' && pushTo === undefined
  try {
    const replayed = replays ? await rebase(repository, branch, settings, head, theirs) : null
    return replayed ?? (await merge(repository, place, settings, head, theirs))
  } catch (error) {
    if (!(error instanceof GitFailure && error.problem.kind === 'conflict')) throw error
    const remedy = await byHand(repository, place, head, theirs)
    throw failure('conflict', error.problem.message, remedy)
  }
}

/** Index and HEAD must be the same before anything is moved: what is staged is committed first. @throws GitFailure */
export const refuseStaged = async (
  { git }: Repository,
  { index }: HeldIndex,
  { head }: Pick<Position, 'head'>,
): Promise<void> => {
  const committed = await treeOf(git, head)
  const { deltas } = await writeTree(git, index, committed)
  if (deltas.length > 0) throw failure('work-tree-moved', 'Something was staged meanwhile.')
}

/** @throws GitFailure where libgit2 can make nothing of what the remote's branch points at */
const refuseUnreadable = async ({ git }: Repository, theirs: Oid): Promise<void> => {
  try {
    await libgit2.Commit.lookup(git, theirs)
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : ''
    throw failure(
      'unexpected',
      `The branch of the remote is at ${theirs}, which cannot be read as a commit${why}.`,
      'Put it on another commit; what is saved here is committed meanwhile.',
    )
  }
}

const resultOf = (
  target: Target,
  from: Oid | null,
  files: number,
  conflicts: number,
): FastForwarded | MergeCommitted => {
  switch (target.kind) {
    case 'fast-forward':
      return { type: 'FastForwarded', from, to: target.to, files }
    case 'merge':
    case 'rebase': {
      const { to: oid, ours, theirs } = target
      return { type: 'MergeCommitted', oid, ours, theirs, conflicts, files }
    }
    default:
      return target satisfies never
  }
}

export const shown = (fact: ConflictKept): ConflictKept => ({
  ...fact,
  path: shownPath(fact.path),
  copy: fact.copy === null ? null : shownPath(fact.copy),
})

/** The place that has what is not here: the upstream, or where it is pushed to. */
const newsAt = async (
  repository: Repository,
  { head, upstream, pushTo }: Position,
): Promise<Place | null> => {
  if (pushTo === undefined) return upstream
  const oid = upstream?.oid ?? null
  const isHere = oid === null || (head !== null && (await isAncestor(repository, oid, head)))
  return isHere ? pushTo : upstream
}

/** Brings in what the upstream has. @throws GitFailure */
export const integrate = async (
  repository: Repository,
  indexCopy: IndexCopy,
  position: Position,
  settings: RepoSettings,
): Promise<Integration> => {
  const { branch, head } = position
  const place = position.behind === 0 ? null : await newsAt(repository, position)
  const theirs = place?.oid ?? null
  if (place === null || theirs === null) return { result: null, conflicts: [] }
  await redoMove(repository, indexCopy, settings)
  const { kind, ...integration } = await indexCopy.locked(async (held) => {
    // A person may have begun something of their own while the remote was asked.
    await refuseUnlessAtRest(repository.git, settings)
    const now = await readPosition(repository.git, settings)
    if (now.branch !== branch || now.head !== head)
      throw failure('work-tree-moved', 'The branch moved meanwhile.')
    refuseMidMove(repository)
    await refuseStaged(repository, held, position)
    await refuseWhileCollecting(repository)
    await refuseTakenCommits(repository, { from: head, to: theirs })
    await refuseUnreadable(repository, theirs)
    // Before any of it is merged: libgit2 would refuse a hostile path too, in words that help nobody.
    const incoming = await deltasOf(repository, { from: head, to: theirs })
    const target = await seldom(repository, 'integrate', `${head ?? ''} ${theirs}`, () =>
      synced(() => targetOf(repository, position, place, settings, theirs)),
    )
    const log = `gitsync: ${target.kind} ${place.remote}/${place.branch}`
    const move: Move = { branch, from: head, to: target.to, log }
    const deltas = target.to === theirs ? incoming : await deltasOf(repository, move)
    const conversionOf = await conversionsOf(repository, held.index)
    const guard = guardOf(repository, position, settings)
    const isLeftOut = leftOutBy(repository, held.index, settings, guard)
    const found = await surveyClean(repository, deltas, conversionOf, held.index, isLeftOut)
    const moved = await moveBranch(repository, held, move, deltas, found, settings)
    const conflicts = [...(target.kind === 'fast-forward' ? [] : target.kept), ...moved.kept]
    return {
      kind: target.kind,
      result: resultOf(target, head, moved.files, conflicts.length),
      conflicts: conflicts.map(shown),
    }
  })
  // As with `git pull --rebase`, what is replayed is no merge.
  if (!settings.hooks || kind === 'rebase') return integration
  return { ...integration, ...(await runAfter(repository, 'post-merge', ['0'])) }
}
