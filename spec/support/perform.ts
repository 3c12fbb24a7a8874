import type { Changes } from '../../src/actors/changes.js'
import type { Operation } from '../../src/actors/operation.js'
import type { CommitCreated, RemoteFetched } from '../../src/actors/outcome.js'
import type { ProblemKind } from '../../src/actors/problem.js'
import type { Position, Report } from '../../src/actors/reports.js'
import { failed } from './facts.js'
import type { Work } from './move.js'
import { isClean, locked, moveBranch, redoMove } from './move.js'
import { squashRun } from './squash-run.js'
import type { Commit, World } from './world.js'
import { commitOn, differing, isAncestor, mergeOf, positionIn, put } from './world.js'

const networkFails = ({ weather }: World, kind: 'network' | 'pushNetwork'): boolean => {
  if (weather[kind] === 0) return false
  weather[kind] -= 1
  return true
}

/** Whether the network went down while an answer was on its way. */
const isSilent = ({ weather }: World): boolean => weather.network === Infinity

/** The tracking ref follows the remote, and never back: who came first has the newer answer. */
const track = (world: World, tip: Commit | null): void => {
  if (isAncestor(world.tracking, tip)) world.tracking = tip
}

const lookedAt = (changes: Changes, path: string): boolean =>
  changes.kind === 'everything' || changes.paths.has(path)

/** What stops any operation on the repository itself. */
const obstacle = ({ weather }: World, { kind }: Operation): ProblemKind | null => {
  if (kind === 'fetch' || kind === 'push') return null
  if (weather.detached) return 'detached-head'
  if (weather.inProgress) return 'operation-in-progress'
  return weather.locked && kind !== 'inspect' ? 'locked' : null
}

function* inspect(world: World): Work<Report> {
  // Opening the repository clears a lock that a killed run left.
  world.indexLock = false
  const stopped = obstacle(world, { kind: 'inspect' })
  if (stopped !== null) return failed('inspect', stopped)
  if (world.move !== null && world.weather.locked) return failed('inspect', 'locked')
  yield* redoMove(world)
  return { type: 'Inspected', conflicts: [], position: positionIn(world) }
}

/** What is staged already, and what the look finds. */
const stage = ({ files, index, head }: World, changes: Changes): ReadonlyMap<string, string> => {
  const staged = new Map(index ?? head?.tree ?? [])
  for (const path of differing(files, staged))
    if (lookedAt(changes, path)) put(staged, path, files.get(path))
  return staged
}

/** Null where there is nothing to record. */
function* record(world: World, changes: Changes): Work<Commit | 'moved' | null> {
  const { head } = world
  const tree = stage(world, changes)
  yield 'looked'
  world.index = tree
  yield 'published'
  if (world.head !== head) return 'moved'
  const isSame = differing(tree, head?.tree).length === 0
  const created = isSame ? null : commitOn(world, tree, [head])
  world.head = created ?? head
  world.index = null
  if (created !== null) world.own.add(created)
  if (created !== null) yield 'ref-moved'
  return created
}

function* commit(world: World, changes: Changes): Work<Report> {
  const done = (created: CommitCreated | null): Report => ({
    type: 'Committed',
    commit: created,
    conflicts: [],
    skipped: [],
    position: positionIn(world),
  })
  const before = world.head?.tree
  const isStaged = differing(world.index ?? before, before).length > 0
  if (!isStaged && differing(stage(world, changes), before).length === 0) {
    yield 'looked'
    return done(null)
  }
  if (world.weather.anonymous) return failed('commit', 'no-identity')
  const { head } = world
  const created = yield* locked(world, record(world, changes))
  if (created === 'moved') return failed('commit', 'work-tree-moved')
  if (created === null) return done(null)
  const paths = differing(created.tree, head?.tree)
  return done({
    type: 'CommitCreated',
    oid: created.id,
    branch: 'main',
    added: 0,
    modified: paths.length,
    deleted: 0,
    paths,
    message: paths.join(' '),
  })
}

function* fetch(world: World): Work<Report> {
  if (networkFails(world, 'network')) return failed('fetch', 'network')
  if (world.weather.unauthenticated) return failed('fetch', 'authentication')
  const tip = world.remote ?? null
  yield 'answered'
  if (isSilent(world)) return failed('fetch', 'network')
  track(world, tip)
  yield 'ref-moved'
  const position = positionIn(world)
  const { ahead, behind } = position
  const fetched: RemoteFetched | null =
    tip === null
      ? null
      : {
          type: 'RemoteFetched',
          remote: 'origin',
          branch: 'main',
          oid: tip.id,
          ahead,
          behind,
          bytes: 0,
        }
  return { type: 'Fetched', fetched, position }
}

