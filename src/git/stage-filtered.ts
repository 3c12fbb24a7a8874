import type { PathSkipped } from '../actors/outcome.js'
import { runGit } from './git-program.js'
import type { HeldIndex } from './index-copy.js'
import type { GitIndexEntry } from './git-objects.js'
import { libgit2 } from './libgit2.js'
import { GitFailure } from './problem.js'
import type { Repository } from './repository.js'
import { skip } from './stage-plan.js'

/** Bytes; an LFS pointer is never longer. */
const pointerBound = 1024

const pointerStart = 'version https://git-lfs.github.com/spec/'

const isPointer = async (
  { git }: Repository,
  entry: GitIndexEntry | undefined,
): Promise<boolean> => {
  if (entry === undefined || entry.fileSize > pointerBound * pointerBound) return false
  const blob = await libgit2.Blob.lookup(git, entry.id)
  if (blob.rawsize() > pointerBound) return false
  return blob.content().toString('latin1').startsWith(pointerStart)
}

/** `git update-index` runs the filters that libgit2 does not know. */
const updateIndex = async (
  { workTree }: Repository,
  { file }: HeldIndex,
  paths: readonly string[],
): Promise<boolean> => {
  const { code } = await runGit(['update-index', '--add', '--remove', '-z', '--stdin'], {
    cwd: workTree,
    env: { GIT_INDEX_FILE: file },
    stdin: paths.map((path) => `${path}\0`).join(''),
  })
  return code === 0
}

const stageEach = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
): Promise<readonly PathSkipped[]> => {
  if (await updateIndex(repository, held, paths)) return []
  const skipped: PathSkipped[] = []
  for (const path of paths)
    if (!(await updateIndex(repository, held, [path])))
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
  const before = new Map(paths.map((path) => [path, index.getByPath(path)]))
  const skipped = await stageEach(repository, held, paths).catch((error: unknown) => {
    if (error instanceof GitFailure) return paths.map((path) => skip(path, 'filter-unavailable'))
    throw error
  })
  await index.read(1)
  const raw: PathSkipped[] = []
  for (const [path, entry] of before) {
    const wasPointer = await isPointer(repository, entry)
    if (!wasPointer || entry === undefined) continue
    const now = index.getByPath(path)
    if (now === undefined || (await isPointer(repository, now))) continue
    await index.add(entry)
    raw.push(skip(path, 'filter-unavailable'))
  }
  return [...skipped, ...raw]
}
