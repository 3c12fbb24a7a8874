import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictKept } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { hasCode } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { statNow } from '../files/stat-now.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { isUntouched } from './file-state.js'
import { keepBeside } from './keep-aside.js'
import { isOld } from './old-version.js'
import { markStep } from '../step-mark.js'
import type { Found } from './survey.js'
import type { Swap } from './way.js'
import { kept } from './way.js'

/** Where old versions lie from the moment that they are taken away. */
export const asideIn = ({ ownDir }: Repository): string => join(ownDir, 'aside')

export const asideOf = (repository: Repository, n: number): string =>
  join(asideIn(repository), String(n))

/**
 * Takes the old version away by a rename, which catches whatever stands there at that moment, and looks at it
 * once more: what was written since the survey is nobody's to drop. A program may put size and time back, but not the
 * time of the last change of any kind, which the rename is one of.
 *
 * @returns the absolute path of the old version if it was edited, else null
 */
export const takeAway = async (
  { repository, taken }: Swap,
  delta: TreeDelta,
  { state }: Extract<Found, { kind: 'as-from' }>,
  n: number,
): Promise<string | null> => {
  const away = asideOf(repository, n)
  const file = fileAt(repository.workTree, delta.path)
  const before = statNow(file)
  try {
    await rename(file, away)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
  markStep('taken-away')
  const now = statNow(away)
  if (now === null) return null
  taken.set(n, now.ctimeNs)
  if (!isUntouched(state, now)) return away
  return before?.ctimeNs === state.ctimeNs || (await isOld(repository, delta, away)) ? null : away
}

/** An edited version that was taken away, under a conflict copy's name. */
export const keepEdited = async (
  swap: Swap,
  delta: TreeDelta,
  edited: string,
): Promise<readonly ConflictKept[]> => {
  const aside = await keepBeside(swap, edited, delta.path, swap.now)
  return aside === null ? [] : [kept(delta, aside)]
}
