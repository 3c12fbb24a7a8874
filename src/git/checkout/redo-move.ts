import { link, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { filtersOf } from '../attributes.js'
import { fileAt } from '../byte-name.js'
import { orAbsent } from '../error-code.js'
import { runGit } from '../git-program.js'
import type { HeldIndex, IndexCopy } from '../index-copy.js'
import { fileMode } from '../libgit2.js'
import { readBranch, readRef } from '../position.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'
import { blobOf, keepAside } from './keep-aside.js'
import type { Move } from './move.js'
import { deltasOf, moveBranch } from './move-branch.js'
import { forgetMove, readMove } from './move-journal.js'
import { surveyByContent } from './survey.js'
import { isReachable, succeeds } from './way.js'

/** Whether a version that was set aside is the one that the move comes from. */
const isOld = async (
  { git, workTree }: Repository,
  { path, from }: TreeDelta,
  file: string,
): Promise<boolean> => {
  if ((await lstat(file)).isSymbolicLink()) return from?.mode === fileMode.link
  const old = from?.oid.tostrS()
  if ((await blobOf(git, file)) === old) return true
  const { stdout } = await runGit(['hash-object', `--path=${path}`, '--', file], { cwd: workTree })
  return stdout.toString('latin1').trim() === old
}

/** What the killed run had set aside goes back where its place is free; an edit whose place is taken gets a name. */
const putBack = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  place: 'here' | 'left',
): Promise<void> => {
  const folder = join(repository.ownDir, 'aside')
  const now = Math.floor(Date.now() / 1000)
  for (const name of (await orAbsent(readdir(folder))) ?? []) {
    const delta = deltas[Number(name)]
    if (delta === undefined) continue
    const { path } = delta
    const file = join(folder, name)
    const free = place === 'here' && (await isReachable(repository, path))
    // Renaming one link of a file over another does nothing, so that none may stay behind.
    if (free && (await succeeds(link(file, fileAt(repository.workTree, path))))) await rm(file)
    else if (!(await isOld(repository, delta, file))) await keepAside(repository, file, path, now)
  }
}

const redo = async (repository: Repository, held: HeldIndex, move: Move): Promise<void> => {
  const branch = await readBranch(repository.git).catch(() => null)
  const head = (await readRef(repository.git, `refs/heads/${move.branch}`))?.tostrS() ?? null
  // A person has gone on from here by hand: what is on disk is theirs, and is committed as it is.
  const left = branch !== move.branch || (head !== move.from && head !== move.to)
  const deltas = await deltasOf(repository, move)
  await putBack(repository, deltas, left ? 'left' : 'here')
  if (left) {
    await forgetMove(repository)
    return
  }
  const filterOf = await filtersOf(repository, (path) => held.index.getByPath(path) !== undefined)
  const found = await surveyByContent(repository, deltas, filterOf)
  await moveBranch(repository, held, move, deltas, found)
}

/** Finishes a move that a kill cut short, before anything else looks at the work tree. @throws GitFailure `locked` */
export const redoMove = async (repository: Repository, indexCopy: IndexCopy): Promise<void> => {
  const move = await readMove(repository)
  if (move === null) {
    await forgetMove(repository)
    return
  }
  await indexCopy.locked((held) => redo(repository, held, move))
}
