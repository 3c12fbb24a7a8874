import type { Oid, PathSkipped, RepoPath } from '../../actors/outcome.js'
import type { Version } from '../tree/version.js'
import type { StageStep } from '../stage/stage-plan.js'
import type { Guard } from './guard.js'

/** What staging would do, less what the guard would hold back of it; what only a filter knows it leaves. */
export const guarded = async (
  guard: Guard | null,
  steps: readonly StageStep[],
): Promise<readonly StageStep[]> => {
  if (guard === null) return steps
  const added = steps.flatMap((step) => (step.kind === 'add' ? [step.path] : []))
  const held: ReadonlyMap<RepoPath, PathSkipped> = await guard.inFiles(added)
  return steps.map((step) => {
    const skipped = step.kind === 'add' ? held.get(step.path) : undefined
    return skipped === undefined ? step : { kind: 'skip', skipped }
  })
}

/**
 * Whether the guard holds the edit of a tracked file back, by what a filter would make of it: the file alone may be a
 * secret that is never recorded as it stands.
 */
export const isBarredAfterFilter = async (
  guard: Guard | null,
  path: RepoPath,
  from: Version,
  oid: Oid,
): Promise<boolean> => {
  const delta = { path, from, to: { ...from, oid } }
  return guard !== null && (await guard.inDeltas([delta], () => 0)).length > 0
}
