import type { Transport } from '../port.js'
import { nameOfPush } from '../port.js'

/** Between two looks whether the commit is still there: as long as the longest rest of the talk with a remote. */
const pause = 15 * 60_000

/**
 * A push that found its commit there, though the fetch before it said otherwise: the remote is fetched from one repository
 * and pushed to another, so that each fetch says anew that there is something to push. The same commit is not pushed again
 * for a while; another one is, at once.
 */
export const levelPush = (
  push: Transport['push'],
  now: () => number = Date.now,
): Transport['push'] => {
  let level: { readonly name: string; readonly until: number } | null = null
  return async (request) => {
    const name = nameOfPush(request)
    if (level?.name === name && now() < level.until)
      return { kind: 'accepted', moved: false, bytes: 0 }
    const result = await push(request)
    level = result.kind === 'accepted' && !result.moved ? { name, until: now() + pause } : null
    return result
  }
}
