import type { Transport } from '../port.js'
import { nameOfPush } from '../port.js'

/**
 * Refusals in a row of one commit, each after a fetch. Where somebody else was first, the fetch after the first refusal
 * brings what they pushed, and another commit is pushed next.
 */
const believed = 3

const words =
  'It has commits that no fetch brings, and so is another repository than the one that is fetched from. Merge them by hand (git pull ADDRESS), or correct the address that is pushed to.'

/** A push to where others were first, though no fetch brings their commits, is for a person: the remote has two places. */
export const stuckPush = (push: Transport['push']): Transport['push'] => {
  let refused: { readonly name: string; readonly times: number } = { name: '', times: 0 }
  return async (request) => {
    const result = await push(request)
    if (result.kind !== 'rejected' || result.reason !== 'non-fast-forward') {
      refused = { name: '', times: 0 }
      return result
    }
    const name = nameOfPush(request)
    refused = { name, times: refused.name === name ? refused.times + 1 : 1 }
    if (refused.times < believed) return result
    return { ...result, reason: 'declined', message: `${result.message}\n${words}` }
  }
}
