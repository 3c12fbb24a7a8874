import type { Observable } from 'rxjs'
import { NEVER, concatMap, defer, from, fromEvent, of } from 'rxjs'
import type { SyncOutcome } from './actors/outcome.js'
import { withFlags } from './config/flags.js'
import { loadConfig } from './config/file/load.js'
import { configPlaces } from './config/file/locate.js'
import { thisMachine } from './config/machine.js'
import { resolveSettings } from './config/settings.js'
import type { RepoDefaults, SyncConfig } from './config/sync-config.js'
import { leavingAlone } from './git/stage/held-back.js'
import type { Preview } from './git/preview.js'
import { preview } from './git/preview.js'
import { liveSettings$ } from './live-settings.js'
import type { PipelineOptions } from './repos-pipeline.js'
import { ownIn, reposPipeline } from './repos-pipeline.js'

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
  const settings = resolveSettings(config, thisMachine())
  return reposPipeline({ wanted: () => of(settings), follows: [] }, options)
}

/** A config file, and what overrides it. */
export interface FollowedConfig {
  /** Default: the user's own. */
  readonly file?: string | undefined
  /** Keys that hold for each of its repositories, whatever it says. */
  readonly repo?: RepoDefaults | undefined
}

/**
 * The same for the repositories of a config file, whose changes are taken up: one that is added begins, one that is
 * taken out settles and is let go, one with other options is taken up anew, and the others never hear of it. Faults that
 * come into the file are told in the log, and change nothing. SIGHUP reads it too, where signals are obeyed.
 *
 * @throws ConfigError with every fault that the config has now
 */
export const followConfig = (
  { file, repo = {} }: FollowedConfig = {},
  options: Omit<PipelineOptions, 'mode'> = {},
): Observable<SyncOutcome> => {
  const machine = thisMachine()
  const loaded = loadConfig(file, machine)
  const settings = resolveSettings(withFlags(loaded.config, repo), machine)
  const first = { kind: 'settings', file: loaded.file, settings } as const
  const { signals } = options
  const asked$ = signals === undefined ? NEVER : fromEvent(signals, 'SIGHUP')
  const reader = { flag: file, flags: repo, machine }
  return reposPipeline(
    {
      wanted: (say) => liveSettings$({ ...reader, first, asked$, say }),
      follows: configPlaces(file, machine),
    },
    { ...options, mode: 'run' },
  )
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
