import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import type { Position } from '../../actors/reports.js'
import type { GitConfigSnapshot, GitOid, GitRepository } from '../git-objects.js'
import { libgit2, orNull } from '../libgit2.js'
import { looseOidNow, symbolicTargetNow } from './loose-ref.js'
import { isOwedNow } from './owed.js'
import { failure } from '../problem/problem.js'
import { configOf, readConfig } from '../repository.js'

const heads = 'refs/heads/'

/** Where counting the commits of an unpublished branch ends. */
const countBound = 1_000_000

/** Short name of the branch that HEAD is on. @throws GitFailure `detached-head` */
export const readBranch = async (git: GitRepository): Promise<string> => {
  const target =
    symbolicTargetNow(join(git.path(), 'HEAD')) ??
    (await libgit2.Reference.lookup(git, 'HEAD')).symbolicTarget()
  if (target?.startsWith(heads) === true) return target.slice(heads.length)
  throw failure('detached-head', 'HEAD is not on a branch.')
}

/** @param name below `refs/heads/` or `refs/remotes/`, or another that all work trees share */
export const readRef = async (git: GitRepository, name: string): Promise<GitOid | null> => {
  const loose = looseOidNow(join(git.commondir(), name))
  return loose === null
    ? orNull(libgit2.Reference.nameToId(git, name))
    : libgit2.Oid.fromString(loose)
}

const remoteOf = async (
  git: GitRepository,
  upstream: string | null,
  wanted: string | null,
): Promise<string | null> => {
  const names = await git.getRemoteNames()
  // A remote that is asked for by name and is not there is told when it is talked to, never passed over.
  if (wanted !== null) return wanted
  if (upstream !== null && names.includes(upstream)) return upstream
  return names.includes('origin') ? 'origin' : null
}

/** @throws GitFailure `not-found` where git knows no remote of that name */
export const refuseUnknownRemote = async (git: GitRepository, remote: string): Promise<void> => {
  const names = await git.getRemoteNames()
  if (names.includes(remote)) return
  const known = names.length === 0 ? 'there is none' : `there is ${names.join(', ')}`
  throw failure(
    'not-found',
    `git knows no remote called ${remote}; ${known}.`,
    `git remote add ${remote} URL, or correct "remote".`,
  )
}

const upstreamBranchOf = async (config: GitConfigSnapshot, branch: string): Promise<string> => {
  const merge = await readConfig(config, `branch.${branch}.merge`)
  return merge?.startsWith(heads) === true ? merge.slice(heads.length) : branch
}

const count = async (git: GitRepository, oid: GitOid): Promise<number> => {
  const walk = libgit2.Revwalk.create(git)
  walk.push(oid)
  return (await walk.fastWalk(countBound)).length
}

type Distance = Pick<Position, 'ahead' | 'behind'>

const measured = async (
  git: GitRepository,
  head: GitOid | null,
  upstream: GitOid | null,
): Promise<Distance> => {
  if (head !== null && upstream !== null)
    return head.tostrS() === upstream.tostrS()
      ? { ahead: 0, behind: 0 }
      : libgit2.Graph.aheadBehind(git, head, upstream)
  return {
    ahead: head === null ? 0 : await count(git, head),
    behind: upstream === null ? 0 : await count(git, upstream),
  }
}

/**
 * What the remote sent may be no commit at all, or one that cannot be read. That is not a matter of what is saved here:
 * it counts as one that waits to be integrated, which then tells, and the next fetch may bring something better.
 */
const distance = async (
  git: GitRepository,
  head: GitOid | null,
  upstream: GitOid | null,
): Promise<Distance> => {
  try {
    return await measured(git, head, upstream)
  } catch (error) {
    if (head !== null) await libgit2.Commit.lookup(git, head)
    if (upstream === null) throw error
    return { ahead: 0, behind: 1 }
  }
}

type UpstreamName = Pick<NonNullable<Position['upstream']>, 'remote' | 'branch'>

const upstreamOf = async (
  git: GitRepository,
  branch: string,
  wanted: string | null,
): Promise<UpstreamName | null> => {
  const config = await configOf(git)
  const configured = await readConfig(config, `branch.${branch}.remote`)
  const remote = await remoteOf(git, configured, wanted)
  if (remote === null) return null
  return { remote, branch: remote === configured ? await upstreamBranchOf(config, branch) : branch }
}

/**
 * Where the branch stands, from refs and the graph alone. @throws GitFailure `detached-head`
 * @param before where it stood earlier in the same cycle: the configuration is not asked again for its upstream
 */
export const readPosition = async (
  git: GitRepository,
  settings: Pick<RepoSettings, 'remote'>,
  before: Position | null = null,
): Promise<Position> => {
  const branch = await readBranch(git)
  const head = await readRef(git, `${heads}${branch}`)
  const upstream =
    before?.branch === branch ? before.upstream : await upstreamOf(git, branch, settings.remote)
  if (upstream === null)
    return { branch, head: head?.tostrS() ?? null, upstream, ahead: 0, behind: 0 }
  const { remote, branch: theirs } = upstream
  const oid = await readRef(git, `refs/remotes/${remote}/${theirs}`)
  const { ahead, behind } = await distance(git, head, oid)
  const isOwed = head !== null && isOwedNow(git.path(), { remote, branch: theirs })
  return {
    branch,
    head: head?.tostrS() ?? null,
    upstream: { remote, branch: theirs, oid: oid?.tostrS() ?? null },
    ahead: isOwed ? Math.max(1, ahead) : ahead,
    behind,
  }
}
