import type { BigIntStats } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, isByteName } from '../files/byte-name.js'
import { foldersOf } from '../files/folders.js'
import { statNow } from '../files/stat-now.js'
import type { Repository } from '../repository.js'
import { realFoldersIn } from '../stage/look.js'
import type { TreeDelta } from '../tree/tree-changes.js'

/** What the disk says of a path, whichever of its names it takes that for. */
export const statOf = ({ workTree }: Repository, path: RepoPath): BigIntStats | null =>
  statNow(fileAt(workTree, path))

/** What stands at a path, under that very name and behind no link; null where nothing does. */
export type Stands = (path: RepoPath) => Promise<BigIntStats | null>

/** As which a disk that folds names takes one, as far as two of a move are taken for one another. */
export const foldOf = (path: RepoPath): string => path.normalize('NFC').toLowerCase()

const withFolders = (path: RepoPath): readonly RepoPath[] => [...foldersOf(path), path]

/** The paths of a move that are written in more than one way, by their folds. */
const ambiguousIn = (deltas: readonly TreeDelta[]): ReadonlySet<string> => {
  const spelt = new Map<string, RepoPath>()
  const ambiguous = new Set<string>()
  for (const path of deltas.flatMap((delta) => withFolders(delta.path))) {
    const fold = foldOf(path)
    const known = spelt.get(fold) ?? path
    spelt.set(fold, known)
    if (known !== path) ambiguous.add(fold)
  }
  return ambiguous
}

/**
 * Looks at the paths of one move. A disk that takes `readme` and `README` for one name answers for the one with what
 * stands at the other, as where a move renames it: there the folder is asked which of the two it has. Answers are remembered.
 */
export const standsIn = (repository: Repository, deltas: readonly TreeDelta[]): Stands => {
  const { workTree, names } = repository
  const isReal = realFoldersIn(workTree)
  const ambiguous = names === 'folded' ? ambiguousIn(deltas) : new Set()
  const listed = new Map<string, Promise<ReadonlySet<string>>>()
  const namesIn = (folder: RepoPath): Promise<ReadonlySet<string>> => {
    const found =
      listed.get(folder) ??
      readdir(fileAt(workTree, folder)).then(
        (all) => new Set(all.map((one) => one.normalize('NFC'))),
      )
    listed.set(folder, found)
    return found
  }
  const isSpeltSo = async (path: RepoPath): Promise<boolean> => {
    for (const one of withFolders(path)) {
      if (!ambiguous.has(foldOf(one))) continue
      const found = await namesIn(posix.dirname(one))
      if (!found.has(posix.basename(one).normalize('NFC'))) return false
    }
    return true
  }
  return async (path) => {
    // First, since a disk may remember for a while that it has answered to the other name.
    if (ambiguous.size > 0 && !isByteName(path) && !(await isSpeltSo(path))) return null
    if (!isReal(posix.dirname(path))) return null
    return statOf(repository, path)
  }
}
