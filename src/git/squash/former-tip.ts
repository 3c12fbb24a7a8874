import type { Oid } from '../../actors/outcome.js'
import type { GitSignature } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { compareAndSwapRef } from '../refs/move-ref.js'
import { ownRef } from '../refs/own-ref.js'
import { readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'

/** A commit whose parents are what was kept before and the tip: one ref for all, and the tips in their order. */
const chain = async (
  { git }: Repository,
  branch: string,
  before: Oid,
  tip: Oid,
  committer: GitSignature,
): Promise<Oid> => {
  const tree = await (await libgit2.Commit.lookup(git, tip)).getTree()
  const parents = [before, tip].map((oid) => libgit2.Oid.fromString(oid))
  const message = `A former tip of ${branch}\n`
  const made = await git.createCommit(null, committer, committer, message, tree.id(), parents)
  return made.tostrS()
}

/**
 * Keeps a tip that the branch is about to leave reachable, for good, under `refs/gitsync/former/`. Asked again after
 * a kill, it is kept already.
 *
 * @param why the word for the reflog
 */
export const keepFormerTip = async (
  repository: Repository,
  branch: string,
  tip: Oid,
  why: 'rebase' | 'squash',
  committer: GitSignature,
): Promise<void> => {
  const { git } = repository
  const ref = ownRef('former', branch)
  const before = (await readRef(git, ref))?.tostrS() ?? null
  if (before !== null) {
    const last = await libgit2.Commit.lookup(git, before)
    if (before === tip || (last.parentcount() > 1 && last.parentId(1).tostrS() === tip)) return
  }
  const to = before === null ? tip : await chain(repository, branch, before, tip, committer)
  await compareAndSwapRef(repository, { ref, from: before, to, log: `gitsync: ${why}` })
}
