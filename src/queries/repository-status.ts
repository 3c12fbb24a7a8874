import type { Oid, PathSkipped } from '../actors/outcome.js'
import type { Problem } from '../actors/problem.js'
import { classOf } from '../actors/problem.js'
import type { RepoSettings } from '../actors/settings.js'
import type { Glance } from '../git/glance.js'
import type { Standing } from './standing.js'

/**
 * - `up-to-date`: everything is committed and level with the remote, as far as that is known here
 * - `syncing`: a cycle is under way
 * - `pending`: there is something to commit, to bring in or to push
 * - `paused`: a person asked for it; nothing is touched and nothing recorded
 * - `retrying`: a lock or a moving work tree is waited for
 * - `offline`: the remote is out of reach; commits are kept
 * - `halted`: waits for a person
 */
export type RepositoryState =
  'up-to-date' | 'syncing' | 'pending' | 'paused' | 'retrying' | 'offline' | 'halted'

/** What is left out of what is committed, and what can be done about it. */
export type SkippedPath = Omit<PathSkipped, 'type'>

/** How one repository stands. Times are ISO 8601 in UTC; null is what is not known or does not apply. */
export interface RepositoryStatus {
  /** Absolute path of the work tree. */
  readonly repo: string
  /** The branch that HEAD is on. */
  readonly branch: string | null
  readonly head: Oid | null
  readonly state: RepositoryState
  /** When it came to be in this state, as the journal has it. */
  readonly since: string | null
  /** Commits that the remote lacks; null where there is no remote. */
  readonly ahead: number | null
  /** Commits of the remote, as of the last fetch, that are not here; null where there is no remote. */
  readonly behind: number | null
  /** Paths that would be committed now. */
  readonly dirty: number | null
  /**
   * Paths that would be left out now, as far as a look can tell, but for what gitsync is told to ignore: what only a
   * filter, or git as it stages, finds out is told by `PathSkipped` alone.
   */
  readonly skipped: readonly SkippedPath[] | null
  /** When a sync last ended well. */
  readonly lastSync: string | null
  /** When a daemon tries again, or goes on after a pause, by itself. */
  readonly nextTry: string | null
  /** What it waits for, and what can be done about it. */
  readonly problem: Problem | null
  /** The process that syncs it now. */
  readonly daemon: { readonly pid: number; readonly host: string } | null
}

/** What waits for a person, by the journal where the look could not tell, and else by the look. */
const haltOf = ({ problem, ruledOut }: Glance, { waiting }: Standing): Problem | null => {
  if (problem !== null && classOf(problem) !== 'passing') return problem
  return waiting.findLast(({ kind }) => !ruledOut.has(kind)) ?? null
}

const troubleOf = (
  { problem }: Glance,
  { trying }: Standing,
): { readonly problem: Problem; readonly at: string | null } | null =>
  trying ?? (problem === null ? null : { problem, at: null })

const hasWork = (
  { position, dirty }: Glance,
  { pull, push }: Pick<RepoSettings, 'pull' | 'push'>,
): boolean =>
  (dirty ?? 0) > 0 || (push && (position?.ahead ?? 0) > 0) || (pull && (position?.behind ?? 0) > 0)

/** What the journal and a look at the repository make together. */
export const statusOf = (
  settings: RepoSettings,
  standing: Standing,
  glance: Glance,
): RepositoryStatus => {
  const { position, holder } = glance
  const halt = haltOf(glance, standing)
  // It does not outlive the process that was asked for it.
  const pause = holder === null ? null : standing.paused
  const trouble = halt === null && pause === null ? troubleOf(glance, standing) : null
  const state = ((): RepositoryState => {
    if (halt !== null) return 'halted'
    if (pause !== null) return 'paused'
    if (trouble !== null) return classOf(trouble.problem) === 'outage' ? 'offline' : 'retrying'
    if (holder !== null && standing.busySince !== null) return 'syncing'
    return hasWork(glance, settings) ? 'pending' : 'up-to-date'
  })()
  const told = { well: ['up-to-date'], offline: ['offline'], halted: ['halted'] } as const
  const isTold = standing.ending !== null && told[standing.ending].some((one) => one === state)
  const sinceOf = (): string | null => {
    if (state === 'paused') return pause?.since ?? null
    return state === 'syncing' ? standing.busySince : isTold ? standing.since : null
  }
  const alone = position?.upstream === null
  return {
    repo: settings.path,
    branch: position?.branch ?? null,
    head: glance.head,
    state,
    since: sinceOf(),
    ahead: alone ? null : (position?.ahead ?? null),
    behind: alone ? null : (position?.behind ?? null),
    dirty: glance.dirty,
    skipped: glance.skipped?.map(({ type: _, ...skipped }) => skipped) ?? null,
    lastSync: standing.lastSync,
    nextTry: holder === null ? null : (pause?.until ?? trouble?.at ?? null),
    problem: halt ?? trouble?.problem ?? null,
    daemon: holder === null ? null : { pid: holder.pid, host: holder.host },
  }
}
