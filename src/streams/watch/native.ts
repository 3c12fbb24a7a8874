import type { Observable } from 'rxjs'
import type { IgnoreRules } from '../../actors/ports.js'
import type { WorkTreeChange } from './change.js'
import { type Places, guarded$ } from './guarded.js'
import { watchPerDirectory$ } from './per-directory.js'
import { watchUnignored$ } from './unignored.js'

/**
 * The best that the system has: one watch per directory on Linux, a recursive one on macOS and Windows.
 * Ends with `degraded` when there are no more watches or the root is gone.
 */
export const watchNative$ = (
  places: Places,
  ignoreRules: IgnoreRules,
  platform: NodeJS.Platform = process.platform,
): Observable<WorkTreeChange> => {
  const watch$ =
    platform === 'darwin' || platform === 'win32' ? watchUnignored$ : watchPerDirectory$
  return guarded$('native', places, (surroundings) => watch$(surroundings, ignoreRules, platform))
}
