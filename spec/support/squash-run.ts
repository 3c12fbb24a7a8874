import type { CommitsSquashed } from '../../src/actors/outcome.js'
import type { Work } from './move.js'
import type { Commit, World } from './world.js'
import { commitOn, differing } from './world.js'

/** At the end of the branch, what gitsync committed here and the remote is not known to have; oldest first. */
const runOf = ({ head, tracking, own }: World): readonly Commit[] => {
  const run: Commit[] = []
  let commit = head
  while (commit !== null && own.has(commit) && tracking?.history.has(commit) !== true) {
    const [parent, second] = commit.parents
    if (parent === undefined || second !== undefined) break
    run.unshift(commit)
    commit = parent
  }
  return run
}

/** Whether the remote has some of what would be squashed, known or not. */
export const isShared = (world: World): boolean =>
  runOf(world).some((commit) => world.remote?.history.has(commit))

/** One commit for all of the run, none where nothing changed in the end. The former tip is kept first. */
export function* squashRun(world: World): Work<CommitsSquashed | 'moved' | null> {
  const { head } = world
  const run = runOf(world)
  const [base] = run[0]?.parents ?? []
  if (head === null || base === undefined || run.length < 2) return null
  world.former.push(head)
  yield 'former-kept'
  if (world.head !== head) return 'moved'
  const isSame = differing(head.tree, base.tree).length === 0
  const made = isSame ? base : commitOn(world, head.tree, [base])
  if (!isSame) world.own.add(made)
  world.head = made
  yield 'ref-moved'
  return {
    type: 'CommitsSquashed',
    branch: 'main',
    from: head.id,
    to: made.id,
    commits: run.length,
    oids: isSame ? [] : [made.id],
  }
}
