import type { Oid } from '../../actors/outcome.js'
import { emptyTree, errorCode, libgit2, orNull } from '../libgit2.js'
import { VainMove } from '../checkout/vain-move.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { diffTreesExactly, treeOf } from '../tree/tree-changes.js'
import { areThere, objectsOf } from './garbage.js'

/** From one commit of a branch to another. */
interface Way {
  readonly from: Oid | null
  readonly to: Oid
}

type Place = Pick<Repository, 'git' | 'commonDir'>

/** Commits that are looked for: of more, those at the end. They came in a pack, of which git takes all or nothing. */
const bound = 1_000

/** The commits that a branch gains on its way; null where one of them is gone. */
const commitsOn = async ({ git }: Place, { from, to }: Way): Promise<readonly Oid[] | null> => {
  const walk = libgit2.Revwalk.create(git)
  if (walk.push(libgit2.Oid.fromString(to)) === errorCode.notFound) return null
  if (from !== null) walk.hide(libgit2.Oid.fromString(from))
  const found = await orNull(walk.fastWalk(bound))
  return found?.map((oid) => oid.tostrS()) ?? null
}

/** All that a branch gains on its way: commits, and the trees and contents that are others in the end. */
const broughtOn = async (place: Place, way: Way): Promise<readonly Oid[] | null> => {
  const commits = await commitsOn(place, way)
  if (commits === null || commits.length === 0) return commits
  const [old, fresh] = [await treeOf(place.git, way.from), await treeOf(place.git, way.to)]
  const brought = await diffTreesExactly(place.git, old?.id() ?? null, fresh?.id() ?? null)
  const objects = objectsOf(brought, libgit2.Oid.fromString(way.to))
  // git knows the empty tree without having it.
  return [...commits, ...objects.filter((oid) => oid !== emptyTree)]
}

/** Whether all that a branch gains on its way is there and can be read. */
export const areBrought = async (place: Place, way: Way): Promise<boolean> => {
  const objects = await broughtOn(place, way).catch(() => null)
  return objects !== null && areThere(place, objects)
}

/** What the branch was to be moved to is gone: unlike what else passes, it is not there when the move is done again. */
export class TakenAway extends VainMove {
  constructor() {
    super(
      failure(
        'locked',
        'What the branch was to be moved to was taken away by git gc.',
        'It is fetched or made again.',
      ).problem,
    )
  }
}

/** @throws TakenAway */
export const refuseTaken = async (place: Place, way: Way): Promise<void> => {
  if (!(await areBrought(place, way))) throw new TakenAway()
}

/** The same for the commits alone: what else is missing may be so at the remote, and is told where it is looked at. @throws TakenAway */
export const refuseTakenCommits = async (place: Place, way: Way): Promise<void> => {
  const commits = await commitsOn(place, way)
  if (commits === null || !(await areThere(place, commits))) throw new TakenAway()
}
