import { appendFile, lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { bytesOf, fileAt, isByteName } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import { ignoredAmong } from '../status/ignored.js'
import { libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'

/** Whether a rule of the owner's keeps this path, which git does not track, out of commits. */
export const isIgnored = async (repository: Repository, path: RepoPath): Promise<boolean> => {
  if (isByteName(path)) return (await ignoredAmong(repository, [path])).size > 0
  const { git, workTree } = repository
  const folder = (await orAbsent(lstat(fileAt(workTree, path))))?.isDirectory() === true
  return (await libgit2.Ignore.pathIsIgnored(git, folder ? `${path}/` : path)) === 1
}

/** A rule for this path alone. No rule can name a line feed; any character stands for it. */
const ruleFor = (path: RepoPath): Buffer =>
  bytesOf(`\n/${path.replace(/[\\*?[\]!# ]/g, '\\$&').replace(/\n/g, '?')}\n`)

/** What the owner kept out of commits stays out of them under its new name: a rule in `info/exclude`, which is nobody else's. */
export const hide = async (repository: Repository, path: RepoPath): Promise<void> => {
  if (await isIgnored(repository, path)) return
  const file = join(repository.commonDir, 'info', 'exclude')
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, ruleFor(path))
}
