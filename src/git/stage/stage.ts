import { posix } from 'node:path'
import type { PathSkipped } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { conversionsOf } from '../status/attributes.js'
import type { Guard } from '../guard/guard.js'
import { heldBackBy } from './held-back.js'
import type { HeldIndex } from '../index/index-copy.js'
import type { GitIndex, GitIndexEntry } from '../git-objects.js'
import { errorCode, fileMode, hasErrorCode, indexFlag, status } from '../libgit2.js'
import { isOfLineEnds } from './line-ends.js'
import { lookIn } from './look.js'
import { inSlices } from '../slices.js'
import { failure, GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { stageFiltered } from './stage-filtered.js'
import { shutRulesIn } from './shut-rules.js'
import type { StageStep } from './stage-plan.js'
import { planStage, skip } from './stage-plan.js'
import { stageUnnameable } from './stage-unnameable.js'
import type { StatusEntry } from '../status/status-entry.js'
import { unnameable } from '../status/status.js'
import { checkedOutIn, isLaggingAt } from './submodule-record.js'
import { addInBulk } from '../index/update-index.js'

/** Past this many plain paths one run of the git program is cheaper than a call of libgit2 for each. */
const bulk = 500

/** Tracked files from which the deletion of all is not believed: the last one alone may well go. */
const several = 2

/** Tracked files from which the deletion of more than half is not believed. */
const largeTree = 100

/** The safety stop: a disk that came back empty must not become a commit that deletes everything. @throws GitFailure */
const refuseEmptied = (entries: readonly StatusEntry[], tracked: number): void => {
  const gone = entries.filter(({ flags }) => (flags & status.deleted) !== 0).length
  // What moved to another folder is not lost.
  const lost = gone - entries.filter(({ flags }) => (flags & status.untracked) !== 0).length
  const emptied = gone === tracked && tracked >= several
  if (!(emptied || tracked >= largeTree) || lost <= tracked / 2) return
  throw failure(
    'root-emptied',
    `${String(gone)} of ${String(tracked)} files vanished at once.`,
    'Bring them back (git checkout-index -aq, which leaves edits alone), or, if it was meant, say so: git add -A && git commit.',
  )
}

/** @throws GitFailure */
const refuseUnmerged = (index: GitIndex, entries: readonly StatusEntry[]): void => {
  if (index.hasConflicts() || entries.some(({ flags }) => (flags & status.conflicted) !== 0))
    throw failure(
      'operation-in-progress',
      'The index has unmerged paths.',
      'Resolve them, so that no conflict markers are left, and git add them.',
    )
}

/** What is not recorded as it stands, since a person would hardly mean it. @throws GitFailure */
export const refuseUnlessMeant = (index: GitIndex, entries: readonly StatusEntry[]): void => {
  refuseUnmerged(index, entries)
  refuseEmptied(entries, index.entryCount())
}

/** Whether git itself would not look: it was told so, or all that changed in a submodule is in no commit of it. */
const isLeftAlone = async (repository: Repository, known: GitIndexEntry): Promise<boolean> => {
  if ((known.flagsExtended & indexFlag.skipWorktree) !== 0) return true
  if (known.mode !== fileMode.commit) return false
  const { path, id } = known
  const [at, index] = [await checkedOutIn(repository, path), id.tostrS()]
  if (at === null) return false
  return at === index || isLaggingAt(repository, path, { at, index })
}

/** An intention to add (git add -N) is an edit still, also of an empty file. */
const asEdited = (entry: StatusEntry, known: GitIndexEntry | undefined): StatusEntry =>
  ((known?.flagsExtended ?? 0) & indexFlag.intentToAdd) === 0
    ? entry
    : { ...entry, flags: entry.flags | status.modified }

/** What staging would do about each entry, one by one: who asks may have seen enough. Looks, and changes nothing. */
export async function* planEach(
  repository: Repository,
  index: GitIndex,
  entries: readonly StatusEntry[],
  settings: RepoSettings,
): AsyncGenerator<StageStep> {
  const look = lookIn(repository.workTree)
  const heldBack = heldBackBy(settings)
  const conversionOf = await conversionsOf(repository, index)
  const shutRulesOf = await shutRulesIn(repository)
  const looks = inSlices(entries, ({ path }) =>
    path.endsWith('/') || path.includes(unnameable) ? ({ kind: 'folder' } as const) : look(path),
  )
  for await (const [entry, seen] of looks) {
    const { path } = entry
    const known = index.getByPath(path)
    if (known !== undefined && (await isLeftAlone(repository, known))) continue
    const tracked = known?.mode ?? null
    const conversion = seen.kind === 'file' ? await conversionOf(path) : null
    const filter = conversion?.kind === 'foreign' ? conversion.name : null
    const shutRules = await shutRulesOf(path, tracked === null ? 'untracked' : 'tracked')
    const { maxFileSize } = settings
    yield planStage({
      entry: asEdited(entry, known),
      look: seen,
      tracked,
      filter,
      maxFileSize,
      heldBack,
      shutRules,
    })
  }
}

/** What staging would do about all of them. */
export const planSteps = async (
  ...asked: Parameters<typeof planEach>
): Promise<readonly StageStep[]> => {
  const steps: StageStep[] = []
  for await (const step of planEach(...asked)) steps.push(step)
  return steps
}

const pathsOf = (steps: readonly StageStep[], kind: StageStep['kind']): readonly string[] =>
  steps.flatMap((step) => ('path' in step && step.kind === kind ? [step.path] : []))

/** Null when it is staged; the path vanished or became unreadable since the look otherwise. */
const addOne = async (
  { workTree }: Repository,
  index: GitIndex,
  path: string,
): Promise<PathSkipped | null> => {
  try {
    await index.addByPath(path)
    return null
  } catch (error) {
    if (hasErrorCode(error, errorCode.notFound)) {
      if (index.getByPath(path) !== undefined) await index.removeByPath(path)
      return null
    }
    const message = error instanceof Error ? error.message : ''
    // The file may be readable and the object database not writable.
    if (/permission denied/i.test(message) && lookIn(workTree)(path).kind === 'unreadable')
      return skip(path, 'unreadable')
    if (isOfLineEnds(error)) return skip(path, 'unsafe-line-ends')
    if (message.startsWith('invalid path')) return skip(path, 'unsupported-name')
    // What stops the writing is told in words of the reading; a full disk is no change.
    if (/failed to read file(?! into stream: No space)|file changed/i.test(message))
      throw failure('work-tree-moved', `${path} changed while it was read.`)
    throw error
  }
}

const addEach = async (
  repository: Repository,
  index: GitIndex,
  paths: readonly string[],
): Promise<readonly PathSkipped[]> => {
  const skipped: PathSkipped[] = []
  for (const path of paths) {
    const found = await addOne(repository, index, path)
    if (found !== null) skipped.push(found)
  }
  return skipped
}

/** What the git program took at once; where something is in its way, each path is asked for on its own. */
const addMany = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
): Promise<boolean> => {
  if (paths.length < bulk) return false
  const taken = await addInBulk(repository, held, paths).catch((error: unknown) => {
    if (error instanceof GitFailure) return false
    throw error
  })
  await held.index.read(1)
  return taken
}

