import type { Oid } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { keepFormerTip } from '../squash/former-tip.js'
import type { GitCommit, GitRepository, GitSignature, GitTree } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { settleIndex } from './merge.js'
import { mergeOptions, neutralRepository } from './neutral-repository.js'
import type { Repository } from '../repository.js'
import { treeOf } from '../tree/tree-changes.js'
import { writeCommit } from '../commit/write-commit.js'

/** Commits that are replayed at the most; more of them are merged. */
const replayBound = 1_000

/** GIT_SORT_TOPOLOGICAL with GIT_SORT_REVERSE: parents first. */
const parentsFirst = 1 | 4

/** Of the rest git leaves nothing, and signs no commit of nobody. */
const nameable = /[^\s.,:;<>"\\']/

/** Our commits that the upstream lacks, oldest first; null where a merge, a root, one of nobody or too many are among them. */
const unpushed = async (
  { git }: Repository,
  ours: Oid,
  theirs: Oid,
): Promise<readonly GitCommit[] | null> => {
  const walk = libgit2.Revwalk.create(git)
  walk.sorting(parentsFirst)
  walk.push(libgit2.Oid.fromString(ours))
  walk.hide(libgit2.Oid.fromString(theirs))
  const oids = await walk.fastWalk(replayBound + 1)
  if (oids.length > replayBound) return null
  const commits: GitCommit[] = []
  for (const oid of oids) commits.push(await libgit2.Commit.lookup(git, oid))
  const isPlain = (commit: GitCommit): boolean =>
    commit.parentcount() === 1 && nameable.test(commit.author().name())
  return commits.every(isPlain) ? commits : null
}

/** One commit on top of another: the same one back where it brings nothing new, null where the two are in conflict. */
const replay = async (
  repository: Repository,
  neutral: GitRepository,
  picked: GitCommit,
  onto: GitCommit,
  policy: RepoSettings['conflict'],
  committer: GitSignature,
): Promise<GitCommit | null> => {
  const { git } = repository
  const index = await libgit2.Cherrypick.commit(
    neutral,
    await libgit2.Commit.lookup(neutral, picked.id()),
    await libgit2.Commit.lookup(neutral, onto.id()),
    0,
    mergeOptions,
  )
  // What is picked onto has stage 2, so that here ours is the other one.
  const base = (): Promise<GitTree | null> => treeOf(git, picked.parentId(0).tostrS())
  const sides = { ours: picked, theirs: onto, base }
  const { tree, kept } = await settleIndex(repository, index, 3, policy, sides)
  if (kept.length > 0) return null
  if (tree.tostrS() === (await onto.getTree()).id().tostrS()) return onto
  const message = picked.message()
  const oid = await writeCommit(repository, {
    author: picked.author(),
    committer,
    message,
    tree,
    parents: [onto.id()],
  })
  return libgit2.Commit.lookup(git, oid)
}

/**
 * Replays our unpushed commits on top of the upstream's without touching work tree or index. What is in
 * conflict is not replayed: each commit would keep a copy of its own, and what loses would be in no branch. A merge
 * keeps one copy, with every version behind it. The former tip stays under `refs/gitsync/former/`, and reachable.
 *
 * @returns the new tip, or null where they cannot be replayed one by one
 * @throws GitFailure `conflict` under the policy `halt`
 */
export const rebaseInMemory = async (
  repository: Repository,
  branch: string,
  ours: Oid,
  theirs: Oid,
  policy: RepoSettings['conflict'],
  committer: GitSignature,
): Promise<Oid | null> => {
  const commits = await unpushed(repository, ours, theirs)
  if (commits === null) return null
  const { git } = repository
  const own = await libgit2.Commit.lookup(git, ours)
  const neutral = await neutralRepository(repository, await own.getTree())
  let tip = await libgit2.Commit.lookup(git, theirs)
  for (const picked of commits) {
    const next = await replay(repository, neutral, picked, tip, policy, committer)
    if (next === null) return null
    tip = next
  }
  await keepFormerTip(repository, branch, ours, 'rebase', committer)
  return tip.id().tostrS()
}
