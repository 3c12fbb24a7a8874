import type { TransportRequest } from '../../../actors/ports.js'
import type { GitReference } from '../../git-objects.js'
import { libgit2 } from '../../libgit2.js'
import { problemOf } from '../../problem/problem.js'
import type { Transport } from '../port.js'
import { trackingRef } from '../port.js'

/** How git and libgit2 say that one ref stands in the way of another. */
const blocked = /cannot lock ref|collides with existing|parent is not directory/i

/** Refs that are asked about at once; the next fetch goes on with the others. */
const most = 32

/** GIT_REPOSITORY_OPEN_NO_SEARCH: the git directory itself. */
const noSearch = 1

/** A ref is a file, and those below it are in a folder of the same name: there is only one of both. */
const excludes = (one: string, other: string): boolean =>
  one.startsWith(`${other}/`) || other.startsWith(`${one}/`)

interface Blocker {
  readonly branch: string
  readonly ref: GitReference
}

/** What is remembered of this remote, and of no other, where the branch is to be remembered. */
const blockersOf = async (request: TransportRequest): Promise<readonly Blocker[]> => {
  const git = await libgit2.Repository.openExt(request.gitDir, noSearch, '')
  const own = `refs/remotes/${request.remote}/`
  const foreign = (await git.getRemoteNames())
    .map((name) => `refs/remotes/${name}/`)
    .filter((folder) => folder !== own && folder.startsWith(own))
  const names = (await libgit2.Reference.list(git)).filter(
    (name) =>
      name.startsWith(own) &&
      excludes(name, trackingRef(request)) &&
      !foreign.some((folder) => name.startsWith(folder)),
  )
  return Promise.all(
    names.slice(0, most).map(async (name) => ({
      branch: name.slice(own.length),
      ref: await libgit2.Reference.lookup(git, name),
    })),
  )
}

/** Whether something stood in the way that is gone now. What cannot be told stays. */
const clearWay = async (ask: Transport['ask'], request: TransportRequest): Promise<boolean> => {
  try {
    const blockers = await blockersOf(request)
    for (const { branch, ref } of blockers) {
      if ((await ask({ ...request, branch })) !== null) return false
      // Only as it was before the question: whoever fetched it meanwhile knows better.
      ref.delete()
    }
    return blockers.length > 0
  } catch {
    return false
  }
}

/**
 * A fetch that makes way for itself: where the remote's branch `dev` is gone and `dev/notes` came, or the other way round,
 * the tracking ref of the one that is gone excludes that of the other for ever, since nobody prunes it.
 */
export const unblockedFetch =
  ({ fetch, ask }: Pick<Transport, 'fetch' | 'ask'>): Transport['fetch'] =>
  async (request) => {
    try {
      const result = await fetch(request)
      // The push of a new branch is remembered there as well.
      if (result.oid === null) await clearWay(ask, request)
      return result
    } catch (error) {
      if (!blocked.test(problemOf(error).message) || !(await clearWay(ask, request))) throw error
      return fetch(request)
    }
  }
