import type { World } from './world.js'
import { commitOn, differing, dirty, edit, isAncestor } from './world.js'

/** `git add -A && git commit`. */
export const personCommits = (world: World): void => {
  if (dirty(world).length === 0) return
  world.head = commitOn(world, world.files, [world.head])
  world.index = null
}

/** A person resolves by hand: both histories, the work tree as it is where the two differ. */
export const personMerges = (world: World): void => {
  const { head, tracking } = world
  if (tracking === null || isAncestor(tracking, head)) return
  const tree = new Map([...tracking.tree, ...world.files])
  world.head = commitOn(world, tree, [head, tracking])
  world.index = null
  for (const path of differing(world.files, tree)) edit(world, path, tree.get(path))
}
