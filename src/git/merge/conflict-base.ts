import type { Oid } from '../../actors/outcome.js'
import { readCommitted } from '../history/committed-file.js'
import type { ConflictCopy } from './conflict-copies.js'
import { gitOutput } from '../program/git-output.js'

const parentsOf = ['log', '-1', '--full-history', '--diff-merges=first-parent', '--diff-filter=A']

/** The version that both sides of a conflict were made from: the merge that made the copy tells. Null where none does. */
export const readConflictBase = async (
  workTree: string,
  { copy, origin }: Pick<ConflictCopy, 'copy' | 'origin'>,
): Promise<Oid | null> => {
  const log = ['--literal-pathspecs', ...parentsOf, '--no-patch', '--format=%P', '--', copy]
  const [ours, theirs] = (await gitOutput(workTree, log)).toString().trim().split(' ')
  if (ours === undefined || theirs === undefined) return null
  // None, where two histories that began apart came together.
  const base = await gitOutput(workTree, ['merge-base', ours, theirs]).catch(() => null)
  if (base === null) return null
  const version = await readCommitted(workTree, base.toString().trim(), origin).catch(() => null)
  return version?.oid ?? null
}
