import pLimit from 'p-limit'
import type { Observable } from 'rxjs'
import {
  EMPTY,
  NEVER,
  Subject,
  concatMap,
  defer,
  filter,
  from,
  fromEvent,
  map,
  merge,
  of,
  share,
  take,
  tap,
} from 'rxjs'
import type { RepoCommand } from './actors/commands.js'
import type { RepoPath, SyncOutcome } from './actors/outcome.js'
import type { TransferProgress } from './actors/ports.js'
import type { RepoSettings } from './actors/settings.js'
import { thisMachine } from './config/machine.js'
import { resolveSettings } from './config/settings.js'
import type { SyncConfig } from './config/sync-config.js'
import { leavingAlone } from './git/held-back.js'
import type { Preview } from './git/preview.js'
import { preview } from './git/preview.js'
import type { Slots } from './git/work-tree.js'
import { repoPipeline } from './repo-pipeline.js'
import type { Addressed } from './streams/control/lapsing.js'
import { requests$ } from './streams/control/requests.js'
import { journalFolder, journalPlaces } from './streams/journal.js'
import type { LogOptions } from './streams/log/log.js'
import { openLog } from './streams/log/log.js'
import { ownPathsIn } from './streams/own-paths.js'
import type { SignalSource } from './streams/signals.js'
import { signals$ } from './streams/signals.js'

/** How far a repository's talk with its remote is; null: it is over. */
export interface RepositoryProgress {
  /** Absolute path of the work tree. */
  readonly repo: string
  readonly progress: TransferProgress | null
}

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
  /** Is told how far fetches and pushes are, for people who watch; only the git program tells. Default: nobody. */
  readonly onProgress?: (told: RepositoryProgress) => void
}

/** Repositories at work at the same time: nodegit has ten threads, and a call that waits holds one. */
const atOnce = 6

/** What we write to inside of a work tree, where the state folder or the log file is in it. */
const ownIn = (root: string, { log }: Pick<PipelineOptions, 'log'>): ReadonlySet<RepoPath> => {
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

/** What other processes ask of these repositories; one socket for all of them, there until the last has stopped. */
const requestsOf = (
  settings: readonly RepoSettings[],
  told$: Observable<SyncOutcome>,
  warn: (message: string) => void,
): Observable<Addressed> =>
  requests$({
    repos: settings.map(({ path }) => path),
    told$,
    onTrouble: (message) => {
      warn(`pause, resume and sync cannot reach this gitsync: ${message}`)
    },
  }).pipe(share())

const commandsFor = (
  { path }: RepoSettings,
  asked$: Observable<Addressed>,
): Observable<RepoCommand> =>
  asked$.pipe(
    filter(({ repo }) => repo === path),
    map(({ command }) => command),
  )

/**
 * The outcomes of keeping these repositories in sync. Cold: nothing happens before `subscribe`, and
 * `unsubscribe` starts no further step. A repository's failure is an outcome, never an error of the stream.
 *
 * @throws ConfigError with every fault of the config
 */
export const createSyncPipeline = (
  config: SyncConfig,
  options: PipelineOptions = {},
): Observable<SyncOutcome> => {
  const settings: readonly RepoSettings[] = resolveSettings(config, thisMachine())
  return defer(() => {
    const limit = pLimit(atOnce)
    const slots: Slots = (step) => limit(step)
    const log = options.log === undefined ? null : openLog(options.log)
    const told$ = new Subject<SyncOutcome>()
    const control$ = controlOf(options)
    const warn = (message: string): void => log?.say('warn', message)
    const asked$ = options.control === true ? requestsOf(settings, told$, warn) : NEVER
    const each = settings.map((one) =>
      repoPipeline(one, {
        mode: options.mode ?? 'run',
        slots,
        control$: merge(control$, commandsFor(one, asked$)),
        journalFolder: journalFolder(),
        own: ownIn(one.path, options),
        onTrouble: (message) => {
          warn(`the journal cannot be written: ${message}`)
        },
        onProgress: (progress) => {
          options.onProgress?.({ repo: one.path, progress })
        },
      }),
    )
    return merge(...each).pipe(
      tap((outcome) => {
        log?.outcome(outcome)
        told$.next(outcome)
      }),
    )
  })
}

/**
 * What a full pass would commit, pull and push, one value a repository. Changes nothing.
 *
 * @throws ConfigError with every fault of the config
 */
export const previewSync = (
  config: SyncConfig,
  options: Pick<PipelineOptions, 'log'> = {},
): Observable<Preview> => {
  const settings = resolveSettings(config, thisMachine())
  return from(settings).pipe(
    concatMap((one) => defer(() => from(preview(leavingAlone(one, ownIn(one.path, options)))))),
  )
}
