import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { ownRef } from '../refs/own-ref.js'
import type { GitCommit, GitOid } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'

/** Commits at the end of a branch that are looked at; what comes before them stays as it is. */
const runBound = 10_000

/** GIT_SORT_TOPOLOGICAL: children first. */
const childrenFirst = 1

/** What a walk says of an object that is no commit, such as a tagged file: it reaches none. */
const noCommit: ReadonlySet<unknown> = new Set([-12, -19])

/** Where the other work trees of this repository stand, as far as it is no branch. */
const detachedHeads = async ({ commonDir, gitDir }: Repository): Promise<readonly GitOid[]> => {
  const names = await readdir(join(commonDir, 'worktrees')).catch(() => [])
  const places = [commonDir, ...names.map((name) => join(commonDir, 'worktrees', name))]
  const heads = await Promise.all(
    places
      .filter((place) => place !== gitDir)
      .map((place) => readFile(join(place, 'HEAD'), 'latin1').catch(() => '')),
  )
  return heads
    .filter((head) => /^[0-9a-f]{40}\s*$/.test(head))
    .map((head) => libgit2.Oid.fromString(head.trim()))
}

/** All that others, or other branches, tags and stashes, know of; of our own refs what was sent alone. */
const knownElsewhere = async (
  repository: Repository,
  branch: string,
): Promise<readonly GitOid[]> => {
  const { git } = repository
  const names = (await libgit2.Reference.list(git)).filter(
    (name) =>
      name !== `refs/heads/${branch}` &&
      (name === ownRef('sent', branch) || !name.startsWith('refs/gitsync/')),
  )
  const oids: GitOid[] = [...(await detachedHeads(repository))]
  for await (const [, oid] of inSlices(names, (name) => readRef(git, name)))
    if (oid !== null) oids.push(oid)
  return oids
}

/** None where the walk cannot tell what is reached from one of the others. */
const onlyOn = async (
  { git }: Repository,
  tip: Oid,
  others: readonly GitOid[],
): Promise<ReadonlySet<Oid>> => {
  const walk = libgit2.Revwalk.create(git)
  walk.sorting(childrenFirst)
  walk.push(libgit2.Oid.fromString(tip))
  for (const other of others) {
    const code = walk.hide(other)
    if (code !== 0 && !noCommit.has(code)) return new Set()
  }
  return new Set((await walk.fastWalk(runBound)).map((oid) => oid.tostrS()))
}

/** From the tip downwards, as long as each is one of these and has one parent; oldest first. */
const runOf = async (
  { git }: Repository,
  tip: Oid,
  among: ReadonlySet<Oid>,
): Promise<readonly GitCommit[]> => {
  const run: GitCommit[] = []
  for (let oid = tip; run.length < runBound && among.has(oid);) {
    const commit = await libgit2.Commit.lookup(git, oid)
    if (commit.parentcount() !== 1) break
    run.push(commit)
    oid = commit.parentId(0).tostrS()
  }
  return run.reverse()
}

/**
 * The commits at the end of the branch that are ours and that nothing else reaches: no remote, no other branch, tag,
 * stash or work tree, nor what was ever sent. A merge, a root and a commit of anybody else's end the run.
 */
export const unsharedRun = async (
  repository: Repository,
  branch: string,
  tip: Oid,
  own: ReadonlySet<Oid>,
): Promise<readonly GitCommit[]> => {
  const ours = await runOf(repository, tip, own)
  if (ours.length < 2) return []
  // A ref that is broken may have named any of them; that is no reason not to push.
  const others = await knownElsewhere(repository, branch).catch(() => null)
  if (others === null) return []
  const unshared = await onlyOn(repository, tip, others)
  return runOf(repository, tip, new Set([...unshared].filter((oid) => own.has(oid))))
}
