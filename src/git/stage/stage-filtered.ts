import type { Oid, PathSkipped, RepoPath } from '../../actors/outcome.js'
import type { HeldIndex } from '../index/index-copy.js'
import type { GitIndex } from '../git-objects.js'
import { emptyBlob, fileMode, libgit2 } from '../libgit2.js'
import { entryOf, versionOf } from '../index/index-entry.js'
import { filtering } from '../program/filtering.js'
import { runGit } from '../program/git-program.js'
import { GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { seldom } from '../seldom.js'
import type { Version } from '../merge/resolve.js'
import { skip } from './stage-plan.js'
import { updateIndex } from '../index/update-index.js'

/** Bytes; an LFS pointer is never longer. */
const pointerBound = 1024

const pointerStart = 'version https://git-lfs.github.com/spec/'

const isPointer = async ({ git }: Repository, { oid, mode }: Version): Promise<boolean> => {
  if (mode !== fileMode.file && mode !== fileMode.executable) return false
  const blob = await libgit2.Blob.lookup(git, libgit2.Oid.fromString(oid))
  if (blob.rawsize() > pointerBound) return false
  return blob.content().toString('latin1').startsWith(pointerStart)
}

/** Whether a filter that keeps pointers did not run. Of an empty file LFS makes an empty blob, not a pointer. */
const isRaw = async (repository: Repository, before: Version, now: Version): Promise<boolean> =>
  ![before.oid, emptyBlob].includes(now.oid) &&
  (await isPointer(repository, before)) &&
  !(await isPointer(repository, now))

/** What an edit of a tracked file would be recorded as; null where staging leaves it out, since its filter cannot run. */
export const filteredBlob = async (
  repository: Repository,
  path: RepoPath,
  before: Version,
): Promise<Oid | null> => {
  const output = await runGit(['hash-object', '-w', '--', path], filtering(repository))
  if (output.code !== 0) return null
  const oid = output.stdout.toString().trim()
  return (await isRaw(repository, before, { ...before, oid })) ? null : oid
}

interface Known {
  readonly path: string
  readonly version: Version
}

/** Copied: what libgit2 hands out is gone when the index is read anew. */
const versionsIn = (index: GitIndex, paths: readonly string[]): readonly Known[] =>
  paths.flatMap((path) => {
    const entry = index.getByPath(path)
    return entry === undefined ? [] : [{ path, version: versionOf(entry) }]
  })

const stageEach = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
): Promise<readonly PathSkipped[]> => {
  if (await updateIndex(repository, held, 'present', paths)) return []
  const skipped: PathSkipped[] = []
  for (const path of paths)
    if (!(await updateIndex(repository, held, 'present', [path])))
      skipped.push(skip(path, 'filter-unavailable'))
  return skipped
}

/**
 * Stages paths with a filter of the owner's through the git program; must come before any other change of
 * the index, which it reads anew. Where the filter cannot run, the path is left as it was: raw content
 * never takes the place of an LFS pointer.
 */
export const stageFiltered = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
): Promise<readonly PathSkipped[]> => {
  if (paths.length === 0) return []
  const { index } = held
  const before = versionsIn(index, paths)
  const skipped = await seldom(repository, 'filters of a commit', paths.join('\0'), () =>
    stageEach(repository, held, paths),
  ).catch((error: unknown) => {
    // The filter did its part where the file is what changed meanwhile.
    if (!(error instanceof GitFailure) || error.problem.kind === 'work-tree-moved') throw error
    return paths.map((path) => skip(path, 'filter-unavailable'))
  })
  await index.read(1)
  const raw: PathSkipped[] = []
  for (const { path, version } of before) {
    const [now] = versionsIn(index, [path])
    if (now === undefined || !(await isRaw(repository, version, now.version))) continue
    await index.add(entryOf(path, version))
    raw.push(skip(path, 'filter-unavailable'))
  }
  return [...skipped, ...raw]
}
