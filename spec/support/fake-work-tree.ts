import type { Observable } from 'rxjs'
import { Subject, defer, finalize, take } from 'rxjs'
import type { Operation } from '../../src/actors/operation.js'
import type { WorkTree } from '../../src/actors/ports.js'
import type { Report } from '../../src/actors/reports.js'
import { complete, perform } from './perform.js'
import { isShared } from './squash-run.js'
import type { World } from './world.js'
import { isAncestor } from './world.js'

/** The port on a fake world, which answers only when it is told to, and writes down what it should not have been asked. */
export interface FakeWorkTree extends WorkTree {
  readonly pending: Operation | null
  /** Does what is asked, without telling yet. */
  perform(): Report
  /** Lets the talk that is asked for go on by itself. */
  leave(): Report | null
  answer(report: Report): void
  /** A bug in the port. */
  throwUp(error: Error): void
  /** Operations performed so far. */
  readonly performed: readonly Operation[]
  readonly faults: readonly string[]
}

/** What must hold whenever the actor asks for an operation; what this cycle has done is what came since its inspect. */
export const faultsIn = (
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
    kind === 'squash' && !fetched && 'I17 squashed without asking first',
    kind === 'squash' && isShared(world) && 'I17 squashed what the remote has',
    ['fetch', 'squash', 'push'].includes(kind) &&
      world.remote === undefined &&
      'I7 talked to no remote',
  ].filter((fault) => fault !== false)
}

export const fakeWorkTree = (world: World, conflict: 'keep-both' | 'halt'): FakeWorkTree => {
  const performed: (Operation & { readonly well: boolean })[] = []
  /** The two sides of the conflict that was reported last, as long as nothing else failed. */
  let left: readonly [World['head'], World['tracking']] | null = null
  const faults: string[] = []
  /** A talk that goes on by itself, with what it was begun with. */
  let underway: Operation | null = null
  let pending: { readonly operation: Operation; readonly answer$: Subject<Report> } | null = null

  const begin = (operation: Operation): Observable<Report> =>
    defer(() => {
      if (pending !== null) faults.push(`I1 ${operation.kind} while ${pending.operation.kind} runs`)
      faults.push(...faultsIn(world, operation, performed))
      if (underway !== null && operation.kind !== 'commit' && operation.kind !== underway.kind)
        faults.push(`I18 ${operation.kind} beside a ${underway.kind}`)
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
    squash: (position) => begin({ kind: 'squash', position }),
    integrate: (position) => begin({ kind: 'integrate', position }),
    push: (position) => begin({ kind: 'push', position }),
    get pending() {
      return pending?.operation ?? null
    },
    performed,
    faults,
    perform: () => {
      if (pending === null) throw new Error('no operation is outstanding')
      const { operation } = pending
      const begun = operation.kind === underway?.kind ? underway : operation
      const report = complete(perform(world, begun, conflict))
      if (begun === underway) underway = null
      performed.push({ ...pending.operation, well: report.type !== 'Failed' })
      if (report.type === 'Failed')
        left = report.problem.kind === 'conflict' ? [world.head, world.tracking] : null
      return report
    },
    leave: () => {
      const { operation } = pending ?? {}
      if (operation?.kind !== 'fetch' && operation?.kind !== 'push') return null
      underway ??= operation
      performed.push({ ...operation, well: false })
      return { type: 'Underway', operation: operation.kind }
    },
    answer: (report) => {
      waiting().answer$.next(report)
    },
    throwUp: (error) => {
      const { operation, answer$ } = waiting()
      performed.push({ ...operation, well: false })
      left = null
      if (operation.kind === underway?.kind) underway = null
      answer$.error(error)
    },
  }
}
