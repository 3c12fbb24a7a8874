import { lstat } from 'node:fs/promises'
import type { PathSkipped } from '../actors/outcome.js'
import type { RepoSettings } from '../actors/settings.js'
import { orAbsent } from './error-code.js'
import { runGit } from './git-program.js'
import type { HeldIndex } from './index-copy.js'
import { GitFailure } from './problem.js'
import type { Repository } from './repository.js'
import { skip } from './stage-plan.js'
import { updateIndex } from './update-index.js'

const changed = ['ls-files', '-z', '--deleted', '--modified', '--others', '--exclude-standard']

/** The bytes behind the names, each once. nodegit gives names as text, and several may look the same in it. */
const bytesOf = async (
  { workTree }: Repository,
  { file }: HeldIndex,
  paths: ReadonlySet<string>,
): Promise<readonly Buffer[]> => {
  const { stdout } = await runGit(changed, { cwd: workTree, env: { GIT_INDEX_FILE: file } })
  const names = new Set(stdout.toString('latin1').split('\0'))
  return [...names]
    .map((name) => Buffer.from(name, 'latin1'))
    .filter((name) => paths.has(name.toString()))
}

const stageNames = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  maxFileSize: number | null,
): Promise<readonly PathSkipped[]> => {
  const gone: Buffer[] = []
  const present: Buffer[] = []
  const skipped: PathSkipped[] = []
  for (const name of await bytesOf(repository, held, new Set(paths))) {
    const file = Buffer.concat([Buffer.from(`${repository.workTree}/`), name])
    const found = await orAbsent(lstat(file))
    if (found === null || !(found.isFile() || found.isSymbolicLink())) gone.push(name)
    else if (maxFileSize === null || found.size <= maxFileSize) present.push(name)
    else skipped.push(skip(name.toString(), 'too-large'))
  }
  await updateIndex(repository, held, 'gone', gone)
  if (await updateIndex(repository, held, 'present', present)) return skipped
  for (const name of present)
    if (!(await updateIndex(repository, held, 'present', [name])))
      skipped.push(skip(name.toString(), 'unsupported-name'))
  return skipped
}

/** Stages names that are no UTF-8, which nodegit cannot hand to libgit2, through the git program. */
export const stageUnnameable = async (
  repository: Repository,
  held: HeldIndex,
  paths: readonly string[],
  { maxFileSize }: Pick<RepoSettings, 'maxFileSize'>,
): Promise<readonly PathSkipped[]> => {
  if (paths.length === 0) return []
  const skipped = await stageNames(repository, held, paths, maxFileSize).catch((error: unknown) => {
    if (error instanceof GitFailure) return paths.map((path) => skip(path, 'unsupported-name'))
    throw error
  })
  await held.index.read(1)
  return skipped
}
