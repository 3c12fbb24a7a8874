import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import { isGitProcess } from '../program/git-processes.js'
import type { GitOid } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import { seenNow } from '../files/stat-now.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { TreeDiff } from '../tree/tree-changes.js'

/** Objects looked for between two turns of the event loop: about a millisecond. */
const slice = 128

/** In which git directories collections of our own are under way, and how many. */
const ours = new Map<string, number>()

const count = (commonDir: string, more: 1 | -1): void => {
  const now = (ours.get(commonDir) ?? 0) + more
  if (now === 0) ours.delete(commonDir)
  else ours.set(commonDir, now)
}

/** Nobody waits for it, since it takes nothing away. */
export const collectingOurselves = async (
  commonDir: string,
  work: () => Promise<void>,
): Promise<void> => {
  count(commonDir, 1)
  try {
    await work()
  } finally {
    count(commonDir, -1)
  }
}

/**
 * `git gc` takes away what no ref and no index names yet. Of one on another machine nothing is known; what it took is
 * found missing. @throws GitFailure `locked`
 */
export const refuseWhileCollecting = async ({
  commonDir,
}: Pick<Repository, 'commonDir'>): Promise<void> => {
  const file = join(commonDir, 'gc.pid')
  if (seenNow(file) === null || ours.has(commonDir)) return
  const text = await readFile(file, 'utf8').catch(() => '')
  const [, pid, host] = /^(\d+) (\S+)/.exec(text) ?? []
  if (pid === undefined || host !== hostname() || !(await isGitProcess(Number(pid)))) return
  throw failure('locked', `git gc is running, process ${pid}.`, 'It is waited for.')
}

/** All that a commit brings: itself, the trees that were written for its changes, and their blobs. */
export const objectsOf = ({ deltas, trees }: TreeDiff, commit: GitOid): readonly Oid[] => {
  const blobs = deltas.flatMap(({ to }) =>
    to === null || to.mode === fileMode.commit ? [] : [to.oid],
  )
  return [commit.tostrS(), ...trees, ...blobs]
}

/** Whether all of these are there: asked of a database that remembers nothing. */
export const areThere = async (
  { commonDir }: Pick<Repository, 'commonDir'>,
  objects: readonly Oid[],
): Promise<boolean> => {
  const database = await libgit2.Odb.open(join(commonDir, 'objects'))
  for (const [n, oid] of objects.entries()) {
    if (database.existsExt(libgit2.Oid.fromString(oid), 0) === 0) return false
    if (n % slice === slice - 1) await setImmediate()
  }
  return true
}
