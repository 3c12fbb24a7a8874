import { type OperatorFunction, type SchedulerLike, filter, map, pipe } from 'rxjs'
import { changesOf, everything } from '../actors/changes.js'
import type { Changes } from '../actors/changes.js'
import type { RepoCommand } from '../actors/commands.js'
import { bufferTimeDebounced } from './buffer-time-debounced.js'
import type { WorkTreeChange } from './watch/change.js'

type Hint = Extract<WorkTreeChange, { kind: 'changed' | 'rescan' }>

const isHint = (change: WorkTreeChange): change is Hint =>
  change.kind === 'changed' || change.kind === 'rescan'

/** Of names that are not UTF-8 no path can be told: the replacement character stands for unknown bytes. */
const unspeakable = '\uFFFD'

const changesIn = (hints: readonly Hint[]): Changes => {
  const paths = new Set<string>()
  for (const hint of hints) {
    if (hint.kind === 'rescan' || hint.path.includes(unspeakable)) return everything
    paths.add(hint.path)
  }
  return changesOf(paths)
}

/** Hints of a work tree to commands for its actor, one per burst. `armed` and `degraded` are no hints. */
export const batchChanges = (
  debounce: number,
  maxWait: number,
  scheduler?: SchedulerLike,
): OperatorFunction<WorkTreeChange, RepoCommand> =>
  pipe(
    filter(isHint),
    bufferTimeDebounced(debounce, maxWait, scheduler),
    map(changesIn),
    map((changes) => ({
      type: 'Sync',
      trigger: changes.kind === 'everything' ? 'rescan' : 'worktree-changed',
      changes,
    })),
  )
