import type { Tree, World } from './world.js'
import { copyOf, differing, put } from './world.js'

/** Moments between two effects of an operation, at which a kill can strike. */
export type Moment =
  'looked' | 'journal-written' | 'placed' | 'published' | 'former-kept' | 'ref-moved' | 'answered'

/** An operation at work: it stands still at each moment, and is cut short by not being asked to go on. */
export type Work<Result> = Generator<Moment, Result, undefined>

/** Whether every path that differs between two trees is in the work tree as the first has it. */
export const isClean = ({ files }: World, from: Tree | undefined, to: Tree): boolean =>
  differing(from, to).every((path) => files.get(path) === from?.get(path))

/** One path is compared again and then replaced. What is of neither version is a person's: it gets the copy's name, and beats a deletion. */
const place = (
  { files, unseen }: World,
  path: string,
  from: string | undefined,
  to: string | undefined,
): void => {
  const found = files.get(path)
  if (found === to) return
  const edited = found !== undefined && found !== from
  if (edited && to === undefined) return
  if (edited) {
    const copy = copyOf(path, found)
    files.set(copy, found)
    unseen.add(copy)
  }
  put(files, path, to)
  unseen.add(path)
}

/** Under git's lock, which a kill leaves behind. */
export function* locked<Result>(world: World, work: Work<Result>): Work<Result> {
  world.indexLock = true
  try {
    return yield* work
  } finally {
    world.indexLock = false
  }
}

/**
 * Takes the work tree, the index and the branch from one commit to another: journal first, files one by one,
 * then the index, the branch last, by compare and swap.
 *
 * @returns false where somebody else moved the branch
 */
export function* moveBranch(world: World): Work<boolean> {
  const { move } = world
  if (move === null) return true
  const { from, to } = move
  yield 'journal-written'
  for (const path of differing(from?.tree, to.tree)) {
    place(world, path, from?.tree.get(path), to.tree.get(path))
    yield 'placed'
  }
  world.index = to.tree
  yield 'published'
  if (world.head !== from && world.head !== to) return false
  world.head = to
  world.index = null
  yield 'ref-moved'
  world.move = null
  return true
}

/** Finishes a move that a kill cut short; where a person has gone on by hand, what is on disk is theirs. */
export function* redoMove(world: World): Work<void> {
  const { move, head } = world
  if (move === null) return
  if (head === move.from || head === move.to) yield* locked(world, moveBranch(world))
  world.move = null
}
