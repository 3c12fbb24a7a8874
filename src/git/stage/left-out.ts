import type { RepoSettings } from '../../actors/settings.js'
import type { GitIndex } from '../git-objects.js'
import type { Guard } from '../guard/guard.js'
import { isBarred } from '../guard/guarded.js'
import { status } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { planSteps } from './stage.js'
import type { StatusEntry } from '../status/status-entry.js'

/** Whether a change of the work tree is one that staging leaves out. */
export const leftOutBy =
  (repository: Repository, index: GitIndex, settings: RepoSettings, guard: Guard | null) =>
  async (entry: StatusEntry): Promise<boolean> => {
    if ((entry.flags & status.conflicted) !== 0) return false
    const [step] = await planSteps(repository, index, [entry], settings)
    if (step === undefined || step.kind === 'skip' || step.kind === 'leave') return true
    return isBarred(repository, index, guard, step)
  }
