import type { Observable } from 'rxjs'
import { Subject, defer, finalize, take } from 'rxjs'
import type { Changes } from '../../src/actors/changes.js'
import type { Operation } from '../../src/actors/operation.js'
import type { CommitCreated, RemoteFetched } from '../../src/actors/outcome.js'
import type { WorkTree } from '../../src/actors/ports.js'
import type { ProblemKind } from '../../src/actors/problem.js'
import type { Position, Report } from '../../src/actors/reports.js'
import { failed } from './facts.js'
import type { World } from './world.js'
import { checkOut, commitOn, differing, dirty, isAncestor, mergeOf, positionIn } from './world.js'

/** The port on a fake world, which answers only when it is told to, and writes down what it should not have been asked. */
export interface FakeWorkTree extends WorkTree {
  readonly pending: Operation | null
  /** Does what is asked, without telling yet. */
  perform(): Report
  answer(report: Report): void
  /** A bug in the port. */
  throwUp(error: Error): void
  /** Operations performed so far. */
  readonly performed: readonly Operation[]
  readonly faults: readonly string[]
}

const networkFails = ({ weather }: World, kind: 'network' | 'pushNetwork'): boolean => {
  if (weather[kind] === 0) return false
  weather[kind] -= 1
  return true
}

const lookedAt = (changes: Changes, path: string): boolean =>
  changes.kind === 'everything' || changes.paths.has(path)

const commit = (world: World, changes: Changes): Report => {
  const paths = dirty(world).filter((path) => lookedAt(changes, path))
  const done = (created: CommitCreated | null): Report => ({
    type: 'Committed',
    commit: created,
    skipped: [],
    position: positionIn(world),
  })
  if (paths.length === 0) return done(null)
  if (world.weather.anonymous) return failed('commit', 'no-identity')
  const tree = new Map(world.head?.tree ?? [])
  for (const path of paths) {
    const content = world.files.get(path)
    if (content === undefined) tree.delete(path)
    else tree.set(path, content)
  }
  world.head = commitOn(world, tree, [world.head])
  return done({
    type: 'CommitCreated',
    oid: world.head.id,
    branch: 'main',
    added: 0,
    modified: paths.length,
    deleted: 0,
    paths,
    message: paths.join(' '),
  })
}

const fetch = (world: World): Report => {
  if (networkFails(world, 'network')) return failed('fetch', 'network')
  if (world.weather.unauthenticated) return failed('fetch', 'authentication')
  world.tracking = world.remote ?? null
  const position = positionIn(world)
  const fetched: RemoteFetched | null =
    world.tracking === null
      ? null
      : {
          type: 'RemoteFetched',
          remote: 'origin',
          branch: 'main',
          oid: world.tracking.id,
          ahead: position.ahead,
          behind: position.behind,
          bytes: 0,
        }
  return { type: 'Fetched', fetched, position }
}

const integrate = (world: World, known: Position, conflict: 'keep-both' | 'halt'): Report => {
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
  if (isAncestor(head, tracking)) {
    const files = differing(head?.tree, tracking.tree).length
    if (!checkOut(world, head?.tree, tracking.tree)) return failed('integrate', 'work-tree-moved')
    world.head = tracking
    return done({ type: 'FastForwarded', from: head?.id ?? null, to: tracking.id, files })
  }
  const { tree, conflicts } = mergeOf(head, tracking)
  if (conflict === 'halt' && conflicts.length > 0) return failed('integrate', 'conflict')
  if (world.weather.anonymous) return failed('integrate', 'no-identity')
  if (!checkOut(world, head?.tree, tree)) return failed('integrate', 'work-tree-moved')
  world.head = commitOn(world, tree, [head, tracking])
  return done({
    type: 'MergeCommitted',
    oid: world.head.id,
    ours: head?.id ?? '',
    theirs: tracking.id,
    conflicts: conflicts.length,
    files: 0,
  })
}

const push = (world: World): Report => {
  const { head, remote } = world
  const refused = (reason: 'non-fast-forward' | 'declined'): Report => ({
    type: 'PushRefused',
    rejected: { type: 'PushRejected', reason, message: 'no' },
    position: positionIn(world),
  })
  if (networkFails(world, 'network') || networkFails(world, 'pushNetwork'))
    return failed('push', 'network')
  if (world.weather.unauthenticated) return failed('push', 'authentication')
  if (head === null) throw new Error('there is nothing to push from an unborn branch')
  if (!isAncestor(remote ?? null, head)) {
    world.refusals += 1
    return refused('non-fast-forward')
  }
  if (world.weather.declining) return refused('declined')
  const from = world.tracking?.id ?? null
  world.remote = world.tracking = head
  return {
    type: 'PushDone',
    pushed: { type: 'Pushed', remote: 'origin', branch: 'main', from, to: head.id, bytes: 0 },
    position: positionIn(world),
  }
}

