import { join } from 'node:path'
import type { TransportRequest } from '../../../actors/ports.js'
import { bootOfSystem, clearDead } from '../../lock/dead-lock.js'
import { trackingRef } from '../port.js'
import { commonDirOf } from '../remote/read-ref.js'

/**
 * Clears the locks that a killed transfer left: on the tracking ref, and on the list of shallow commits. Called while
 * none of ours runs.
 */
export const clearDeadLocks = async (
  path: string,
  request: TransportRequest,
  booted = bootOfSystem(),
): Promise<void> => {
  const commonDir = await commonDirOf(request.gitDir)
  const locks = [`${trackingRef(request)}.lock`, 'shallow.lock'].map((name) =>
    join(commonDir, name),
  )
  await clearDead(locks, [path, request.gitDir, commonDir], booted)
}
