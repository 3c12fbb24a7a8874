import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { delayOf } from '../../actors/backoff.js'
import type { GitRepository } from '../git-objects.js'
import type { Repository } from '../repository.js'
import { pace, refusal } from '../seldom.js'
import type { TreeDelta } from '../tree/tree-changes.js'

/** When pre-commit ran last, milliseconds since the epoch, and how many commits of its own making that was. */
interface Run {
  readonly from: number
  readonly to: number
  readonly rounds: number
}

const runs = new WeakMap<GitRepository, Run>()

/** Commits in a row that a formatter may cause, paths that are looked at for that, and the clock's steps in milliseconds. */
const bounds = { rounds: 3, paths: 100, step: 20 } as const

const isWrittenIn = async (
  workTree: string,
  { path, to }: TreeDelta,
  run: Run,
): Promise<boolean> => {
  if (to === null) return false
  const found = await lstat(join(workTree, path)).catch(() => null)
  const at = found?.mtimeMs ?? 0
  return at >= run.from - bounds.step && at <= run.to + bounds.step
}

const isOfRun = async (
  workTree: string,
  deltas: readonly TreeDelta[],
  run: Run,
): Promise<boolean> => {
  if (deltas.length > bounds.paths) return false
  return (await Promise.all(deltas.map((delta) => isWrittenIn(workTree, delta, run)))).every(
    Boolean,
  )
}

/**
 * Runs pre-commit. What it leaves in the work tree is the next commit, about which it is asked again: one that writes
 * something each time would make commits without end. After a few of them it is let do so at a growing pace only.
 *
 * @throws GitFailure
 */
export const besideOwnHand = async (
  { git, workTree }: Pick<Repository, 'git' | 'workTree'>,
  deltas: readonly TreeDelta[],
  ask: () => Promise<void>,
): Promise<void> => {
  const last = runs.get(git)
  const isOwn = last !== undefined && (await isOfRun(workTree, deltas, last))
  const rounds = isOwn ? last.rounds + 1 : 0
  const excess = rounds - bounds.rounds
  if (isOwn && excess > 0 && Date.now() < last.to + delayOf(pace, excess, 0))
    throw refusal(
      'The pre-commit hook writes into the work tree each time it runs, which is a change to commit each time.',
      'Have it stage what it writes (git add), or let git ignore that; until then it is committed at longer and longer intervals.',
    )
  const from = Date.now()
  await ask()
  runs.set(git, { from, to: Date.now(), rounds })
}
