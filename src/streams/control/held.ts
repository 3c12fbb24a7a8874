import type { Observable } from 'rxjs'
import { defer, finalize, from, map, tap } from 'rxjs'
import type { RepoCommand } from '../../actors/commands.js'
import type { SyncOutcome } from '../../actors/outcome.js'
import type { PauseReason } from '../../actors/pause.js'

/** The repositories that have an actor now, and the pauses that outlast one. */
export interface Held {
  readonly paths: () => readonly string[]
  /** Those that are wanted from now on: what is known of the others is forgotten. */
  readonly want: (paths: readonly string[]) => void
  /** The outcomes of its actor, which it has while somebody is subscribed. */
  readonly hold: (path: string, outcomes$: Observable<SyncOutcome>) => Observable<SyncOutcome>
  /** What a new actor is to be told first: a pause ends with the process, not with the options of a repository. */
  readonly pauses: (path: string) => Observable<RepoCommand>
}

export const openHeld = (): Held => {
  const held = new Set<string>()
  const paused = new Map<string, readonly PauseReason[]>()
  return {
    paths: () => [...held],
    want: (paths) => {
      const wanted = new Set(paths)
      for (const path of paused.keys()) if (!wanted.has(path)) paused.delete(path)
    },
    hold: (path, outcomes$) =>
      defer(() => {
        held.add(path)
        return outcomes$
      }).pipe(
        tap((outcome) => {
          if (outcome.type === 'Paused') paused.set(path, outcome.reasons)
          if (outcome.type === 'Unpaused') paused.delete(path)
        }),
        finalize(() => {
          held.delete(path)
        }),
      ),
    pauses: (path) =>
      defer(() => from(paused.get(path) ?? [])).pipe(
        map((reason): RepoCommand => ({ type: 'Pause', ...reason })),
      ),
  }
}
