import pLimit from 'p-limit'
import type { Observable } from 'rxjs'
import {
  EMPTY,
  concatMap,
  defer,
  from,
  fromEvent,
  interval,
  map,
  merge,
  mergeMap,
  of,
  takeUntil,
  tap,
} from 'rxjs'
import type { SyncOutcome } from '../actors/outcome.js'
import type { RepoSettings } from '../actors/settings.js'
import type { SyncConfig } from '../config/sync-config.js'
import { glance } from '../git/glance.js'
import { leavingAlone } from '../git/stage/held-back.js'
import { bufferTimeDebounced } from '../streams/buffer-time-debounced.js'
import { isOfJournal, journalChange$ } from '../streams/journal-changes.js'
import type { Bookmark } from '../streams/journal-reader.js'
import { newestPages, readOn } from '../streams/journal-reader.js'
import { journalFile, journalFolder, journalPlaces } from '../streams/journal.js'
import { ownPathsIn } from '../streams/own-paths.js'
import { everyRepository } from '../config/every-repository.js'
import type { RepositoryStatus } from './repository-status.js'
import { statusOf } from './repository-status.js'
import type { Standing } from './standing.js'
import { tellStanding, unheardOf } from './standing.js'

/** Repositories that are looked at together. */
const atOnce = 4

/** Milliseconds. A cycle tells several things in a row; what no journal tells is looked for now and then. */
const pace = { quiet: 100, longest: 1_000, anyway: 10_000 } as const

/** Asks about one repository, and remembers how far its journal was read. */
interface Asked {
  readonly repo: string
  readonly read: () => Promise<RepositoryStatus>
}

const told = (outcomes: readonly SyncOutcome[]): Standing =>
  outcomes.reduce(tellStanding, unheardOf)

/** From the newest files of the journal, as many as it takes to know when something last changed. */
const openStanding = (
  folder: string,
  repo: string,
): { readonly standing: Standing; readonly end: Bookmark | null } => {
  let outcomes: readonly SyncOutcome[] = []
  let end: Bookmark | null = null
  for (const page of newestPages(folder, repo)) {
    outcomes = [...page.outcomes, ...outcomes]
    end ??= page.end
    const { since, lastSync } = told(outcomes)
    if (since !== null && lastSync !== null) break
  }
  return { standing: told(outcomes), end }
}

const ask = (settings: RepoSettings, folder: string): Asked => {
  const repo = settings.path
  const own = ownPathsIn(repo, journalPlaces(folder, repo))
  let known: ReturnType<typeof openStanding> | null = null
  return {
    repo,
    read: async () => {
      // The look comes first: what the journal tells afterwards is newer.
      const found = await glance(leavingAlone(settings, own))
      if (known === null) known = openStanding(folder, repo)
      else {
        const { outcomes, end } = readOn(folder, repo, known.end)
        known = { standing: outcomes.reduce(tellStanding, known.standing), end }
      }
      return statusOf(settings, known.standing, found)
    },
  }
}

const readAll = async (asked: readonly Asked[]): Promise<readonly RepositoryStatus[]> => {
  const limit = pLimit(atOnce)
  return Promise.all(asked.map(({ read }) => limit(read)))
}

/**
 * How the repositories stand, in the order of the config. Reads the journals and looks at the repositories, takes no
 * lock, writes nothing, and does not ask the remote. A repository that is missing or is none has its `problem`.
 *
 * @throws ConfigError with every fault of the config but a missing path
 */
export const readStatus = async (config: SyncConfig): Promise<readonly RepositoryStatus[]> =>
  readAll(everyRepository(config).map((one) => ask(one, journalFolder())))

/**
 * The same, again whenever a journal tells something new, and every ten seconds for what none tells.
 *
 * @param signal completes the stream
 * @throws ConfigError as `readStatus` does
 */
export const watchStatus = (
  config: SyncConfig,
  { signal }: { readonly signal?: AbortSignal } = {},
): Observable<readonly RepositoryStatus[]> => {
  const settings = everyRepository(config)
  const folder = journalFolder()
  return defer(() => {
    const all = settings.map((one) => ask(one, folder))
    const statuses = new Map<string, RepositoryStatus>()
    const stale = new Set<Asked>()
    const refresh = async (): Promise<readonly RepositoryStatus[]> => {
      const due = [...stale]
      stale.clear()
      for (const status of await readAll(due)) statuses.set(status.repo, status)
      return all.flatMap(({ repo }) => statuses.get(repo) ?? [])
    }
    const changed$ = journalChange$(folder).pipe(
      map((name) => all.filter(({ repo }) => isOfJournal(name, journalFile(folder, repo)))),
      mergeMap((some) => from(some)),
      bufferTimeDebounced(pace.quiet, pace.longest),
    )
    const anyway$ = interval(pace.anyway).pipe(map(() => all))
    const refreshed$ = merge(of(all), changed$, anyway$).pipe(
      tap((some) => {
        for (const one of some) stale.add(one)
      }),
      // What came while it was looked is looked at in one go.
      concatMap(() => (stale.size === 0 ? EMPTY : defer(() => refresh()))),
    )
    if (signal === undefined) return refreshed$
    return signal.aborted ? EMPTY : refreshed$.pipe(takeUntil(fromEvent(signal, 'abort')))
  })
}
