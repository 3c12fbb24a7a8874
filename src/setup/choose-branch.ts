import { shellWord } from '../shell-word.js'
import type { RemoteLook } from '../git/transport/remote/remote-look.js'
import { RefusalError } from './outcome.js'
import type { Place } from './refuse-place.js'

/** Which branch of the remote ours is to be level with. */
export interface Meeting {
  /** What our branch is to be called where nothing is committed yet; null leaves it to git. */
  readonly start: string | null
  /** The remote's branch that is there already; null where ours will be its first push. */
  readonly theirs: string | null
}

const listed = (look: RemoteLook): string => [...look.branches.keys()].slice(0, 5).join(', ')

/** Nothing is committed here, so what the remote has decides, as with `git clone`. */
const start = (wish: string | null, ours: string | null, look: RemoteLook): Meeting => {
  const has = (name: string | null): name is string => name !== null && look.branches.has(name)
  if (wish !== null) return { start: wish, theirs: has(wish) ? wish : null }
  if (look.branches.size === 0) return { start: null, theirs: null }
  const [only] = look.branches.size === 1 ? look.branches.keys() : []
  const found = has(ours) ? ours : (look.head ?? only)
  if (found !== undefined) return { start: found, theirs: found }
  throw new RefusalError(
    'other-branch',
    `The remote has the branches ${listed(look)}, and does not say which is its first.`,
    'Name one: --branch NAME.',
  )
}

/**
 * Two machines that push different branches would never meet, and a name that a person gave is not changed.
 *
 * @param wish the branch that the config or a flag names
 * @throws RefusalError where a person has to choose
 */
export const chooseBranch = (place: Place, wish: string | null, look: RemoteLook): Meeting => {
  if (place.kind !== 'repository') return start(wish, null, look)
  if (place.head === null) return start(wish, place.branch, look)
  const ours = place.follows ?? place.branch
  if (look.branches.has(ours)) return { start: null, theirs: ours }
  if (look.branches.size === 0 || place.follows !== null || wish === place.branch)
    return { start: null, theirs: null }
  const first = look.head ?? [...look.branches.keys()][0] ?? ''
  throw new RefusalError(
    'other-branch',
    `The branch here is ${place.branch}, the remote has ${listed(look)}.`,
    `Call yours the same: git -C ${shellWord(place.path)} branch -m ${first}. Or have it beside the others: --branch ${place.branch}.`,
  )
}