/** What stops any operation on the repository itself. */
const obstacle = ({ weather }: World, { kind }: Operation): ProblemKind | null => {
  if (kind === 'fetch' || kind === 'push') return null
  if (weather.detached) return 'detached-head'
  if (weather.inProgress) return 'operation-in-progress'
  return weather.locked && kind !== 'inspect' ? 'locked' : null
}

/** What must hold whenever the actor asks for an operation; what this cycle has done is what came since its inspect. */
const faultsIn = (
  world: World,
  { kind }: Operation,
  performed: readonly (Operation & { readonly well: boolean })[],
): readonly string[] => {
  const cycle = performed.slice(performed.findLastIndex((done) => done.kind === 'inspect'))
  const swept = cycle.some((done) => done.kind === 'commit' && done.changes.kind === 'everything')
  const fetched = cycle.some((done) => done.kind === 'fetch' && done.well)
  return [
    kind !== 'inspect' && cycle[0]?.well !== true && 'I8 touched what inspect had failed on',
    kind === 'integrate' && !swept && 'I13 integrated before everything was committed',
    kind === 'push' && !isAncestor(world.tracking, world.head) && 'I7 pushed when known behind',
    kind === 'push' && !fetched && 'I7 pushed without asking first',
    ['fetch', 'push'].includes(kind) && world.remote === undefined && 'I7 talked to no remote',
  ].filter((fault) => fault !== false)
}

export const fakeWorkTree = (world: World, conflict: 'keep-both' | 'halt'): FakeWorkTree => {
  const performed: (Operation & { readonly well: boolean })[] = []
  /** The two sides of the conflict that was reported last, as long as nothing else failed. */
  let left: readonly [World['head'], World['tracking']] | null = null
  const faults: string[] = []
  let pending: { readonly operation: Operation; readonly answer$: Subject<Report> } | null = null

  const begin = (operation: Operation): Observable<Report> =>
    defer(() => {
      if (pending !== null) faults.push(`I1 ${operation.kind} while ${pending.operation.kind} runs`)
      faults.push(...faultsIn(world, operation, performed))
      const lasts = left?.[0] === world.head && left.at(1) === world.tracking
      if (lasts && operation.kind !== 'inspect' && operation.kind !== 'fetch')
        faults.push(`I8 ${operation.kind} while a conflict waits for a person`)
      const answer$ = new Subject<Report>()
      pending = { operation, answer$ }
      return answer$.pipe(
        take(1),
        finalize(() => {
          if (pending?.answer$ === answer$) pending = null
        }),
      )
    })

  const perform = (operation: Operation): Report => {
    const stopped = obstacle(world, operation)
    if (stopped !== null) return failed(operation.kind, stopped)
    switch (operation.kind) {
      case 'inspect':
        return { type: 'Inspected', position: positionIn(world) }
      case 'commit':
        return commit(world, operation.changes)
      case 'fetch':
        return fetch(world)
      case 'integrate':
        return integrate(world, operation.position, conflict)
      case 'push':
        return push(world)
      default:
        return operation satisfies never
    }
  }

  const waiting = () => {
    if (pending === null) throw new Error('no operation is outstanding')
    const now = pending
    pending = null
    return now
  }

  return {
    inspect: () => begin({ kind: 'inspect' }),
    commit: (changes, position) => begin({ kind: 'commit', changes, position }),
    fetch: (position) => begin({ kind: 'fetch', position }),
    integrate: (position) => begin({ kind: 'integrate', position }),
    push: (position) => begin({ kind: 'push', position }),
    get pending() {
      return pending?.operation ?? null
    },
    performed,
    faults,
    perform: () => {
      if (pending === null) throw new Error('no operation is outstanding')
      const report = perform(pending.operation)
      performed.push({ ...pending.operation, well: report.type !== 'Failed' })
      if (report.type === 'Failed')
        left = report.problem.kind === 'conflict' ? [world.head, world.tracking] : null
      return report
    },
    answer: (report) => {
      waiting().answer$.next(report)
    },
    throwUp: (error) => {
      const { operation, answer$ } = waiting()
      performed.push({ ...operation, well: false })
      left = null
      answer$.error(error)
    },
  }
}
