import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import type { Place, Position } from '../../actors/reports.js'
import type { GitOid, GitRepository } from '../git-objects.js'
import { libgit2, orNull } from '../libgit2.js'
import { looseOidNow, symbolicTargetNow } from './loose-ref.js'
import { isOwedNow } from './owed.js'
import { failure } from '../problem/problem.js'
import type { Places } from './places.js'
import { isAddress, placesOf } from './places.js'
import { unnameable } from '../status/status.js'

const heads = 'refs/heads/'

/** Where counting the commits of an unpublished branch ends. */
const countBound = 1_000_000

/**
 * Short name of the branch that HEAD is on; one that nodegit cannot give back to libgit2 is refused, also where a branch
 * is called as it shows.
 *
 * @throws GitFailure `detached-head`
 */
export const readBranch = async (git: GitRepository): Promise<string> => {
  const target =
    symbolicTargetNow(join(git.path(), 'HEAD')) ??
    (await libgit2.Reference.lookup(git, 'HEAD')).symbolicTarget()
  if (target?.includes(unnameable) === true)
    throw failure(
      'unexpected',
      `The name of the branch, ${target.replace(heads, '')}, is no UTF-8: gitsync could but commit to another one.`,
      'Give it another name: git branch -m NAME.',
    )
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

/** @throws GitFailure `not-found` where git knows no remote of that name */
export const refuseUnknownRemote = async (git: GitRepository, remote: string): Promise<void> => {
  const names = await git.getRemoteNames()
  if (names.includes(remote)) return
  const known = names.length === 0 ? 'there is none' : `there is ${names.join(', ')}`
  if (isAddress(remote))
    throw failure(
      'not-found',
      `The branch follows an address, ${remote}, which no remote has; ${known}.`,
      `Give it a name, git remote add NAME ADDRESS, and have the branch follow that: git config branch.${await readBranch(git)}.remote NAME, or pushRemote where it is that.`,
    )
  throw failure(
    'not-found',
    `git knows no remote called ${remote}; ${known}.`,
    `git remote add ${remote} URL, or correct "remote".`,
  )
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

/** An address in the place of a remote has no tracking refs: it is told when it is talked to. */
const tipOf = async (git: GitRepository, { remote, branch }: Place): Promise<GitOid | null> => {
  const ref = `refs/remotes/${remote}/${branch}`
  return libgit2.Reference.isValidName(ref) === 1 ? readRef(git, ref) : null
}

const at = (place: Place, oid: GitOid | null): Place => ({ ...place, oid: oid?.tostrS() ?? null })

/** With a place of its own that is pushed to: what that lacks is ahead, and what either has is behind. */
const distances = async (
  git: GitRepository,
  head: GitOid | null,
  { upstream, pushTo }: Places & { readonly upstream: Place },
): Promise<Places & Distance> => {
  const tip = await tipOf(git, upstream)
  const near = await distance(git, head, tip)
  if (pushTo === undefined) return { upstream: at(upstream, tip), ...near }
  const sent = await tipOf(git, pushTo)
  const far = await distance(git, head, sent)
  return {
    upstream: at(upstream, tip),
    pushTo: at(pushTo, sent),
    ahead: sent === null ? near.ahead : far.ahead,
    behind: near.behind + far.behind,
  }
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
  const places = before?.branch === branch ? before : await placesOf(git, branch, settings.remote)
  const oid = head?.tostrS() ?? null
  const { upstream, pushTo } = places
  if (upstream === null) return { branch, head: oid, upstream, ahead: 0, behind: 0 }
  const found = await distances(git, head, { ...places, upstream })
  const isOwed = head !== null && isOwedNow(git.path(), pushTo ?? upstream)
  return { branch, head: oid, ...found, ahead: isOwed ? Math.max(1, found.ahead) : found.ahead }
}
