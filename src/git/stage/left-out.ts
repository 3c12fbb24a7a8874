import type { RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { GitIndex } from '../git-objects.js'
import type { Guard } from '../guard/guard.js'
import { guarded, isBarredAfterFilter } from '../guard/guarded.js'
import { versionOf } from '../index/index-entry.js'
import { status } from '../libgit2.js'
import { hasUnsafeLineEnds } from './line-ends.js'
import type { Repository } from '../repository.js'
import { filteredBlob } from './stage-filtered.js'
import { planSteps } from './stage.js'
import { isUnnameableLeftOut } from './stage-unnameable.js'
import type { StatusEntry } from '../status/status-entry.js'

const isLeftOut = async (
  repository: Repository,
  index: GitIndex,
  guard: Guard | null,
  path: RepoPath,
): Promise<boolean> => {
  const known = index.getByPath(path)
  if (known === undefined) return false
  const from = versionOf(known)
  const oid = await filteredBlob(repository, path, from)
  return oid === null || isBarredAfterFilter(guard, path, from, oid)
}

/** Whether a change of the work tree is one that staging leaves out. */
export const leftOutBy =
  (repository: Repository, index: GitIndex, settings: RepoSettings, guard: Guard | null) =>
  async (entry: StatusEntry): Promise<boolean> => {
    if ((entry.flags & status.conflicted) !== 0) return false
    const [step] = await planSteps(repository, index, [entry], settings)
    if (step === undefined || step.kind === 'skip' || step.kind === 'leave') return true
    if (step.kind === 'add-filtered') return isLeftOut(repository, index, guard, step.path)
    if (step.kind === 'add-unnameable')
      return isUnnameableLeftOut(repository, step.path, settings, guard)
    if (step.kind === 'add' && (await hasUnsafeLineEnds(repository, step.path))) return true
    return (await guarded(guard, [step])).some(({ kind }) => kind === 'skip')
  }
