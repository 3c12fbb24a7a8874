import { lstat } from 'node:fs/promises'
import { posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, pathOf } from '../files/byte-name.js'
import type { ConflictName } from './conflict-name.js'
import { conflictCopyPath, isShortened, parseConflictName } from './conflict-name.js'
import { orAbsent } from '../problem/error-code.js'
import { gitOutput } from '../program/git-output.js'

export interface ConflictCopy extends ConflictName {
  readonly copy: RepoPath
  /** Whether the origin is there. */
  readonly present: boolean
}

const listed = async (
  workTree: string,
  args: readonly string[],
  pattern: string,
): Promise<readonly RepoPath[]> => {
  const output = await gitOutput(workTree, ['ls-files', '-z', ...args, '--', pattern])
  const names = output.toString('latin1').split('\0')
  return names.filter((name) => name !== '').map((name) => pathOf(Buffer.from(name, 'latin1')))
}

const isThere = async (workTree: string, path: RepoPath): Promise<boolean> =>
  (await orAbsent(lstat(fileAt(workTree, path)))) !== null

/** A name that was shortened is told by those beside it: whose copy would have this one? */
const wholeOrigin = async (
  workTree: string,
  copy: RepoPath,
  { origin, seconds, blob }: ConflictName,
): Promise<RepoPath> => {
  if (!isShortened(copy)) return origin
  const folder = posix.dirname(copy)
  const siblings = await listed(
    workTree,
    ['-c', '-o'],
    `:(top,glob)${folder === '.' ? '' : `${folder}/`}*`,
  )
  const originals = siblings.filter((path) => parseConflictName(path) === null)
  return originals.find((path) => conflictCopyPath(path, seconds, blob) === copy) ?? origin
}

/** What the name of a copy tells, with the whole name of its origin; null where it is no copy's. */
export const readConflictCopy = async (
  workTree: string,
  copy: RepoPath,
): Promise<ConflictCopy | null> => {
  const name = parseConflictName(copy)
  if (name === null || !(await isThere(workTree, copy))) return null
  const origin = await wholeOrigin(workTree, copy, name)
  return { ...name, origin, copy, present: await isThere(workTree, origin) }
}

/** Every conflict copy of a work tree, committed or not, by its name alone; those that git ignores too. */
export const readConflictCopies = async (workTree: string): Promise<readonly ConflictCopy[]> => {
  const pattern = ':(top,glob)**/*.sync-conflict-*'
  const known = await listed(workTree, ['-c', '-o', '--exclude-standard'], pattern)
  const ignored = await listed(workTree, ['-o', '-i', '--exclude-standard'], pattern)
  const copies: ConflictCopy[] = []
  for (const path of [...new Set([...known, ...ignored])].sort()) {
    const copy = await readConflictCopy(workTree, path)
    if (copy !== null) copies.push(copy)
  }
  return copies
}
