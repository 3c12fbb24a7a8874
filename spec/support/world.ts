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
  /** What is staged; null: the tree of HEAD. */
  index: Tree | null
  /** Whether gitsync holds `index.lock`; left behind by a kill, and taken over by the next run. */
  indexLock: boolean
  /** Commits that gitsync made here by itself. */
  readonly own: Set<Commit>
  /** Tips that the branch left when it was squashed. */
  readonly former: Commit[]
  /** The journal of a move that has begun and is not over. */
  move: Move | null
}

/** What the work tree, the index and the branch are taken from and to. */
export interface Move {
  readonly from: Commit | null
  readonly to: Commit
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
    index: null,
    indexLock: false,
    own: new Set(),
    former: [],
    move: null,
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
const lacking = (a: Commit | null, b: Commit | null): number => {
  if (a === null || a === b || b?.history.has(a) === true) return 0
  if (b === null) return a.history.size
  let count = 0
  for (const commit of a.history) if (!b.history.has(commit)) count += 1
  return count
}

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

export const put = (tree: Map<string, string>, path: string, content: string | undefined): void => {
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

/** The common commit that has the longest history: all that reaches a machine came by one branch, so that there is one best. */
const baseOf = (ours: Commit | null, theirs: Commit): Commit | null => {
  let base: Commit | null = null
  for (const commit of ours?.history ?? [])
    if (theirs.history.has(commit) && commit.history.size > (base?.history.size ?? 0)) base = commit
  return base
}

/** Where the version that lost is kept: a function of path and content, so that every machine makes the same tree. */
export const copyOf = (path: string, content: string): string => `${path}.${content}`

export interface Merge {
  readonly tree: Tree
  readonly conflicts: readonly string[]
}

/** A three-way merge; where both sides changed a path, the first to reach the remote keeps the name. */
export const mergeOf = (ours: Commit | null, theirs: Commit): Merge => {
  const base = baseOf(ours, theirs)?.tree
  const tree = new Map(ours?.tree ?? [])
  const mine = new Set(differing(base, ours?.tree))
  const conflicts: string[] = []
  for (const path of differing(base, theirs.tree)) {
    const [our, their] = [ours?.tree.get(path), theirs.tree.get(path)]
    if (mine.has(path) && our !== their) {
      conflicts.push(path)
      if (our !== undefined && their !== undefined) tree.set(copyOf(path, our), our)
      put(tree, path, their ?? our)
    } else put(tree, path, their)
  }
  return { tree, conflicts }
}
