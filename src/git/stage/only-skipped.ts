import type { PathSkipped } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { GitIndex } from '../git-objects.js'
import type { Guard } from '../guard/guard.js'
import { guarded } from '../guard/guarded.js'
import { status } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { planEach } from './stage.js'
import type { StatusEntry } from '../status/status-entry.js'
import { stagedFlags } from '../status/status.js'

/** What would be left out, if that is all there is; null where there is something to record. */
export const onlySkipped = async (
  repository: Repository,
  index: GitIndex,
  entries: readonly StatusEntry[],
  settings: RepoSettings,
  guard: Guard | null,
): Promise<readonly PathSkipped[] | null> => {
  if (entries.some(({ flags }) => (flags & (stagedFlags | status.conflicted)) !== 0)) return null
  const skipped: PathSkipped[] = []
  for await (const planned of planEach(repository, index, entries, settings)) {
    for (const step of await guarded(guard, [planned])) {
      if (step.kind !== 'skip' && step.kind !== 'leave') return null
      if (step.kind === 'skip') skipped.push(step.skipped)
    }
  }
  return skipped
}
