import type { PathSkipped, RepoPath } from '../../actors/outcome.js'
import { gitOutput } from '../program/git-output.js'
import type { GitIndex } from '../git-objects.js'
import { versionOf } from '../index/index-entry.js'
import type { Repository } from '../repository.js'
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

/** By what the filter would make of it; the file alone may be a secret that is never recorded as it stands. */
const isBarredAfterFilter = async (
  { workTree }: Repository,
  index: GitIndex,
  guard: Guard,
  path: RepoPath,
): Promise<boolean> => {
  const known = index.getByPath(path)
  if (known === undefined) return false
  const oid = (await gitOutput(workTree, ['hash-object', '-w', '--', path])).toString().trim()
  const from = versionOf(known)
  const delta = { path, from, to: { ...from, oid } }
  return (await guard.inDeltas([delta], () => 0)).length > 0
}

/** Whether the edit of a tracked file is one that the guard holds back. @throws GitFailure */
export const isBarred = async (
  repository: Repository,
  index: GitIndex,
  guard: Guard | null,
  step: StageStep,
): Promise<boolean> => {
  if (guard === null) return false
  if (step.kind === 'add-filtered') return isBarredAfterFilter(repository, index, guard, step.path)
  return (await guarded(guard, [step])).some(({ kind }) => kind === 'skip')
}
