import { type Observable, type SchedulerLike, asyncScheduler, defer } from 'rxjs'
import type { IgnoreRules, StatusProbe } from '../../actors/ports.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { WorkTreeChange } from './change.js'
import { type Places, guarded$ } from './guarded.js'
import { lacksEvents } from './mount.js'
import { watchNative$ } from './native.js'
import { watchByPoll$ } from './poll.js'
import { rearming$ } from './rearming.js'
import { watchRecursively$ } from './recursive.js'

export interface WorkTreeWatch extends Places {
  readonly mode: RepoSettings['watch']
  readonly pollInterval: number
  readonly ignoreRules: IgnoreRules
  readonly probe: StatusProbe
}

/** The mode with `auto` decided. */
const chosenMode = ({ mode, root }: WorkTreeWatch): Exclude<RepoSettings['watch'], 'auto'> => {
  if (mode !== 'auto') return mode
  return lacksEvents(root) ? 'poll' : 'native'
}

/** What changes in a work tree, for ever: never completes, never errors. Cold; unsubscribing gives all watches back. */
export const watchWorkTree$ = (
  watch: WorkTreeWatch,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<WorkTreeChange> =>
  defer(() => {
    const poll$ = watchByPoll$(watch.probe, watch.pollInterval, scheduler)
    const mode = chosenMode(watch)
    switch (mode) {
      case 'poll':
        return poll$
      case 'native':
        return rearming$(watchNative$(watch, watch.ignoreRules), poll$, scheduler)
      case 'fs.watch': {
        const recursive$ = guarded$('fs.watch', watch, (surroundings) =>
          watchRecursively$(surroundings, 'fs.watch', process.platform),
        )
        return rearming$(recursive$, poll$, scheduler)
      }
    }
  })
