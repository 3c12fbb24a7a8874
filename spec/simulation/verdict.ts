import type { Commit } from '../support/world.js'
import { differing, isAncestor } from '../support/world.js'
import type { Ledger } from './ledger.js'
import type { Machine } from './machine.js'

/** Contents in the trees of all these commits. */
const contentsOf = (commits: Iterable<Commit>): ReadonlySet<string> => {
  const contents = new Set<string>()
  for (const { tree } of commits) for (const content of tree.values()) contents.add(content)
  return contents
}

/** What a machine at rest would not be; empty where it is clean, level with the remote, and idle. */
export const unrestOf = ({ name, world, state, isGone }: Machine): readonly string[] => {
  const { head, tracking, remote, index, move, indexLock, files } = world
  const faults = [
    state?.phase !== 'idle' && `is ${state?.phase ?? 'down'}`,
    index !== null && 'has something staged',
    (move !== null || indexLock) && 'has left a move or a lock',
    !isAncestor(tracking, head) && 'has not integrated what it has fetched',
    !isGone && head !== (remote ?? null) && 'has another commit than the remote',
    !isGone && tracking !== (remote ?? null) && 'takes another commit for the remote’s',
    differing(files, head?.tree).length > 0 && 'is dirty',
  ]
  return faults.filter((fault) => fault !== false).map((fault) => `${name} ${fault}`)
}

/** What was saved once and is nowhere now. A machine that is gone for good keeps what is its own. */
export const lossesOf = (machines: readonly Machine[], ledger: Ledger): readonly string[] => {
  const remote = machines[0]?.world.remote ?? null
  const formerOf = ({ world }: Machine): readonly Commit[] =>
    world.former.flatMap(({ history }) => [...history])
  const kept = new Set([...(remote?.history ?? []), ...machines.flatMap(formerOf)])
  const shared = contentsOf(kept)
  const gone = machines.filter(({ isGone }) => isGone)
  const own = new Map(
    gone.map((each) => {
      const history = each.world.head?.history ?? []
      return [each, contentsOf([...history, ...formerOf(each)])]
    }),
  )
  const contents = [...ledger.written].filter(([content, n]) => {
    const machine = machines[n]
    const where = machine === undefined ? shared : (own.get(machine) ?? shared)
    // What a person wrote over before any commit looked at it is theirs to lose.
    return !where.has(content) && (ledger.settled.has(content) || !ledger.abandoned.has(content))
  })
  const commits = [...ledger.tips].filter(
    (commit) => !kept.has(commit) && !gone.some(({ world }) => world.head?.history.has(commit)),
  )
  return [
    ...contents.map(([content]) => `the content ${content} is lost`),
    ...commits.map(({ id }) => `the commit ${String(Number(id))} is lost`),
  ]
}

/** A version that lost its path is kept beside it, once: no content stands at two paths. */
export const twinsOf = (commit: Commit | null): readonly string[] => {
  const contents = [...(commit?.tree.values() ?? [])]
  return contents
    .filter((content, n) => contents.indexOf(content) < n)
    .map((content) => `${content} stands at two paths`)
}

/** What a person replaced or deleted does not come back to its place. */
export const returnsOf = (commit: Commit | null, { replaced }: Ledger): readonly string[] =>
  [...(commit?.tree ?? [])]
    .filter(([path, content]) => replaced.get(path)?.has(content) === true)
    .map(([path, content]) => `${content} has come back to ${path}`)