function* squash(world: World, known: Position): Work<Report> {
  if ((world.head?.id ?? null) !== known.head) return failed('squash', 'work-tree-moved')
  const squashed = yield* locked(world, squashRun(world))
  return squashed === 'moved'
    ? failed('squash', 'work-tree-moved')
    : { type: 'Squashed', squashed, position: positionIn(world) }
}

function* integrate(world: World, known: Position, conflict: 'keep-both' | 'halt'): Work<Report> {
  const { head, tracking } = world
  // A person committed since the position was read: what they have must be looked at first.
  if ((head?.id ?? null) !== known.head) return failed('integrate', 'work-tree-moved')
  const done = (result: Extract<Report, { type: 'Integrated' }>['result']): Report => ({
    type: 'Integrated',
    result,
    conflicts: [],
    position: positionIn(world),
  })
  if (tracking === null || isAncestor(tracking, head)) return done(null)
  const moved = failed('integrate', 'work-tree-moved')
  if (differing(world.index ?? head?.tree, head?.tree).length > 0) return moved
  if (isAncestor(head, tracking)) {
    const files = differing(head?.tree, tracking.tree).length
    if (!isClean(world, head?.tree, tracking.tree)) return moved
    world.move = { from: head, to: tracking }
    if (!(yield* locked(world, moveBranch(world)))) return moved
    return done({ type: 'FastForwarded', from: head?.id ?? null, to: tracking.id, files })
  }
  const { tree, conflicts } = mergeOf(head, tracking)
  if (conflict === 'halt' && conflicts.length > 0) return failed('integrate', 'conflict')
  if (world.weather.anonymous) return failed('integrate', 'no-identity')
  if (!isClean(world, head?.tree, tree)) return moved
  const to = commitOn(world, tree, [head, tracking])
  world.move = { from: head, to }
  if (!(yield* locked(world, moveBranch(world)))) return moved
  return done({
    type: 'MergeCommitted',
    oid: to.id,
    ours: head?.id ?? '',
    theirs: tracking.id,
    conflicts: conflicts.length,
    files: 0,
  })
}

/** The commit that was the branch's tip when the position was read. */
const tipOf = ({ head }: World, { head: known }: Position): Commit | null => {
  if (head === null || head.id === known) return head
  return [...head.history].find(({ id }) => id === known) ?? null
}

function* push(world: World, known: Position): Work<Report> {
  const sent = tipOf(world, known)
  if (networkFails(world, 'network') || networkFails(world, 'pushNetwork'))
    return failed('push', 'network')
  if (world.weather.unauthenticated) return failed('push', 'authentication')
  if (sent === null) throw new Error('there is nothing to push from an unborn branch')
  const reason = !isAncestor(world.remote ?? null, sent)
    ? 'non-fast-forward'
    : world.weather.declining
      ? 'declined'
      : null
  const from = world.tracking?.id ?? null
  if (reason === null) world.remote = sent
  yield 'answered'
  // The remote may have taken what it was sent, and nobody here knows.
  if (isSilent(world)) return failed('push', 'network')
  if (reason !== null) {
    const rejected = { type: 'PushRejected', reason, message: 'no' } as const
    return { type: 'PushRefused', rejected, position: positionIn(world) }
  }
  track(world, sent)
  yield 'ref-moved'
  return {
    type: 'PushDone',
    pushed: { type: 'Pushed', remote: 'origin', branch: 'main', from, to: sent.id, bytes: 0 },
    position: positionIn(world),
  }
}

/** Does on a fake world what is asked, moment by moment. */
export function* perform(
  world: World,
  operation: Operation,
  conflict: 'keep-both' | 'halt',
): Work<Report> {
  const stopped = obstacle(world, operation)
  if (stopped !== null && operation.kind !== 'inspect') return failed(operation.kind, stopped)
  switch (operation.kind) {
    case 'inspect':
      return yield* inspect(world)
    case 'commit':
      return yield* commit(world, operation.changes)
    case 'fetch':
      return yield* fetch(world)
    case 'squash':
      return yield* squash(world, operation.position)
    case 'integrate':
      return yield* integrate(world, operation.position, conflict)
    case 'push':
      return yield* push(world, operation.position)
    default:
      return operation satisfies never
  }
}

/** The whole of it at once. */
export const complete = <Result>(work: Work<Result>): Result => {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}
