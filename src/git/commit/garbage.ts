import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, posix } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import { isGitProcess } from '../program/git-processes.js'
import type { GitOid, GitRepository } from '../git-objects.js'
import { fileMode, libgit2, orNull } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Written } from '../tree/write-tree.js'

/** Objects looked for between two turns of the event loop: about a millisecond. */
const slice = 128

/**
 * `git gc` takes away what no ref and no index names yet. Of one on another machine nothing is known; what it took is
 * found missing. @throws GitFailure `locked`
 */
export const refuseWhileCollecting = async ({ commonDir }: Repository): Promise<void> => {
  const text = await readFile(join(commonDir, 'gc.pid'), 'utf8').catch(() => '')
  const [, pid, host] = /^(\d+) (\S+)/.exec(text) ?? []
  if (pid === undefined || host !== hostname() || !(await isGitProcess(Number(pid)))) return
  throw failure('locked', `git gc is running, process ${pid}.`, 'It is waited for.')
}

/** Every folder that holds a changed path. */
const foldersOf = (deltas: readonly TreeDelta[]): ReadonlySet<string> => {
  const folders = new Set<string>()
  for (const { path } of deltas)
    for (
      let folder = posix.dirname(path);
      folder !== '.' && !folders.has(folder);
      folder = posix.dirname(folder)
    )
      folders.add(folder)
  return folders
}

/** The trees that were written for the changes; a folder that is gone has none. */
const treesOf = async (git: GitRepository, { tree, deltas }: Written): Promise<Oid[]> => {
  const root = await libgit2.Tree.lookup(git, tree)
  const trees = [tree.tostrS()]
  const folders = [...foldersOf(deltas)]
  for (let n = 0; n < folders.length; n += slice) {
    const turn = folders.slice(n, n + slice).map((folder) => orNull(root.entryByPath(folder)))
    for (const entry of await Promise.all(turn))
      if (entry?.isTree() === true) trees.push(entry.id().tostrS())
  }
  return trees
}

/** All that a commit brings: itself, the trees that were written for its changes, and their blobs. */
export const objectsOf = async (
  { git }: Repository,
  written: Written,
  commit: GitOid,
): Promise<readonly Oid[]> => {
  const blobs = written.deltas.flatMap(({ to }) =>
    to === null || to.mode === fileMode.commit ? [] : [to.oid],
  )
  return [commit.tostrS(), ...(await treesOf(git, written)), ...blobs]
}

/** Whether all of these are there: asked of a database that remembers nothing. */
export const areThere = async (
  { commonDir }: Repository,
  objects: readonly Oid[],
): Promise<boolean> => {
  const database = await libgit2.Odb.open(join(commonDir, 'objects'))
  for (const [n, oid] of objects.entries()) {
    if (database.existsExt(libgit2.Oid.fromString(oid), 0) === 0) return false
    if (n % slice === slice - 1) await setImmediate()
  }
  return true
}
