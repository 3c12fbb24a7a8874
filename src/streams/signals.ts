import { type Observable, fromEvent, map, merge } from 'rxjs'
import { everything } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'

/** The part of `process` that is needed. */
export interface SignalSource {
  addListener(signal: string, listener: () => void): object
  removeListener(signal: string, listener: () => void): object
}

/**
 * What a person asks for by signals: SIGINT or SIGTERM settles and stops, a second one stops at the next step
 * boundary, SIGHUP looks at everything now.
 */
export const signals$ = (source: SignalSource): Observable<RepoCommand> =>
  merge(
    merge(fromEvent(source, 'SIGINT'), fromEvent(source, 'SIGTERM')).pipe(
      map((_signal, index): RepoCommand => ({
        type: 'Stop',
        when: index === 0 ? 'after-cycle' : 'after-step',
      })),
    ),
    fromEvent(source, 'SIGHUP').pipe(
      map((): RepoCommand => ({ type: 'Sync', trigger: 'manual', changes: everything })),
    ),
  )
