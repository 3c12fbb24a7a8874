import type { RepoSettings } from '../actors/settings.js'
import type { GitIndex } from './git-objects.js'
import { status } from './libgit2.js'
import type { Repository } from './repository.js'
import { planSteps } from './stage.js'
import type { StatusEntry } from './status-entry.js'

/** Whether a change of the work tree is one that staging leaves out. */
export const leftOutBy =
  (repository: Repository, index: GitIndex, settings: RepoSettings) =>
  async (entry: StatusEntry): Promise<boolean> => {
    if ((entry.flags & status.conflicted) !== 0) return false
    const [step] = await planSteps(repository, index, [entry], settings)
    return step === undefined || step.kind === 'skip' || step.kind === 'leave'
  }
