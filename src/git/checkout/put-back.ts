import { link, lstat, readdir, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileAt } from '../byte-name.js'
import { orAbsent } from '../error-code.js'
import { runGit } from '../git-program.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'
import { blobOf, keepAside } from './keep-aside.js'
import { asideOf } from './take-away.js'
import { isReachable, succeeds } from './way.js'

/** The blob that a link is recorded as; null where that cannot be told. */
const blobOfLink = async ({ git }: Repository, file: string): Promise<string | null> => {
  const target = await readlink(file, { encoding: 'buffer' })
  return libgit2.Blob.createFromBuffer(git, target, target.length).then(
    (oid) => oid.tostrS(),
    () => null,
  )
}

/** Whether a version that was set aside is the one that the move comes from. */
export const isOld = async (
  repository: Repository,
  { path, from }: TreeDelta,
  file: string,
): Promise<boolean> => {
  const { git, workTree } = repository
  const old = from?.oid.tostrS()
  if ((await lstat(file)).isSymbolicLink())
    return from?.mode === fileMode.link && (await blobOfLink(repository, file)) === old
  if ((await blobOf(git, file)) === old) return true
  const { stdout } = await runGit(['hash-object', `--path=${path}`, '--', file], { cwd: workTree })
  return stdout.toString('latin1').trim() === old
}

/** A new version that an undo took away goes, unless somebody wrote to it since: then it is kept like any edit. */
export const settleTaken = async (
  repository: Repository,
  delta: TreeDelta,
  n: number,
): Promise<void> => {
  const { path, to } = delta
  const away = `${asideOf(repository, n)}.new`
  if ((await orAbsent(lstat(away))) === null) return
  const edited = !(await isOld(repository, { path, from: to, to }, away))
  if (edited && !(await succeeds(link(away, fileAt(repository.workTree, path))))) {
    await keepAside(repository, away, path, Math.floor(Date.now() / 1000))
    return
  }
  await rm(away, { force: true })
}

/** What a killed run had set aside goes back where its place is free; an edit whose place is taken gets a name. */
export const putBack = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
): Promise<void> => {
  const now = Math.floor(Date.now() / 1000)
  for (const [n, delta] of deltas.entries()) {
    const { path } = delta
    await settleTaken(repository, delta, n)
    const file = asideOf(repository, n)
    if ((await orAbsent(lstat(file))) === null) continue
    const free = await isReachable(repository, path)
    // Renaming one link of a file over another does nothing, so that none may stay behind.
    if (free && (await succeeds(link(file, fileAt(repository.workTree, path))))) await rm(file)
    else if (!(await isOld(repository, delta, file))) await keepAside(repository, file, path, now)
  }
}

/** What lies aside with nothing to tell where it belongs gets a name in the work tree, unless a reference holds its content. */
export const recoverStray = async (repository: Repository): Promise<void> => {
  const { git, ownDir } = repository
  const now = Math.floor(Date.now() / 1000)
  const names = (await orAbsent(readdir(join(ownDir, 'aside')))) ?? []
  if (names.length === 0) return
  // An object that no reference holds goes with the next `git gc`.
  const held = await runGit(['rev-list', '--objects', '--no-object-names', '--all'], {
    cwd: ownDir,
  })
  for (const name of names) {
    const file = join(ownDir, 'aside', name)
    const found = await lstat(file)
    if (!found.isFile() && !found.isSymbolicLink()) continue
    const blob = await (found.isFile() ? blobOf(git, file) : blobOfLink(repository, file))
    if (blob === null || held.code !== 0 || !held.stdout.includes(blob))
      await keepAside(repository, file, 'recovered', now)
  }
}
