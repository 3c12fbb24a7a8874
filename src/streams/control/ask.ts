import type { Observable } from 'rxjs'
import {
  EMPTY,
  catchError,
  concat,
  concatMap,
  defer,
  from,
  map,
  mergeMap,
  of,
  timeout,
  toArray,
} from 'rxjs'
import type { SyncOutcome } from '../../actors/outcome.js'
import { exchange, isForsaken } from './exchange.js'
import type { Address } from './place.js'
import { addressesIn, placesOf, surroundings } from './place.js'
import type { ControlAnswer, ControlRequest } from './protocol.js'
import { wordsOf } from '../system-error.js'

/** What a person or a program wants of the gitsyncs that run. */
export type DaemonRequest = Omit<ControlRequest, 'repos'>

export type SocketAnswer =
  /** The gitsync that keeps this repository in sync did it, and tells what it led to. */
  | { readonly type: 'Answered'; readonly repo: string; readonly outcomes: readonly SyncOutcome[] }
  /** No gitsync that can be asked keeps this repository in sync. */
  | { readonly type: 'Unanswered'; readonly repo: string }
  /** There is one that cannot be asked. */
  | { readonly type: 'DaemonSilent'; readonly message: string }

type Silent = Extract<SocketAnswer, { type: 'DaemonSilent' }>

/** Milliseconds in which a gitsync says what it keeps in sync; one that is stuck must not hold up the others. */
const patience = 2_000

interface Holder {
  readonly type: 'Holder'
  readonly address: Address
  readonly repos: readonly string[]
  readonly follows: readonly string[]
}

const silent = (message: string): Silent => ({ type: 'DaemonSilent', message })

const answerOf = (
  { address }: Address,
  request: ControlRequest,
): Observable<Extract<ControlAnswer, { ok: true }>> =>
  exchange(address, request).pipe(
    map((answer) => {
      if (!answer.ok) throw new Error(answer.error)
      return answer
    }),
  )

const silence = ({ pid }: Address, error: unknown): Silent =>
  silent(`the gitsync of process ${String(pid)} cannot be asked: ${wordsOf(error)}`)

/** Who keeps which of these in sync. */
const holders$ = (repos: readonly string[]): Observable<Holder | Silent> =>
  defer(() => {
    const around = surroundings()
    return from(placesOf(around)).pipe(
      concatMap((place) =>
        defer(() => from(addressesIn(place, around.uid))).pipe(
          catchError((error: unknown) => of(silent(wordsOf(error)))),
        ),
      ),
    )
  }).pipe(
    mergeMap((one) =>
      'type' in one
        ? of(one)
        : answerOf(one, { command: 'repos', repos }).pipe(
            timeout(patience),
            map(({ repos: found, follows = [] }): Holder => {
              return { type: 'Holder', address: one, repos: found.map(({ repo }) => repo), follows }
            }),
            // What a killed one left behind is nobody.
            catchError((error: unknown) => (isForsaken(error) ? EMPTY : of(silence(one, error)))),
          ),
    ),
  )

/** The config files whose changes the gitsyncs of this user that run take up. */
export const followed$ = (): Observable<string> =>
  holders$([]).pipe(concatMap((one) => (one.type === 'Holder' ? one.follows : [])))

/** Each repository has one holder, whoever says so first. */
const oneEach = (holders: readonly Holder[]): readonly Holder[] => {
  const taken = new Set<string>()
  return holders.map((holder) => {
    const repos = holder.repos.filter((repo) => !taken.has(repo))
    for (const repo of repos) taken.add(repo)
    return { ...holder, repos }
  })
}

const order = ({ address, repos }: Holder, request: DaemonRequest): Observable<SocketAnswer> =>
  answerOf(address, { ...request, repos }).pipe(
    concatMap(({ repos: results }) =>
      results.map(({ repo, outcomes }) => ({ type: 'Answered', repo, outcomes }) as const),
    ),
    catchError((error: unknown) => of(silence(address, error))),
  )

/**
 * Asks each gitsync of this user that runs for its repositories, and then whoever keeps one of these in sync for what
 * is wanted. Every repository is answered for, or said to be unanswered in the end.
 */
export const ask = (request: DaemonRequest, repos: readonly string[]): Observable<SocketAnswer> =>
  defer(() => {
    const answered = new Set<string>()
    const answers$ = holders$(repos).pipe(
      toArray(),
      concatMap((found) => {
        const holders = oneEach(found.filter((one) => one.type === 'Holder'))
        return concat(
          from(found.filter((one) => one.type === 'DaemonSilent')),
          from(holders.filter((holder) => holder.repos.length > 0)).pipe(
            mergeMap((holder) => order(holder, request)),
          ),
        )
      }),
      map((answer) => {
        if (answer.type === 'Answered') answered.add(answer.repo)
        return answer
      }),
    )
    const rest$ = defer(() => from(repos.filter((repo) => !answered.has(repo))))
    return concat(answers$, rest$.pipe(map((repo) => ({ type: 'Unanswered', repo }) as const)))
  })
