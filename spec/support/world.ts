import type { Position } from '../../src/actors/reports.js'

/** A path to a content; a path that is not there is deleted. */
export type Tree = ReadonlyMap<string, string>

export interface Commit {
  readonly id: string
  readonly tree: Tree
  readonly parents: readonly Commit[]
  /** Itself and all before it. */
  readonly history: ReadonlySet<Commit>
}

/** What is wrong with the world now, each switched on and off by a person or by fate. */
export interface Weather {
  /** Answers that the network loses yet; Infinity: it is down for good. */
  network: number
  /** The same for pushes alone. */
  pushNetwork: number
  locked: boolean
  detached: boolean
  inProgress: boolean
  anonymous: boolean
  unauthenticated: boolean
  declining: boolean
}

export const fair = (): Weather => ({
  network: 0,
  pushNetwork: 0,
  locked: false,
  detached: false,
  inProgress: false,
  anonymous: false,
  unauthenticated: false,
  declining: false,
})

/** One work tree, its repository and its remote, as far as git's rules of refs and trees go. */
export interface World {
  readonly weather: Weather
  readonly files: Map<string, string>
  head: Commit | null
  /** The remote-tracking ref. */
  tracking: Commit | null
  /** The branch on the remote; undefined where there is no remote at all. */
  remote: Commit | null | undefined
  /** Paths written since the watcher last told. */
  readonly unseen: Set<string>
  /** Every commit there ever was, on either side. */
  readonly commits: Commit[]
  /** Pushes that were no fast-forward. */
  refusals: number
}

const serial = (world: World): string => String(world.commits.length + 1).padStart(40, '0')

export const commitOn = (world: World, tree: Tree, parents: readonly (Commit | null)[]): Commit => {
  const real = parents.filter((parent) => parent !== null)
  const history = new Set(real.flatMap((parent) => [...parent.history]))
  const commit: Commit = { id: serial(world), tree: new Map(tree), parents: real, history }
  history.add(commit)
  world.commits.push(commit)
  return commit
}

export const newWorld = (remote: 'none' | 'empty' | 'level' | 'clone'): World => {
  const world: World = {
    weather: fair(),
    files: new Map(),
    head: null,
    tracking: null,
    remote: remote === 'none' ? undefined : null,
    unseen: new Set(),
    commits: [],
    refusals: 0,
  }
  if (remote === 'level') {
    const first = commitOn(world, new Map([['a', 'first']]), [])
    world.head = world.tracking = world.remote = first
    world.files.set('a', 'first')
  }
  // An unborn branch before a remote that has commits.
  if (remote === 'clone') world.remote = commitOn(world, new Map([['a', 'first']]), [])
  return world
}

/** How many commits the first has that the second lacks. */
const lacking = (a: Commit | null, b: Commit | null): number =>
  [...(a?.history ?? [])].filter((commit) => !b?.history.has(commit)).length

export const positionIn = ({ head, tracking, remote }: World): Position => ({
  branch: 'main',
  head: head?.id ?? null,
  upstream:
    remote === undefined ? null : { remote: 'origin', branch: 'main', oid: tracking?.id ?? null },
  ahead: remote === undefined ? 0 : lacking(head, tracking),
  behind: remote === undefined ? 0 : lacking(tracking, head),
})

export const isAncestor = (a: Commit | null, b: Commit | null): boolean =>
  a === null || b?.history.has(a) === true

export const differing = (a: Tree | undefined, b: Tree | undefined): readonly string[] =>
  [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].filter(
    (path) => a?.get(path) !== b?.get(path),
  )

/** Paths whose content is in no commit of the branch's tip. */
export const dirty = (world: World): readonly string[] => differing(world.files, world.head?.tree)

const put = (tree: Map<string, string>, path: string, content: string | undefined): void => {
  if (content === undefined) tree.delete(path)
  else tree.set(path, content)
}

/** A person saves or deletes a file. */
export const edit = (world: World, path: string, content: string | undefined): void => {
  put(world.files, path, content)
  world.unseen.add(path)
}

/** What another machine pushes. */
export const editRemote = (world: World, path: string, content: string): void => {
  if (world.remote === undefined) return
  const tree = new Map(world.remote?.tree ?? [])
  tree.set(path, content)
  world.remote = commitOn(world, tree, [world.remote])
}

export interface Merge {
  readonly tree: Tree
  readonly conflicts: readonly string[]
}

/** A three-way merge; where both sides changed a path, the first to reach the remote keeps the name. */
export const mergeOf = (ours: Commit | null, theirs: Commit): Merge => {
  const shared = [...(ours?.history ?? [])].filter((commit) => theirs.history.has(commit))
  const base = shared.toSorted((a, b) => a.history.size - b.history.size).at(-1)?.tree
  const tree = new Map(ours?.tree ?? [])
  const mine = new Set(differing(base, ours?.tree))
  const conflicts: string[] = []
  for (const path of differing(base, theirs.tree)) {
    const [our, their] = [ours?.tree.get(path), theirs.tree.get(path)]
    if (mine.has(path) && our !== their) {
      conflicts.push(path)
      if (our !== undefined && their !== undefined) tree.set(`${path}.${our}`, our)
      put(tree, path, their ?? our)
    } else put(tree, path, their)
  }
  return { tree, conflicts }
}

/** Writes what differs between two trees into the work tree; false, and nothing done, where that would overwrite. */
export const checkOut = (world: World, from: Tree | undefined, to: Tree): boolean => {
  const paths = differing(from, to)
  if (paths.some((path) => world.files.get(path) !== from?.get(path))) return false
  for (const path of paths) {
    put(world.files, path, to.get(path))
    world.unseen.add(path)
  }
  return true
}
