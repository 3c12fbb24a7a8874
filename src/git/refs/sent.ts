import type { Oid } from '../../actors/outcome.js'
import { ownRef } from './own-ref.js'
import { compareAndSwapRef } from './move-ref.js'
import { readRef } from './position.js'
import type { Repository } from '../repository.js'

/**
 * Notes what is about to be sent. A remote may take it and be cut off before it says so, or take it later than it is
 * asked next: from here on it counts as pushed.
 */
export const noteSent = async (
  repository: Repository,
  branch: string,
  head: Oid,
): Promise<void> => {
  const ref = ownRef('sent', branch)
  const from = (await readRef(repository.git, ref))?.tostrS() ?? null
  if (from !== head)
    await compareAndSwapRef(repository, { ref, from, to: head, log: 'gitsync: push' })
}
