import type { Changes } from '../../actors/changes.js'
import { everything } from '../../actors/changes.js'
import { allowFile } from '../guard/allow-list.js'

/** Files whose change makes other paths look different. */
const isRule = (path: string): boolean =>
  path === allowFile || /(?:^|\/)\.git(?:ignore|attributes)$/.test(path)

/** Where a rule changed, everything is looked at again. */
export const widened = (changes: Changes): Changes =>
  changes.kind === 'paths' && [...changes.paths].some(isRule) ? everything : changes
