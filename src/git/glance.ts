import type { Oid, PathSkipped } from '../actors/outcome.js'
import type { Problem, ProblemKind } from '../actors/problem.js'
import type { Position } from '../actors/reports.js'
import type { RepoSettings } from '../actors/settings.js'
import { refuseAnonymous } from './commit/signatures.js'
import { refuseUnlessAtRest } from './inspect.js'
import { readInstanceHolder } from './lock/instance-lock.js'
import { libgit2 } from './libgit2.js'
import { readPending } from './stage/pending.js'
import { readPosition } from './refs/position.js'
import { GitFailure, problemOf } from './problem/problem.js'
import type { Repository } from './repository.js'
import { openRepository } from './repository.js'
import { refuseUnlessMeant } from './stage/stage.js'

/** How a repository stands, as far as a look can tell; null what it cannot. */
export interface Glance {
  readonly head: Oid | null
  readonly position: Position | null
  /** Paths that a look at everything would commit. */
  readonly dirty: number | null
  /** What it would leave out, but for what gitsync is told to ignore. */
  readonly skipped: readonly PathSkipped[] | null
  /** The process that syncs it now. */
  readonly holder: { readonly pid: number; readonly host: string } | null
  /** What a sync would stop at before it asked the remote. */
  readonly problem: Problem | null
  /** Kinds of problems that would have been seen. */
  readonly ruledOut: ReadonlySet<ProblemKind>
}

const looked: readonly ProblemKind[] = [
  'detached-head',
  'not-a-repository',
  'not-owner',
  'operation-in-progress',
  'root-emptied',
]

const unseen: Omit<Glance, 'problem'> = {
  head: null,
  position: null,
  dirty: null,
  skipped: null,
  holder: null,
  ruledOut: new Set(),
}

const gitFailure = (error: unknown): null => {
  if (error instanceof GitFailure) return null
  throw error
}

/** There is nothing to be done about what is left out on purpose. */
const asksForAPerson = ({ reason }: PathSkipped): boolean => reason !== 'ignored-by-gitsync'

/** Of a HEAD that is on no branch too. */
const readHead = async ({ git }: Repository): Promise<Oid | null> =>
  libgit2.Reference.nameToId(git, 'HEAD').then(
    (oid) => oid.tostrS(),
    () => null,
  )

/** Finds as much as there is, then what is the matter. */
const lookInto = async (repository: Repository, settings: RepoSettings): Promise<Glance> => {
  const facts = {
    head: await readHead(repository),
    upstream: null,
    position: await readPosition(repository.git, settings).catch(gitFailure),
    holder: readInstanceHolder(repository),
  }
  let found: Pick<Glance, 'dirty' | 'skipped'> = { dirty: null, skipped: null }
  try {
    const pending = await readPending(repository, facts.position ?? facts, settings)
    found = { dirty: pending.commit.length, skipped: pending.skipped.filter(asksForAPerson) }
    await refuseUnlessAtRest(repository.git, settings)
    // Whoever syncs it may run with another environment than ours, and tells it where it is nobody.
    if (facts.holder === null) await refuseAnonymous(repository, settings)
    refuseUnlessMeant(pending.index, pending.entries)
  } catch (error) {
    return { ...facts, ...found, problem: problemOf(error), ruledOut: new Set() }
  }
  const ruledOut = new Set<ProblemKind>(looked)
  if (settings.branch !== null) ruledOut.add('wrong-branch')
  if (facts.holder === null) ruledOut.add('no-identity')
  return { ...facts, ...found, problem: null, ruledOut }
}

/** Looks without a lock and writes nothing, not even the index; also at what is missing or no repository. */
export const glance = async (settings: RepoSettings): Promise<Glance> => {
  try {
    return await lookInto(await openRepository(settings.path), settings)
  } catch (error) {
    return { ...unseen, problem: problemOf(error) }
  }
}
