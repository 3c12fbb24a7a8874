import type { Socket } from 'node:net'
import type { Observable } from 'rxjs'
import {
  EMPTY,
  NEVER,
  catchError,
  connect,
  defer,
  filter,
  from,
  fromEvent,
  ignoreElements,
  map,
  merge,
  mergeMap,
  takeUntil,
  tap,
  timeout,
  toArray,
} from 'rxjs'
import type { SyncOutcome } from '../../actors/outcome.js'
import { connections$, part } from './connections.js'
import { firstLine } from './first-line.js'
import type { Addressed } from './lapsing.js'
import { lapsing } from './lapsing.js'
import type { Obeyed } from './obey.js'
import { obey } from './obey.js'
import { newAddress, placesOf, preparePlace, surroundings } from './place.js'
import type { ControlRequest } from './protocol.js'
import { lineOf, longestRequest, parseRequest } from './protocol.js'
import { clearStale } from './stale.js'
import type { Standing } from './standing.js'
import { atFirst, isElsewhere, standing } from './standing.js'
import { wordsOf } from '../system-error.js'

export interface Requests {
  /** Absolute paths of the work trees that are held when it is asked. */
  readonly repos: () => readonly string[]
  /** Config files whose changes are taken up. */
  readonly follows: readonly string[]
  /** What they tell; hot. */
  readonly told$: Observable<SyncOutcome>
  /** Is told why nothing can be asked of us, once. */
  readonly onTrouble: (message: string) => void
}

/** Milliseconds that whoever connects has to say what is wanted. */
const patience = 5_000

const bytesOf = (socket: Socket): Observable<Uint8Array> =>
  (fromEvent(socket, 'data') as Observable<Uint8Array>).pipe(takeUntil(fromEvent(socket, 'end')))

const requestOf = (socket: Socket): Observable<ControlRequest> =>
  bytesOf(socket).pipe(firstLine(longestRequest), timeout({ first: patience }), map(parseRequest))

/** Answers one connection: gives the commands, waits for what they lead to, and says it. */
const serve = (
  socket: Socket,
  { repos, follows, told$ }: Requests,
  stand: ReadonlyMap<string, Standing>,
): Observable<Addressed> => {
  const standingOf = (repo: string): Standing => stand.get(repo) ?? atFirst
  const isHere = (repo: string): boolean => !isElsewhere(standingOf(repo))
  const obeyIn = (
    request: ControlRequest,
    repo: string,
  ): Observable<Obeyed & { readonly repo: string }> => {
    const mine$ = told$.pipe(filter((outcome) => outcome.repo === repo))
    return obey(request, { told$: mine$, standing: () => standingOf(repo) }).pipe(
      map((step) => ({ ...step, repo })),
    )
  }
  return requestOf(socket).pipe(
    mergeMap((request) => {
      const here = repos().filter(isHere)
      const wanted = new Set(request.repos ?? here)
      return from(here.filter((repo) => wanted.has(repo))).pipe(
        mergeMap((repo) => obeyIn(request, repo)),
      )
    }),
    connect((steps$) =>
      merge(
        steps$.pipe(filter((step) => step.type === 'Given')),
        steps$.pipe(
          filter((step) => step.type === 'Done'),
          // Whose it is may have come out meanwhile.
          filter(({ repo }) => isHere(repo)),
          map(({ repo, outcomes }) => ({ repo, outcomes })),
          toArray(),
          tap((results) => {
            part(
              socket,
              lineOf({ ok: true, repos: results, ...(follows.length > 0 && { follows }) }),
            )
          }),
          ignoreElements(),
        ),
      ),
    ),
    catchError((error: unknown) => {
      part(socket, lineOf({ ok: false, error: wordsOf(error) }))
      return EMPTY
    }),
    takeUntil(fromEvent(socket, 'close')),
  )
}

/**
 * What other processes of this user ask of these repositories, over a socket of ours that is there while somebody is
 * subscribed. Never an error: who cannot be asked goes on syncing.
 */
export const requests$ = (options: Requests): Observable<Addressed> =>
  defer(() => {
    const around = surroundings()
    const [place] = placesOf(around)
    if (place === undefined) return NEVER
    preparePlace(place, around.uid)
    const stand = new Map<string, Standing>()
    const noted$ = options.told$.pipe(
      tap((outcome) => {
        stand.set(outcome.repo, standing(stand.get(outcome.repo) ?? atFirst, outcome))
      }),
      ignoreElements(),
    )
    return merge(
      noted$,
      clearStale(place, around.uid),
      connections$(place, newAddress(place)).pipe(
        mergeMap((socket) => serve(socket, options, stand)),
      ),
    )
  }).pipe(
    catchError((error: unknown) => {
      options.onTrouble(wordsOf(error))
      return NEVER
    }),
    lapsing(),
  )
