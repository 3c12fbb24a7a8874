import { link, lstat, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import { runGit } from '../program/git-program.js'
import { fileMode } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { blobOfAny, isOld } from './old-version.js'
import type { Keeping } from './keep-aside.js'
import { keepAside, keepBeside } from './keep-aside.js'
import { outsideOf } from './outside.js'
import { makeWay, reach, succeeds } from './reach.js'
import { asideOf } from './take-away.js'

/** Gives what was taken away its place back, unless something else has come to stand there. */
export const linkBack = async (
  repository: Repository,
  away: string,
  path: RepoPath,
): Promise<boolean> => {
  if (!(await makeWay(repository, path))) return false
  const file = fileAt(repository.workTree, path)
  const isLinked = (): Promise<boolean> => succeeds(link(away, file))
  // An empty folder in the way is nothing to keep.
  if (!(await isLinked()) && !((await succeeds(rmdir(file))) && (await isLinked()))) {
    const standing = await orAbsent(lstat(file))
    // Not everything can be linked: a folder that was caught, or another user's file.
    if (standing === null) {
      await rename(away, file)
      return true
    }
    if (standing.ino !== (await lstat(away)).ino) return false
  }
  // Renaming one link of a file over another does nothing, so that none may stay behind.
  await rm(away)
  return true
}

/** A new version that an undo took away is left to go with the move, unless somebody wrote to it since: then it is kept like any edit. */
export const settleTaken = async (
  keeping: Keeping,
  { path, to }: TreeDelta,
  n: number,
): Promise<void> => {
  const { repository, submodules } = keeping
  const away = `${asideOf(repository, n)}.new`
  if ((await orAbsent(lstat(away))) === null) return
  if (await isOld(repository, { path, from: to, to }, away)) return
  const isOutside = outsideOf(submodules, path) === path
  if (isOutside && (await linkBack(repository, away, path))) return
  await keepBeside(keeping, away, path)
}

const giveBack = async (
  keeping: Keeping,
  delta: TreeDelta,
  n: number,
  wanted: boolean,
): Promise<void> => {
  const { repository } = keeping
  const { path, from } = delta
  // The folder of a submodule is all that a move takes of it.
  if (wanted && from?.mode === fileMode.commit) await reach(repository, `${path}/`)
  const away = asideOf(repository, n)
  if ((await orAbsent(lstat(away))) === null) return
  if (wanted && (await linkBack(repository, away, path))) return
  if (await isOld(repository, delta, away)) return
  await keepBeside(keeping, away, path)
}

/**
 * What a move had set aside goes back where it is wanted and its place is free; an edit that cannot gets a conflict
 * copy's name.
 */
export const putBack = async (
  keeping: Keeping,
  deltas: readonly TreeDelta[],
  isWanted: (delta: TreeDelta) => boolean,
): Promise<void> => {
  for (const [n, delta] of deltas.entries()) {
    await settleTaken(keeping, delta, n)
    await giveBack(keeping, delta, n, isWanted(delta))
  }
}

/** What lies aside with nothing to tell where it belongs gets a name in the work tree, unless a reference holds its content. */
export const recoverStray = async (repository: Repository): Promise<void> => {
  const { ownDir } = repository
  const names = (await orAbsent(readdir(join(ownDir, 'aside')))) ?? []
  if (names.length === 0) return
  // An object that no reference holds goes with the next `git gc`.
  const held = await runGit(['rev-list', '--objects', '--no-object-names', '--all'], {
    cwd: ownDir,
  })
  for (const name of names) {
    const file = join(ownDir, 'aside', name)
    const blob = await blobOfAny(repository, file)
    if (blob === null || held.code !== 0 || !held.stdout.includes(blob))
      await keepAside(repository, file, 'recovered', Math.floor(Date.now() / 1000))
  }
}
