import { onceOnly } from '../commit/skipped-once.js'
import { everything } from '../../actors/changes.js'
import type { PathSkipped } from '../../actors/outcome.js'
import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { GitIndex } from '../git-objects.js'
import { guardOf } from '../guard/guard.js'
import { guarded } from '../guard/guarded.js'
import { status } from '../libgit2.js'
import type { TreeChange } from '../message/message.js'
import type { Repository } from '../repository.js'
import { planSteps } from './stage.js'
import type { StatusEntry } from '../status/status-entry.js'
import { readStatus, stagedFlags } from '../status/status.js'

const kindOf = (flags: number, kind: 'add' | 'remove'): TreeChange['kind'] => {
  if (kind === 'remove') return 'deleted'
  return (flags & (status.untracked | status.indexNew)) === 0 ? 'modified' : 'added'
}

const changeOf = ({ path, flags }: StatusEntry): TreeChange => ({
  path,
  kind: kindOf(flags, (flags & status.indexDeleted) === 0 ? 'add' : 'remove'),
})

/** What a look at everything finds to do, with what it was found in. */
export interface Pending {
  readonly commit: readonly TreeChange[]
  readonly skipped: readonly PathSkipped[]
  readonly index: GitIndex
  readonly entries: readonly StatusEntry[]
}

/** What would be committed now, and what left out. Changes nothing: no index, no lock, no file. @throws GitFailure */
export const readPending = async (
  repository: Repository,
  position: Pick<Position, 'head' | 'upstream'>,
  settings: RepoSettings,
): Promise<Pending> => {
  const entries = await readStatus(repository, everything)
  const index = await repository.git.index()
  const guard = guardOf(repository, position, settings)
  const planned = await planSteps(repository, index, entries, settings)
  const steps = await guarded(guard, planned)
  const flags = new Map(entries.map((entry) => [entry.path, entry.flags]))
  const changes = steps.flatMap((step): readonly TreeChange[] => {
    if (!('path' in step)) return []
    const kind = step.kind === 'remove' ? 'remove' : 'add'
    return [{ path: step.path, kind: kindOf(flags.get(step.path) ?? 0, kind) }]
  })
  const named = new Set(changes.map(({ path }) => path))
  const already = entries.filter(
    (entry) => (entry.flags & stagedFlags) !== 0 && !named.has(entry.path),
  )
  return {
    commit: [...changes, ...already.map(changeOf)],
    skipped: onceOnly()(
      steps.flatMap((step) => (step.kind === 'skip' ? [step.skipped] : [])),
      true,
    ),
    index,
    entries,
  }
}
