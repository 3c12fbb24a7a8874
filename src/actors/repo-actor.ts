import type { Observable } from 'rxjs'
import {
  Subject,
  catchError,
  concatMap,
  connect,
  defer,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  observeOn,
  of,
  queueScheduler,
  scan,
  take,
  takeWhile,
  tap,
  throwIfEmpty,
} from 'rxjs'
import type { Context, Input } from './context.js'
import { decide } from './decide.js'
import type { RepoEvent } from './events.js'
import { isFact } from './events.js'
import { evolve } from './evolve.js'
import type { Operation } from './operation.js'
import { operationFor } from './operation.js'
import type { SyncOutcome } from './outcome.js'
import type { Policy } from './plan.js'
import type { Journal, WorkTree } from './ports.js'
import type { Report } from './reports.js'
import { stepOf } from './reports.js'
import type { RepoState } from './state.js'
import { initialState } from './state.js'
import { withoutSecrets } from './without-secrets.js'

export interface RepoActor {
  /** Absolute path of the work tree. */
  readonly repo: string
  readonly workTree: WorkTree
  readonly journal: Journal
  readonly policy: Policy
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** In [0, 1). */
  readonly random: () => number
}

/** One input's effect: what happened, and what to do next. */
interface Turn {
  readonly state: RepoState
  readonly events: readonly RepoEvent[]
  readonly operation: Operation | null
  readonly at: number
}

const rest: Turn = { state: initialState, events: [], operation: null, at: 0 }

const turn = (state: RepoState, input: Input, context: Context): Turn => {
  const at = context.now
  const events = decide(input, state, context)
  const next = events.reduce((folded, event) => evolve(folded, event, at), state)
  const starts = events.at(-1)?.type === 'StepStarted'
  return { state: next, events, operation: starts ? operationFor(next) : null, at }
}

const ask = (workTree: WorkTree, operation: Operation): Observable<Report> => {
  switch (operation.kind) {
    case 'inspect':
      return workTree.inspect()
    case 'commit':
      return workTree.commit(operation.changes, operation.position)
    case 'fetch':
      return workTree.fetch(operation.position)
    case 'squash':
      return workTree.squash(operation.position)
    case 'integrate':
      return workTree.integrate(operation.position)
    case 'push':
      return workTree.push(operation.position)
    default:
      return operation satisfies never
  }
}

/** Whatever a port throws is a bug of ours: this repository halts and says so, the others go on. */
const perform = (workTree: WorkTree, operation: Operation): Observable<Report> =>
  defer(() => ask(workTree, operation)).pipe(
    take(1),
    tap((report) => {
      if (stepOf(report) !== operation.kind)
        throw new Error(`${operation.kind} was answered by ${report.type}`)
    }),
    throwIfEmpty(() => new Error(`${operation.kind} ended without a report`)),
    catchError((error: unknown) =>
      of<Report>({
        type: 'Failed',
        operation: operation.kind,
        problem: {
          kind: 'unexpected',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
          remedy: 'This is a fault of gitsync: please report it with this message.',
        },
      }),
    ),
  )

/**
 * The shell around decide and evolve: folds inputs, appends what happened to the journal, and only then
 * performs the one operation that the state asks for, whose report is the next input.
 * Completes after `Stopped`; unsubscribing starts no further step.
 */
export const repoActor = (
  commands$: Observable<Input>,
  { repo, workTree, journal, policy, clock, random }: RepoActor,
): Observable<SyncOutcome> =>
  defer(() => {
    const reports$ = new Subject<Report>()
    let seq = 0
    // Where the journal ends is asked anew: another gitsync may have written before this one took over.
    const nextSeq = (): number => (seq = Math.max(seq, journal.lastSeq) + 1)
    const stamp = ({ events, at }: Turn): readonly SyncOutcome[] =>
      events.filter(isFact).map((fact) => ({
        ...withoutSecrets(fact),
        repo,
        at: new Date(at).toISOString(),
        seq: nextSeq(),
      }))

    return merge(reports$, commands$).pipe(
      // A report that comes while a turn is told must wait until every observer has seen that turn.
      observeOn(queueScheduler),
      scan(
        ({ state }, input) => turn(state, input, { now: clock(), random: random(), policy }),
        rest,
      ),
      takeWhile(({ state }) => state.phase !== 'stopped', true),
      connect((turns$) =>
        merge(
          turns$.pipe(
            map(stamp),
            filter((outcomes) => outcomes.length > 0),
            tap((outcomes) => {
              journal.append(outcomes)
            }),
            concatMap((outcomes) => from(outcomes)),
          ),
          turns$.pipe(
            map(({ operation }) => operation),
            filter((operation) => operation !== null),
            concatMap((operation) => perform(workTree, operation)),
            tap((report) => {
              reports$.next(report)
            }),
            ignoreElements(),
          ),
        ),
      ),
    )
  })
