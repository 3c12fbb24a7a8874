import { lstat } from 'node:fs/promises'
import type { PathSkipped, RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { fileAt, pathOf, shownPath } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import { runGit } from '../program/git-program.js'
import type { Guard } from '../guard/guard.js'
import type { HeldIndex } from '../index/index-copy.js'
import { GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { skip } from './stage-plan.js'
import { updateIndex } from '../index/update-index.js'

const changed = ['ls-files', '-z', '--deleted', '--modified', '--others', '--exclude-standard']

/** The changed paths behind what is shown of them, each once: several may look the same. */
const exactPaths = async (
  { workTree }: Repository,
  shown: ReadonlySet<string>,
  env: NodeJS.ProcessEnv,
): Promise<readonly RepoPath[]> => {
  const { stdout } = await runGit(changed, { cwd: workTree, env })
  const names = new Set(stdout.toString('latin1').split('\0'))
  return [...names]
    .map((name) => pathOf(Buffer.from(name, 'latin1')))
    .filter((path) => shown.has(shownPath(path)))
}

interface Sorted {
  readonly gone: readonly RepoPath[]
  readonly present: readonly RepoPath[]
  readonly skipped: readonly PathSkipped[]
}

/** What of these is to be staged, and what is left out. */
const sortOut = async (
  { workTree }: Repository,
  paths: readonly RepoPath[],
  { maxFileSize }: Pick<RepoSettings, 'maxFileSize'>,
  guard: Guard | null,
): Promise<Sorted> => {
  const gone: RepoPath[] = []
  const present: RepoPath[] = []
  const skipped: PathSkipped[] = []
  for (const path of paths) {
    const found = await orAbsent(lstat(fileAt(workTree, path)))
    if (found === null || !(found.isFile() || found.isSymbolicLink())) gone.push(path)
    else if (maxFileSize === null || found.size <= maxFileSize) present.push(path)
    else skipped.push(skip(shownPath(path), 'too-large'))
  }
  // By their files, since no change can be named by such a path: what is written just now is seen the next time.
  const secret = (await guard?.inFiles(present)) ?? new Map<RepoPath, PathSkipped>()
  const rest = present.filter((path) => !secret.has(path))
  return { gone, present: rest, skipped: [...skipped, ...secret.values()] }
}

/** Whether all that changed under what is shown of a name is left out. */
export const isUnnameableLeftOut = async (
  repository: Repository,
  shown: string,
  settings: Pick<RepoSettings, 'maxFileSize'>,
  guard: Guard | null,
): Promise<boolean> => {
  const paths = await exactPaths(repository, new Set([shown]), {})
  const { gone, present, skipped } = await sortOut(repository, paths, settings, guard)
  return gone.length + present.length === 0 && skipped.length > 0
}

const stageNames = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  settings: Pick<RepoSettings, 'maxFileSize'>,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  const found = await exactPaths(repository, new Set(paths), { GIT_INDEX_FILE: held.file })
  const { gone, present, skipped } = await sortOut(repository, found, settings, guard)
  await updateIndex(repository, held, 'gone', gone)
  if (await updateIndex(repository, held, 'present', present)) return skipped
  const refused: PathSkipped[] = []
  for (const path of present)
    if (!(await updateIndex(repository, held, 'present', [path])))
      refused.push(skip(shownPath(path), 'unsupported-name'))
  return [...skipped, ...refused]
}

/** Stages names that are no UTF-8, which nodegit cannot hand to libgit2, through the git program. */
export const stageUnnameable = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  settings: Pick<RepoSettings, 'maxFileSize'>,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  if (paths.length === 0) return []
  const skipped = await stageNames(repository, held, paths, settings, guard).catch(
    (error: unknown) => {
      if (error instanceof GitFailure) return paths.map((path) => skip(path, 'unsupported-name'))
      throw error
    },
  )
  await held.index.read(1)
  return skipped
}
