import type { Oid } from '../../../actors/outcome.js'
import type { TransportRequest } from '../../../actors/ports.js'
import { areBrought } from '../../commit/brought.js'
import { refuseWhileCollecting } from '../../commit/garbage.js'
import { libgit2, orNull } from '../../libgit2.js'
import { movingRef } from '../../refs/own-ref.js'
import { readRef } from '../../refs/position.js'
import type { Repository } from '../../repository.js'
import type { Transport } from '../port.js'
import { trackingRef } from '../port.js'
import { commonDirOf } from '../remote/read-ref.js'

/** GIT_REPOSITORY_OPEN_NO_SEARCH: the git directory itself. */
const noSearch = 1

/** Opened anew: it remembers no object that is gone, and a commit may be made beside this talk. */
const openAnew = async (gitDir: string): Promise<Pick<Repository, 'git' | 'commonDir'>> => ({
  git: await libgit2.Repository.openExt(gitDir, noSearch, ''),
  commonDir: await commonDirOf(gitDir),
})

/** Where the references of ours are that may name what is gone. */
type Tips = Readonly<Record<'moving' | 'tracked', Oid | null>>

const isSame = (one: Tips | undefined, other: Tips): boolean =>
  one?.moving === other.moving && one.tracked === other.tracked

/**
 * Forgets those of them that name what `git gc` took, or what needs it: git takes what it has of them for whole and would
 * never ask for it again.
 *
 * @param known where they were when they were looked at last: what they name since is taken by none that begins later, and
 * who finds it gone all the same had made it the end of a move
 */
const forgetLost = async (request: TransportRequest, known?: Tips): Promise<Tips> => {
  const { gitDir } = request
  const repository = await openAnew(gitDir)
  const { git, commonDir } = repository
  const refs = { moving: movingRef({ gitDir, commonDir }), tracked: trackingRef(request) }
  const tipOf = async (ref: string): Promise<Oid | null> =>
    (await readRef(git, ref))?.tostrS() ?? null
  const now: Tips = { moving: await tipOf(refs.moving), tracked: await tipOf(refs.tracked) }
  if (isSame(known, now)) return now
  const from = (await orNull(libgit2.Reference.nameToId(git, 'HEAD')))?.tostrS() ?? null
  const kept = async (name: keyof Tips): Promise<Oid | null> => {
    const to = now[name]
    if (to === null || (await areBrought(repository, { from, to }))) return to
    ;(await libgit2.Reference.lookup(git, refs[name])).delete()
    return null
  }
  return { moving: await kept('moving'), tracked: await kept('tracked') }
}

/**
 * A fetch that waits for `git gc`, and brings again what one took while no reference, or only ours, named it. What is not
 * whole when it was fetched again is so at the remote: that is told when it is to be integrated.
 */
export const wholeFetch = (fetch: Transport['fetch']): Transport['fetch'] => {
  const looked = new Map<string, Tips>()
  return async (request) => {
    const ref = trackingRef(request)
    const { gitDir } = request
    const commonDir = await commonDirOf(gitDir)
    await refuseWhileCollecting({ commonDir })
    const before = await forgetLost(request, looked.get(ref))
    looked.set(ref, before)
    const result = await fetch(request)
    if (result.oid === null || result.oid === before.tracked) return result
    looked.delete(ref)
    // One may have begun meanwhile, and have looked at the references before this one was written.
    await refuseWhileCollecting({ commonDir })
    const after = await forgetLost(request)
    looked.set(ref, { ...after, tracked: result.oid })
    return after.tracked === result.oid ? result : fetch(request)
  }
}
