import type { Observable } from 'rxjs'
import {
  EMPTY,
  Subject,
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  delay,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  reduce,
  retry,
  take,
  takeUntil,
  takeWhile,
  tap,
  timer,
} from 'rxjs'
import { everything, isNothing } from './actors/changes.js'
import type { RepoCommand } from './actors/commands.js'
import type { Input } from './actors/context.js'
import type { RepoPath, SyncOutcome } from './actors/outcome.js'
import type { TransferProgress } from './actors/ports.js'
import type { RepoSettings } from './actors/settings.js'
import { repoActor } from './actors/repo-actor.js'
import { leavingAlone } from './git/stage/held-back.js'
import { openWatchRules } from './git/status/watch-rules.js'
import type { OpenWorkTree, Slots } from './git/work-tree.js'
import { openWorkTree } from './git/work-tree.js'
import { batchChanges } from './streams/batch-changes.js'
import { holdFactor, holdWhileWritten, isBeingWritten } from './streams/hold-while-written.js'
import { passes$, recheckDue$, watchStarted$ } from './streams/first-pass.js'
import { openJournal } from './streams/journal.js'
import { committedSincePush } from './streams/journaled-commits.js'
import { ownedJournal } from './streams/owned-journal.js'
import { networkUp } from './streams/network-up.js'
import type { News } from './streams/retry-on-news.js'
import { retryOnNews$ } from './streams/retry-on-news.js'
import { isRecorded, tidyDue$ } from './streams/tidy.js'
import { fetchDue$, rescanDue$, retryDue$, wake$ } from './streams/timers.js'
import type { WorkTreeChange } from './streams/watch/change.js'
import { watchWorkTree$ } from './streams/watch/work-tree.js'

export interface RepoPipeline {
  readonly mode: 'run' | 'once'
  readonly slots: Slots
  /** Stop, pause, sync now…: what is asked of it from outside. */
  readonly control$: Observable<RepoCommand>
  readonly journalFolder: string
  /** What gitsync itself writes to in the work tree: neither recorded nor looked at. */
  readonly own: ReadonlySet<RepoPath>
  readonly onTrouble: (message: string) => void
  /** Null: the transfer is over. */
  readonly onProgress: (progress: TransferProgress | null) => void
}

/**
 * Milliseconds of the ten seconds that a stop may take: then the talk with the remote is ended, and after it the last commit, too.
 * What is between them is for that commit.
 */
const stopPatience = { talk: 6_000, look: 8_000 } as const

/** Tries that a passing problem gets: `once` has to end, `run` has time. */
const attemptsOf = { once: 8, run: Number.POSITIVE_INFINITY } as const

const change$ = (settings: RepoSettings, own: ReadonlySet<RepoPath>): Observable<WorkTreeChange> =>
  defer(() => {
    const rules = openWatchRules(settings.path, own)
    return rules.gitDir().pipe(
      // Not a repository, or not ours, for now: the actor says so, and a person may change it.
      retry({ delay: (_, count) => timer(Math.min(60_000, 1_000 * 2 ** Math.min(count, 10))) }),
      mergeMap((gitDir) =>
        watchWorkTree$({
          root: settings.path,
          gitDir,
          own,
          mode: settings.watch,
          pollInterval: settings.pollInterval,
          ignoreRules: rules,
          probe: rules,
        }),
      ),
      finalize(() => {
        rules.close()
      }),
    )
  })

const runInputs = (
  settings: RepoSettings,
  own: ReadonlySet<RepoPath>,
  told$: Observable<SyncOutcome>,
  lastCall$: Observable<unknown>,
): Observable<Input> =>
  merge(
    change$(settings, own).pipe(
      connect((shared$) => {
        const armed$ = shared$.pipe(
          filter((one) => one.kind === 'armed'),
          map(({ source }) => source),
        )
        // A burst that ends with this is whole: it is looked at before the stop is heard of.
        const heard$ = shared$.pipe(takeUntil(lastCall$))
        return merge(
          watchStarted$(armed$, told$),
          passes$(armed$, lastCall$),
          heard$.pipe(
            batchChanges(settings.debounce, settings.maxWait),
            holdWhileWritten({
              isWritten: isBeingWritten(settings.path, settings.debounce),
              quiet: settings.debounce,
              longest: holdFactor * settings.maxWait,
            }),
          ),
          shared$.pipe(
            filter((one) => one.kind === 'degraded'),
            map(({ source, reason, remedy }) => {
              return { type: 'WatchDegraded', source, reason, remedy } as const
            }),
          ),
        )
      }),
    ),
    fetchDue$(settings.fetchInterval, Math.random),
    rescanDue$(settings.rescanInterval),
    wake$(),
    recheckDue$(told$),
  )

