import type { Observable } from 'rxjs'
import { EMPTY, concat, concatMap, defer, filter, from, fromEvent, map, takeUntil } from 'rxjs'
import type { RepoPath, SyncOutcome } from '../actors/outcome.js'
import type { SyncConfig } from '../config/sync-config.js'
import type { Touches } from '../git/history/tree-entries.js'
import { openTouches } from '../git/history/tree-entries.js'
import { isOfJournal, journalChange$ } from '../streams/journal-changes.js'
import type { Bookmark } from '../streams/journal-reader.js'
import { newestPages, readOn } from '../streams/journal-reader.js'
import { journalFile, journalFolder } from '../streams/journal.js'
import type { Level, Line } from '../streams/log/wording.js'
import { openWording } from '../streams/log/wording.js'
import { everyRepository } from '../config/every-repository.js'
import { isTouching } from './touching.js'

/** What is asked for; everything where nothing is said. */
export interface LogQuery {
  /** Nothing that happened before. */
  readonly since?: Date | undefined
  /** The last so many of what the rest of the query lets through. */
  readonly last?: number | undefined
  readonly types?: readonly string[] | undefined
  /** What is told to people at this level or above; heeded where no types are asked for. */
  readonly level?: Level | undefined
  /** What touches this file or something in this folder, relative to the work tree. */
  readonly path?: RepoPath | undefined
  /** Goes on with what happens from now on. */
  readonly follow?: boolean | undefined
  /** Completes the stream. */
  readonly signal?: AbortSignal | undefined
}

/** One line of a journal, and what it says to people. The type may be one of a later version. */
export interface LogEntry extends Line {
  readonly outcome: SyncOutcome
}

const ranks: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 }

/** One journal: what is in it, and then what is added. */
interface Source {
  readonly repo: string
  readonly begin: () => Promise<readonly LogEntry[]>
  readonly goOn: () => Promise<readonly LogEntry[]>
}

/** The words for each; of a line that lacks what its type should have, what it holds. */
const entryOf = (wordingOf: (outcome: SyncOutcome) => Line, outcome: SyncOutcome): LogEntry => {
  try {
    return { outcome, ...wordingOf(outcome) }
  } catch {
    return { outcome, level: 'info', text: JSON.stringify(outcome) }
  }
}

const isWanted = ({ since, types, level }: LogQuery): ((entry: LogEntry) => boolean) => {
  const from = since?.getTime() ?? Number.NEGATIVE_INFINITY
  const known = types === undefined ? null : new Set<string>(types)
  const lowest = ranks[level ?? 'debug']
  return ({ outcome, level: shown }) =>
    Date.parse(outcome.at) >= from &&
    (known === null ? ranks[shown] <= lowest : known.has(outcome.type))
}

/** What cannot be opened has no commits to look into: what the journal itself names is found all the same. */
const noCommits: Touches = () => Promise.resolve(false)

const openSource = (repo: string, folder: string, query: LogQuery): Source => {
  const wanted = isWanted(query)
  const { path, last, since } = query
  let touches: Promise<Touches> | null = null
  const chosen = async (entries: readonly LogEntry[]): Promise<readonly LogEntry[]> => {
    const some = entries.filter(wanted)
    if (path === undefined) return some
    const compare = await (touches ??= openTouches(repo).catch(() => noCommits))
    const found: LogEntry[] = []
    for (const entry of some) if (await isTouching(entry.outcome, path, compare)) found.push(entry)
    return found
  }
  /** Whether an outage is told quietly depends on what was told before. */
  const goingOn = openWording()
  let end: Bookmark | null = null
  return {
    repo,
    begin: async () => {
      let entries: readonly LogEntry[] = []
      for (const page of newestPages(folder, repo)) {
        const wordingOf = end === null ? goingOn : openWording()
        end ??= page.end
        const worded = page.outcomes.map((outcome) => entryOf(wordingOf, outcome))
        entries = [...(await chosen(worded)), ...entries]
        const oldest = page.outcomes[0]
        const isEnough =
          (last !== undefined && entries.length >= last) ||
          (since !== undefined && oldest !== undefined && Date.parse(oldest.at) < since.getTime())
        if (isEnough) break
      }
      return entries
    },
    goOn: async () => {
      const { outcomes, end: next } = readOn(folder, repo, end)
      end = next
      return chosen(outcomes.map((outcome) => entryOf(goingOn, outcome)))
    },
  }
}

/** By time; what one repository told stays in its order, also where its clock was set back. */
const merged = (lists: readonly (readonly LogEntry[])[]): readonly LogEntry[] => {
  const timed = lists.flatMap((entries) => {
    let latest = Number.NEGATIVE_INFINITY
    return entries.map((entry) => {
      latest = Math.max(latest, Date.parse(entry.outcome.at))
      return { entry, at: latest }
    })
  })
  return timed.sort((a, b) => a.at - b.at).map(({ entry }) => entry)
}

const lastOf = (entries: readonly LogEntry[], last: number | undefined): readonly LogEntry[] =>
  last === undefined ? entries : last === 0 ? [] : entries.slice(-last)

/**
 * What happened, from the journals, the oldest first. Cold: nothing is read before `subscribe`. Completes when the
 * journals are told, or with `signal` where it follows them.
 *
 * @throws ConfigError with every fault of the config but a missing path
 */
export const readLog = (config: SyncConfig, query: LogQuery = {}): Observable<LogEntry> => {
  const repositories = everyRepository(config)
  const folder = journalFolder()
  const { signal, last, follow } = query
  return defer(() => {
    const sources = repositories.map(({ path }) => openSource(path, folder, query))
    const all = async (
      some: readonly Source[],
      read: (source: Source) => Promise<readonly LogEntry[]>,
    ): Promise<readonly LogEntry[]> => merged(await Promise.all(some.map(read)))
    const past$ = defer(() => all(sources, ({ begin }) => begin())).pipe(
      map((entries) => lastOf(entries, last)),
    )
    const future$ = journalChange$(folder).pipe(
      map((name) => sources.filter(({ repo }) => isOfJournal(name, journalFile(folder, repo)))),
      filter((some) => some.length > 0),
      concatMap((some) => all(some, ({ goOn }) => goOn())),
    )
    const entries$ = (follow === true ? concat(past$, future$) : past$).pipe(
      concatMap((entries) => from(entries)),
    )
    if (signal === undefined) return entries$
    return signal.aborted ? EMPTY : entries$.pipe(takeUntil(fromEvent(signal, 'abort')))
  })
}
