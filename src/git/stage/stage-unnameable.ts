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

/** The paths behind what is shown of them, each once: several may look the same. */
const exactPaths = async (
  { workTree }: Repository,
  { file }: HeldIndex,
  shown: ReadonlySet<string>,
): Promise<readonly RepoPath[]> => {
  const { stdout } = await runGit(changed, { cwd: workTree, env: { GIT_INDEX_FILE: file } })
  const names = new Set(stdout.toString('latin1').split('\0'))
  return [...names]
    .map((name) => pathOf(Buffer.from(name, 'latin1')))
    .filter((path) => shown.has(shownPath(path)))
}

const stageNames = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  maxFileSize: number | null,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  const gone: RepoPath[] = []
  const present: RepoPath[] = []
  const skipped: PathSkipped[] = []
  for (const path of await exactPaths(repository, held, new Set(paths))) {
    const found = await orAbsent(lstat(fileAt(repository.workTree, path)))
    if (found === null || !(found.isFile() || found.isSymbolicLink())) gone.push(path)
    else if (maxFileSize === null || found.size <= maxFileSize) present.push(path)
    else skipped.push(skip(shownPath(path), 'too-large'))
  }
  // By their files, since no change can be named by such a path: what is written just now is seen the next time.
  const secret = (await guard?.inFiles(present)) ?? new Map<RepoPath, PathSkipped>()
  skipped.push(...secret.values())
  const rest = present.filter((path) => !secret.has(path))
  await updateIndex(repository, held, 'gone', gone)
  if (await updateIndex(repository, held, 'present', rest)) return skipped
  for (const path of rest)
    if (!(await updateIndex(repository, held, 'present', [path])))
      skipped.push(skip(shownPath(path), 'unsupported-name'))
  return skipped
}

/** Stages names that are no UTF-8, which nodegit cannot hand to libgit2, through the git program. */
export const stageUnnameable = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  { maxFileSize }: Pick<RepoSettings, 'maxFileSize'>,
  guard: Guard | null,
): Promise<readonly PathSkipped[]> => {
  if (paths.length === 0) return []
  const skipped = await stageNames(repository, held, paths, maxFileSize, guard).catch(
    (error: unknown) => {
      if (error instanceof GitFailure) return paths.map((path) => skip(path, 'unsupported-name'))
      throw error
    },
  )
  await held.index.read(1)
  return skipped
}
