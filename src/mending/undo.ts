import { hostname } from 'node:os'
import { everything } from '../actors/changes.js'
import type { Oid } from '../actors/outcome.js'
import type { SyncConfig } from '../config/sync-config.js'
import { findCommit } from '../git/history/committed-file.js'
import { findWorkTree } from '../git/find-work-tree.js'
import type { MendPlan, Tip } from '../git/mend.js'
import { mend } from '../git/mend.js'
import { failure } from '../git/problem/problem.js'
import type { LoggedCommit } from '../git/history/recent-commits.js'
import { recentCommits } from '../git/history/recent-commits.js'
import { revertInMemory } from '../git/merge/revert.js'
import { journalFolder } from '../streams/journal.js'
import { committedHere } from '../streams/journaled-commits.js'
import type { Done, Refused } from './result.js'
import { doneBy, orRefused } from './result.js'
import { settingsAt } from './settings-at.js'

export interface Undone extends Done {
  readonly type: 'Undone'
  /** The commit that was taken back. */
  readonly undid: { readonly oid: Oid; readonly subject: string }
}

/** Commits among which the last automatic one is looked for. */
const bound = 1_000

const short = (oid: Oid): string => oid.slice(0, 7)

/** The newest that gitsync made on this machine, that takes nothing back and that nothing took back. */
const lastAutomatic = (
  log: readonly LoggedCommit[],
  here: ReadonlySet<Oid>,
): LoggedCommit | null => {
  const undone = new Set(log.flatMap(({ reverts }) => (reverts === null ? [] : [reverts])))
  const isAutomatic = ({ oid, machine }: LoggedCommit): boolean =>
    machine === hostname() || here.has(oid)
  return log.find((one) => one.reverts === null && !undone.has(one.oid) && isAutomatic(one)) ?? null
}

const choose = async (workTree: string, commit: string | null): Promise<LoggedCommit> => {
  if (commit !== null) {
    const [found] = await recentCommits(workTree, 1, await findCommit(workTree, commit))
    if (found !== undefined) return found
  }
  const log = await recentCommits(workTree, bound)
  const found = lastAutomatic(log, await committedHere(journalFolder(), workTree))
  if (found !== null) return found
  throw failure(
    'not-found',
    'None of the last commits was made by gitsync on this machine.',
    'Name one with --commit OID (git log lists them).',
  )
}

/** @throws GitFailure */
const refuseMerge = ({ oid, parents, subject }: LoggedCommit): void => {
  const [ours = '', second] = parents
  if (second === undefined) return
  throw failure(
    'conflict',
    `${short(oid)} (${subject}) is a merge, which has more than one side to go back to.`,
    `Bring single files back (gitsync restore FILE --version ${short(ours)}), or name another with --commit OID.`,
  )
}

const planOf =
  ({ oid, subject, parents }: LoggedCommit) =>
  async (tip: Tip): Promise<MendPlan> => {
    const reverted = await revertInMemory(tip, oid)
    if (reverted.kind === 'tree') {
      const body = `This reverts commit ${oid}.`
      return { tree: reverted.tree, verb: 'Undo', object: subject, body }
    }
    const [first = ''] = reverted.paths
    const before = parents[0]
    throw failure(
      'conflict',
      `Later changes touch the same lines of ${reverted.paths.slice(0, 5).join(', ')} as ${short(oid)} (${subject}).`,
      before === undefined
        ? 'Take back the later ones first.'
        : `Take back the later ones first, or bring the file back as a whole: gitsync restore ${first} --version ${short(before)}`,
    )
  }

/**
 * Takes the last automatic commit back, in a new commit; what is not saved yet is committed first and stays. Asked
 * again, it takes the one before.
 *
 * @param place in the work tree
 * @param commit another one than the last automatic
 * @throws ConfigError
 */
export const undoCommit = (
  config: SyncConfig,
  place: string,
  commit: string | null = null,
): Promise<Undone | Refused> =>
  orRefused(async () => {
    const { workTree } = await findWorkTree(place)
    const settings = settingsAt(workTree, config)
    // Before what is not saved yet becomes the last one.
    const chosen = await choose(workTree, commit)
    refuseMerge(chosen)
    const mended = await mend(settings, everything, planOf(chosen))
    const { oid, subject } = chosen
    return { type: 'Undone', ...doneBy(workTree, mended), undid: { oid, subject } }
  })