/** What fails is done another time. */
const tidying = (workTree: OpenWorkTree) => (): Observable<never> =>
  defer(() => workTree.tidy()).pipe(
    ignoreElements(),
    catchError(() => EMPTY),
  )

const remedied = (workTree: OpenWorkTree): News<string> => ({
  while: 'halted',
  look: () => workTree.remedyMark(),
  isNews: (before, now) => before !== now,
})

/** One full pass: it is over with the first cycle that settles. */
const onceInputs = (
  told$: Observable<SyncOutcome>,
  tidy: () => Observable<never>,
): Observable<Input> =>
  merge(
    of({ type: 'Sync', trigger: 'startup', changes: everything } as const),
    told$.pipe(
      takeWhile(({ type }) => type !== 'CycleSettled', true),
      reduce((recorded, outcome) => recorded || isRecorded(outcome), false),
      mergeMap((recorded) =>
        concat(recorded ? tidy() : EMPTY, of({ type: 'Stop', when: 'after-step' } as const)),
      ),
    ),
  )

/** One repository: its sources, its actor, its journal. */
export const repoPipeline = (
  settings: RepoSettings,
  { mode, slots, control$, journalFolder, own, onTrouble, onProgress }: RepoPipeline,
): Observable<SyncOutcome> =>
  defer(() => {
    const committed = () => committedSincePush(journalFolder, settings.path)
    const workTree = openWorkTree(leavingAlone(settings, own), slots, committed, onProgress)
    const told$ = new Subject<SyncOutcome>()
    // A stop may wait for the running step, but not for a remote that is silent.
    const hangUp$ = control$.pipe(
      filter(({ type }) => type === 'Stop'),
      take(1),
      delay(stopPatience.talk),
      tap(() => {
        workTree.hangUp()
      }),
      delay(stopPatience.look - stopPatience.talk),
      tap(() => {
        workTree.lookAway()
      }),
      ignoreElements(),
    )
    // Whoever stops at a step boundary wants no cycle more.
    const lastCall$ = control$.pipe(
      filter((command) => command.type === 'Stop' && command.when === 'after-cycle'),
    )
    const inputs$ = merge(
      // Before the control, so that it hears of a stop first.
      mode === 'once' ? EMPTY : runInputs(settings, own, told$, lastCall$),
      mode === 'once' ? EMPTY : retryOnNews$(told$, networkUp),
      mode === 'once' ? EMPTY : retryOnNews$(told$, remedied(workTree)),
      mode === 'once' ? EMPTY : tidyDue$(told$).pipe(concatMap(tidying(workTree))),
      control$,
      hangUp$,
      retryDue$(told$),
      mode === 'once' ? onceInputs(told$, tidying(workTree)) : EMPTY,
    ).pipe(
      tap((input) => {
        // What was saved during a pause waits, too.
        if (input.type === 'Resume') workTree.hurry()
        if (input.type !== 'Sync') return
        if (!isNothing(input.changes)) workTree.hurry()
        if (input.trigger === 'manual') workTree.insist()
      }),
    )
    return repoActor(inputs$, {
      repo: settings.path,
      workTree,
      journal: ownedJournal(
        () => openJournal(journalFolder, settings.path, onTrouble),
        () => workTree.owner(),
      ),
      policy: {
        pull: settings.pull,
        push: settings.push,
        squash: settings.squash,
        fetchInterval: settings.fetchInterval,
        attempts: attemptsOf[mode],
      },
      clock: Date.now,
      random: Math.random,
    }).pipe(
      tap((outcome) => {
        told$.next(outcome)
      }),
      finalize(() => {
        workTree.close()
      }),
    )
  })
