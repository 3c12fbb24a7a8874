import type { Observable, SchedulerLike } from 'rxjs'
import {
  EMPTY,
  asyncScheduler,
  buffer,
  defer,
  filter,
  map,
  merge,
  of,
  skip,
  switchMap,
  take,
  timer,
} from 'rxjs'
import { everything } from '../../actors/changes.js'
import type { RepoCommand } from '../../actors/commands.js'
import type { SyncOutcome } from '../../actors/outcome.js'
import type { ControlRequest } from './protocol.js'
import type { Standing } from './standing.js'

/** One repository, as a request meets it. */
export interface Addressee {
  /** What it tells from now on; hot, and in the same turn as the command that makes it tell. */
  readonly told$: Observable<SyncOutcome>
  /** As it is when asked. */
  readonly standing: () => Standing
}

/** A request is a command to the actor, and then what it led to. */
export type Obeyed =
  | { readonly type: 'Given'; readonly command: RepoCommand }
  | { readonly type: 'Done'; readonly outcomes: readonly SyncOutcome[] }

/** The reason of every pause that a person asks for, so that any person's `resume` takes it back. */
const person = 'person'

type Wait = (to: Addressee, scheduler: SchedulerLike) => Observable<readonly SyncOutcome[]>

const isOf =
  (...types: readonly SyncOutcome['type'][]) =>
  ({ type }: SyncOutcome): boolean =>
    types.includes(type)

/** When all that a turn tells has been told. */
const nextTurn = (scheduler: SchedulerLike): Observable<unknown> => timer(0, scheduler)

/** What is told until then, with what ends it. */
const toldUntil = (
  { told$ }: Addressee,
  end$: Observable<unknown>,
): Observable<readonly SyncOutcome[]> => told$.pipe(buffer(end$), take(1))

/** A pause begins when the cycle settles; another cycle means that somebody took it back. */
const pausing: Wait = (to, scheduler) => {
  const { paused } = to.standing()
  const end$ =
    paused === null
      ? to.told$.pipe(filter(isOf('Paused', 'CycleStarted', 'Stopped')))
      : nextTurn(scheduler)
  const before = paused === null ? [] : [paused]
  return toldUntil(to, end$).pipe(
    map((outcomes) => [...before, ...outcomes].filter(isOf('Paused', 'Stopped')).slice(-1)),
  )
}

const resuming: Wait = (to, scheduler) =>
  toldUntil(to, nextTurn(scheduler)).pipe(
    map((outcomes) => outcomes.filter(isOf('Unpaused', 'Paused'))),
  )

/** What a person is waited for is told once, and whoever asks may not have heard it. */
const withHalt = (cycle: readonly SyncOutcome[], { halted }: Standing): readonly SyncOutcome[] => {
  const last = cycle.at(-1)
  const silent = last?.type === 'CycleSettled' && last.outcome === 'halted'
  return halted === null || !silent || cycle.some(isOf('Halted')) ? cycle : [halted, ...cycle]
}

/**
 * The cycle that a trigger causes. At rest that is one at once. During a cycle it is the one after it; or, while that
 * waits for its retry, the same one, which takes the trigger in: then no other follows in the turn that settles it.
 */
const syncing: Wait = (to, scheduler) => {
  const { inCycle, paused } = to.standing()
  if (paused !== null) return of([paused])
  const settled$ = to.told$.pipe(filter(isOf('CycleSettled')))
  const end$ = merge(
    to.told$.pipe(filter(isOf('Paused', 'Stopped'))),
    settled$.pipe(skip(inCycle ? 1 : 0)),
    inCycle
      ? to.told$.pipe(
          switchMap(({ type }) => (type === 'CycleSettled' ? nextTurn(scheduler) : EMPTY)),
        )
      : EMPTY,
  )
  return toldUntil(to, end$).pipe(
    map((told) => told.slice(Math.max(0, told.findLastIndex(isOf('CycleStarted'))))),
    map((cycle) => withHalt(cycle, to.standing())),
  )
}

interface Obedience {
  readonly wait: Wait
  readonly command: (request: ControlRequest, now: number) => RepoCommand | null
}

const endOf = ({ forMs }: ControlRequest, now: number): string | null =>
  forMs === undefined ? null : new Date(now + forMs).toISOString()

const obedience: Readonly<Record<ControlRequest['command'], Obedience>> = {
  repos: { wait: () => of([]), command: () => null },
  pause: {
    wait: pausing,
    command: (request, now) => ({ type: 'Pause', reason: person, until: endOf(request, now) }),
  },
  resume: { wait: resuming, command: () => ({ type: 'Resume', reason: person }) },
  sync: {
    wait: syncing,
    command: () => ({ type: 'Sync', trigger: 'manual', changes: everything }),
  },
}

/** What a request does in one repository. It is listened to before it is told, since it may answer in the same turn. */
export const obey = (
  request: ControlRequest,
  to: Addressee,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Obeyed> =>
  defer(() => {
    const { wait, command } = obedience[request.command]
    const given = command(request, scheduler.now())
    return merge(
      wait(to, scheduler).pipe(map((outcomes) => ({ type: 'Done', outcomes }) as const)),
      given === null ? EMPTY : of({ type: 'Given', command: given } as const),
    )
  })