/** Stages some of what the status names. */
const stageTurn = async (
  repository: Repository,
  held: HeldIndex,
  entries: readonly StatusEntry[],
  settings: RepoSettings,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  if (entries.length === 0) return []
  const { index } = held
  const steps = await planSteps(repository, index, entries, settings)
  const skipped = steps.flatMap((step) => (step.kind === 'skip' ? [step.skipped] : []))
  const named = pathsOf(steps, 'add')
  const unnamed = pathsOf(steps, 'add-unnameable')
  // The git program reads and writes the file; what libgit2 changes in memory comes after it.
  const unsupported = await stageUnnameable(repository, held, unnamed, settings, guard)
  const taken = await addMany(repository, held, named)
  const filtered = await stageFiltered(repository, held, pathsOf(steps, 'add-filtered'))
  for (const path of pathsOf(steps, 'remove')) await index.removeByPath(path)
  const plain = taken ? [] : await addEach(repository, index, named)
  return [...skipped, ...unsupported, ...filtered, ...plain]
}

const isAttributes = ({ path }: StatusEntry): boolean => posix.basename(path) === '.gitattributes'

/** Stages what the status names; tells what was left out. @throws GitFailure */
export const stage = async (
  repository: Repository,
  held: HeldIndex,
  entries: readonly StatusEntry[],
  settings: RepoSettings,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  refuseUnlessMeant(held.index, entries)
  // Attributes say how the others are recorded, also those that are gone: so they come first.
  const rules = entries.filter(isAttributes)
  const skipped = await stageTurn(repository, held, rules, settings, guard)
  if (rules.length > 0) await held.index.write()
  const others = entries.filter((entry) => !isAttributes(entry))
  return [...skipped, ...(await stageTurn(repository, held, others, settings, guard))]
}
