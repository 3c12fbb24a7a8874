import { rmSync } from 'node:fs'
import type { Observable } from 'rxjs'
import { EMPTY, catchError, defer, from, ignoreElements, mergeMap, timeout } from 'rxjs'
import { exchange, isForsaken } from './exchange.js'
import type { Place } from './place.js'
import { addressesIn } from './place.js'
import { codeOf } from '../system-error.js'

/** Milliseconds; whoever does not even answer this soon is alive, and stuck. */
const patience = 2_000

const isDead = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/**
 * Removes what `kill -9` left. Only where nobody listens and no such process is here: one of a container that shares
 * the folder listens, though its number says nothing here.
 */
export const clearStale = (place: Place, uid: number | null): Observable<never> =>
  defer(() => from(place.kind === 'pipes' ? [] : addressesIn(place, uid))).pipe(
    mergeMap(({ address, pid }) =>
      isDead(pid)
        ? exchange(address, { command: 'repos', repos: [] }).pipe(
            timeout(patience),
            catchError((error: unknown) => {
              if (isForsaken(error)) rmSync(address, { force: true })
              return EMPTY
            }),
          )
        : EMPTY,
    ),
    ignoreElements(),
    catchError(() => EMPTY),
  )
