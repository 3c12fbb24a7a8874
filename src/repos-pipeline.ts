import pLimit from 'p-limit'
import type { Observable } from 'rxjs'
import {
  EMPTY,
  NEVER,
  Subject,
  concat,
  defer,
  endWith,
  filter,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  share,
  take,
  takeUntil,
  tap,
} from 'rxjs'
import type { RepoCommand } from './actors/commands.js'
import type { RepoPath, SyncOutcome } from './actors/outcome.js'
import type { RepositoryProgress } from './actors/ports.js'
import type { RepoSettings } from './actors/settings.js'
import type { Slots } from './git/work-tree.js'
import { repoPipeline } from './repo-pipeline.js'
import { actorPerPath } from './streams/actor-per-path.js'
import { openHeld } from './streams/control/held.js'
import type { Addressed } from './streams/control/lapsing.js'
import { requests$ } from './streams/control/requests.js'
import { journalFolder, journalPlaces } from './streams/journal.js'
import type { Log, LogOptions } from './streams/log/log.js'
import { openLog } from './streams/log/log.js'
import { ownPathsIn } from './streams/own-paths.js'
import type { SignalSource } from './streams/signals.js'
import { signals$ } from './streams/signals.js'

export interface PipelineOptions {
  /** `run` watches until it is stopped, `once` makes one full pass. Default: `run`. */
  readonly mode?: 'run' | 'once'
  /** Aborted, it completes the stream after the running step. */
  readonly signal?: AbortSignal
  /** Obeys SIGINT, SIGTERM and SIGHUP of this process. Default: none. */
  readonly signals?: SignalSource
  /** Can be asked by other processes of this user to pause, resume and sync: see `askDaemon`. Default: no. */
  readonly control?: boolean
  /** Also writes a log for people to standard error. Default: none. */
  readonly log?: LogOptions
  /** Is told which work trees are synced from now on: once, or with each change of a config that is followed. */
  readonly onRepositories?: (repos: readonly string[]) => void
  /** Is told how far fetches and pushes are, for people who watch. Default: nobody. */
  readonly onProgress?: (told: RepositoryProgress) => void
}

/** Repositories at work at the same time: nodegit has ten threads, and a call that waits holds one. */
const atOnce = 6

/** What we write to inside of a work tree, where the state folder or the log file is in it. */
export const ownIn = (
  root: string,
  { log }: Pick<PipelineOptions, 'log'>,
): ReadonlySet<RepoPath> => {
  const file = log?.file ?? null
  const logs = file === null ? [] : [file]
  return ownPathsIn(root, [...journalPlaces(journalFolder(), root), ...logs])
}

/** What is asked of every repository alike; without an end of its own. */
const controlOf = ({ signal, signals }: PipelineOptions): Observable<RepoCommand> => {
  const abort$ = signal === undefined ? EMPTY : fromEvent(signal, 'abort').pipe(share())
  const asked$ = signals === undefined ? EMPTY : signals$(signals).pipe(share())
  const aborted$ = defer(() => (signal?.aborted === true ? of(null) : abort$)).pipe(
    take(1),
    map((): RepoCommand => ({ type: 'Stop', when: 'after-step' })),
  )
  return merge(aborted$, asked$, NEVER)
}

const commandsFor = (
  { path }: RepoSettings,
  asked$: Observable<Addressed>,
): Observable<RepoCommand> =>
  asked$.pipe(
    filter(({ repo }) => repo === path),
    map(({ command }) => command),
  )

/** What runs stays until it is told to stop, and then everything leaves; whatever waited for its turn never begins. */
const untilStopped = (
  wanted$: Observable<readonly RepoSettings[]>,
  stop$: Observable<unknown>,
): Observable<readonly RepoSettings[]> => concat(wanted$, NEVER).pipe(takeUntil(stop$), endWith([]))

/** What is wanted: each value is the whole of it from then on. */
export interface Source {
  readonly wanted: (say: Log['say']) => Observable<readonly RepoSettings[]>
  /** The config files that it follows. */
  readonly follows: readonly string[]
}

/** One actor for each of them, their sources and sinks. */
export const reposPipeline = (
  { wanted, follows }: Source,
  options: PipelineOptions,
): Observable<SyncOutcome> =>
  defer(() => {
    const limit = pLimit(atOnce)
    const slots: Slots = (step) => limit(step)
    const log = options.log === undefined ? null : openLog(options.log)
    const say: Log['say'] = (level, text) => log?.say(level, text)
    const mode = options.mode ?? 'run'
    const told$ = new Subject<SyncOutcome>()
    const control$ = controlOf(options)
    const stop$ = control$.pipe(filter(({ type }) => type === 'Stop'))
    const held = openHeld()
    // One socket for all of them, there until the last has stopped.
    const asked$ =
      options.control === true
        ? requests$({
            repos: held.paths,
            follows,
            told$,
            onTrouble: (message) => {
              say('warn', `pause, resume and sync cannot reach this gitsync: ${message}`)
            },
          }).pipe(share())
        : EMPTY
    const wanted$ = wanted(say).pipe(
      tap((settings) => {
        const paths = settings.map(({ path }) => path)
        held.want(paths)
        options.onRepositories?.(paths)
      }),
    )
    const actor = (one: RepoSettings, leave$: Observable<unknown>): Observable<SyncOutcome> =>
      held.hold(
        one.path,
        repoPipeline(one, {
          mode,
          slots,
          control$: merge(
            held.pauses(one.path),
            control$,
            leave$.pipe(
              map((): RepoCommand => ({
                type: 'Stop',
                when: options.signal?.aborted === true ? 'after-step' : 'after-cycle',
              })),
            ),
            commandsFor(one, asked$),
          ),
          journalFolder: journalFolder(),
          own: ownIn(one.path, options),
          onTrouble: (message) => {
            say('warn', `the journal cannot be written: ${message}`)
          },
          onProgress: (progress) => {
            options.onProgress?.({ repo: one.path, progress })
          },
        }),
      )
    const outcomes$ =
      mode === 'once'
        ? wanted$.pipe(actorPerPath(actor))
        : merge(
            untilStopped(wanted$, stop$).pipe(actorPerPath(actor)),
            // It stays while nothing is held, as between two actors of the only repository.
            asked$.pipe(ignoreElements(), takeUntil(stop$)),
          )
    return outcomes$.pipe(
      tap((outcome) => {
        log?.outcome(outcome)
        told$.next(outcome)
      }),
    )
  })
