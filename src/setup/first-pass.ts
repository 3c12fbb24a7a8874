import { resolve } from 'node:path'
import type { Observable } from 'rxjs'
import {
  EMPTY,
  catchError,
  concat,
  concatMap,
  defer,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  of,
  reduce,
  tap,
} from 'rxjs'
import type { SyncOutcome } from '../actors/outcome.js'
import type { Problem } from '../actors/problem.js'
import type { RepoSettings } from '../actors/settings.js'
import type { Addition } from '../config/write/add-repository.js'
import { thisMachine } from '../config/machine.js'
import { commitNothing, followUpstream } from '../git/make-ready.js'
import { GitFailure, problemOf } from '../git/problem/problem.js'
import { markStep } from '../git/step-mark.js'
import { redact } from '../redact.js'
import { followed$ } from '../streams/control/ask.js'
import { createSyncPipeline } from '../pipeline.js'
import type { Ready, SetupOutcome, SetupRefused } from './outcome.js'
import { RefusalError } from './outcome.js'
import type { SetupOptions } from './request.js'

/** What was made ready so far. */
export interface Prepared {
  readonly type: Ready['type']
  /** The real path. */
  readonly path: string
  readonly made: boolean
  readonly addition: Addition
  /** Whether an empty repository gets an empty first commit. */
  readonly begins: boolean
  readonly notes: readonly string[]
}

/** What the passes told so far. */
interface Told {
  readonly settled: Extract<SyncOutcome, { readonly type: 'CycleSettled' }> | null
  readonly problem: Problem | null
}

const untold: Told = { settled: null, problem: null }

const telling = (told: Told, outcome: SyncOutcome): Told => {
  if (outcome.type === 'CycleSettled') return { ...told, settled: outcome }
  const isTrouble = outcome.type === 'Halted' || outcome.type === 'OperationFailed'
  return isTrouble ? { ...told, problem: outcome.problem } : told
}

const stateOf = ({ settled, problem }: Told): Pick<Ready, 'state' | 'problem'> => {
  // Whoever holds the work tree keeps it level, which is all that was wanted.
  if (problem?.kind === 'already-running') return { state: 'level', problem: null }
  const outcome = settled?.outcome ?? 'halted'
  switch (outcome) {
    case 'offline':
      return { state: 'offline', problem }
    case 'halted':
      return { state: 'halted', problem }
    case 'up-to-date':
    case 'committed':
    case 'pushed':
    case 'pulled':
    case 'merged':
      return { state: 'level', problem: null }
    default:
      return outcome satisfies never
  }
}

/** Whether some gitsync takes up what is written to this file. */
const isFollowed = (file: string): Promise<boolean> => {
  const { realPath } = thisMachine()
  const place = realPath(file)
  return lastValueFrom(
    followed$().pipe(
      map((one) => realPath(one) === place),
      reduce((some, same) => some || same, false),
    ),
    { defaultValue: false },
  )
}

const reportOf = async (prepared: Prepared, settings: RepoSettings, told: Told): Promise<Ready> => {
  const { type, path, made, addition, notes } = prepared
  // Why it cannot be read, if so, is what the pass has told.
  const position = await followUpstream(settings).catch(() => null)
  // Last: a gitsync that runs begins with it at once, and has the work tree from then on.
  const movedConfig = addition.write()
  markStep('config-written')
  const upstream = position?.upstream ?? null
  const isPublished = typeof upstream?.oid === 'string'
  return {
    type,
    repo: path,
    made,
    branch: position?.branch ?? null,
    head: position?.head ?? null,
    upstream: isPublished ? `${upstream.remote}/${upstream.branch}` : null,
    config: addition.file,
    added: !addition.known,
    followed: await isFollowed(addition.file),
    movedConfig,
    ...stateOf(told),
    notes,
  }
}

/** One pass over the repository, a second where it begins with an empty commit, and what came of them. */
export const firstPass = (
  prepared: Prepared,
  { signal, log, onProgress }: SetupOptions,
): Observable<SetupOutcome> =>
  defer(() => {
    // Now that it is there, by its real path.
    const settings = { ...prepared.addition.settings, path: prepared.path }
    let told = untold
    const pass$ = createSyncPipeline(prepared.addition.alone, {
      mode: 'once',
      ...(signal === undefined ? {} : { signal }),
      ...(log === undefined ? {} : { log }),
      ...(onProgress === undefined ? {} : { onProgress }),
    }).pipe(
      tap((outcome) => {
        told = telling(told, outcome)
      }),
    )
    /** Nothing here and nothing there, as far as the remote was reached. */
    const isVoid = (): boolean =>
      told.settled?.outcome === 'up-to-date' && told.settled.head === null
    const begin = (): Promise<void> =>
      commitNothing(settings).catch((error: unknown) => {
        told = { ...told, problem: problemOf(error) }
      })
    const begin$ = defer(() =>
      prepared.begins && isVoid() && signal?.aborted !== true
        ? concat(from(begin()).pipe(ignoreElements()), pass$)
        : EMPTY,
    )
    return concat(
      pass$,
      begin$,
      defer(() => from(reportOf(prepared, settings, told))),
    )
  })

/** A refusal is a value, as everything is that can be expected; a bad config and a bug are errors. */
const refusalOf = (repo: string, error: unknown): Observable<SetupRefused> => {
  const problem =
    error instanceof RefusalError
      ? error.refusal
      : error instanceof GitFailure
        ? error.problem
        : null
  if (problem === null) throw error
  const [message, remedy] = [problem.message, problem.remedy].map(redact)
  return of({
    type: 'SetupRefused',
    repo: resolve(repo),
    problem: { kind: problem.kind, message: message ?? '', remedy: remedy ?? '' },
  })
}

/** Prepares, then makes the first pass. */
export const setUp = (
  repo: string,
  prepare: () => Promise<Prepared>,
  options: SetupOptions,
): Observable<SetupOutcome> =>
  defer(() => from(prepare())).pipe(
    // A refusal after that is the pass's own to tell.
    catchError((error: unknown) => refusalOf(repo, error)),
    concatMap((found) => (found.type === 'SetupRefused' ? of(found) : firstPass(found, options))),
  )
