import type { Observable } from 'rxjs'
import { EMPTY, Subject, from, map, of, share, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/actors/context.js'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import type { WorkTree } from '../../src/actors/ports.js'
import type { Report } from '../../src/actors/reports.js'
import { repoActor } from '../../src/actors/repo-actor.js'
import * as facts from '../support/facts.js'
import { marbles } from '../support/marbles.js'

const { sync, stop } = facts

type Port = Readonly<Record<keyof WorkTree, Observable<Report> | (() => Observable<Report>)>>

/** The port whose operations answer thus, and the order in which they were asked for. */
const portOf = (answers: Port, asked: string[] = []): WorkTree => {
  const answer = (step: keyof WorkTree) => (): Observable<Report> => {
    asked.push(step)
    const answer$ = answers[step]
    return typeof answer$ === 'function' ? answer$() : answer$
  }
  return {
    inspect: answer('inspect'),
    commit: answer('commit'),
    fetch: answer('fetch'),
    squash: answer('squash'),
    integrate: answer('integrate'),
    push: answer('push'),
  }
}

const well: Port = {
  inspect: of(facts.inspected()),
  commit: of(facts.committed()),
  fetch: of(facts.fetched(facts.ahead)),
  squash: of(facts.squashed()),
  integrate: of(facts.integrated()),
  push: of(facts.pushDone()),
}

const actorOn = (
  commands$: Observable<Input>,
  workTree: WorkTree,
  append: (outcomes: readonly SyncOutcome[]) => void = () => undefined,
  clock = () => 0,
): Observable<SyncOutcome> =>
  repoActor(commands$, {
    repo: '/repo',
    workTree,
    journal: { lastSeq: 41, append },
    policy: facts.usual,
    clock,
    random: () => 0,
  })

const letters: Readonly<Record<SyncOutcome['type'], string>> = {
  CycleStarted: 'c',
  CommitCreated: 'k',
  HookFailed: '-',
  PathSkipped: '-',
  RemoteFetched: 'f',
  FastForwarded: 'w',
  MergeCommitted: 'm',
  CommitsSquashed: 'q',
  ConflictKept: 'x',
  Pushed: 'p',
  PushRejected: 'r',
  OperationFailed: 'e',
  Halted: 'h',
  Resumed: 'u',
  CycleSettled: 's',
  Paused: 'z',
  Unpaused: 'y',
  Stopped: 't',
  WatchStarted: '-',
  WatchDegraded: '-',
}

/** One letter for each outcome. */
const lettered = (outcome$: Observable<SyncOutcome>): Observable<string> =>
  outcome$.pipe(map(({ type }) => letters[type]))

/** What an actor whose operations take no time tells upon these inputs, as one word. */
const wordOf = (commands: readonly Input[], port: WorkTree): string => {
  let word = ''
  lettered(actorOn(from(commands), port)).subscribe((letter) => (word += letter))
  return word
}

describe('the actor in time', () => {
  it('I3 any number of triggers during a cycle give exactly one more', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inspect$ = cold('  10ms (r|)', { r: facts.inspected(facts.alone) })
      const commit$ = cold('   10ms (r|)', { r: facts.nothingToCommit(facts.alone) })
      const command$ = hot('   s--s-ss-s-', { s: sync() })
      const expected = '       c 19ms (sc) 16ms s'
      const port = portOf({ ...well, inspect: inspect$, commit: commit$ })
      expectObservable(lettered(actorOn(command$, port))).toBe(expected)
      expectSubscriptions(inspect$.subscriptions).toBe(['^ 9ms !', '20ms ^ 9ms !'])
      expectSubscriptions(commit$.subscriptions).toBe(['10ms ^ 9ms !', '30ms ^ 9ms !'])
    })
  })

  it('I1 operations come one after the other, in the order of a cycle', () => {
    const asked: string[] = []
    marbles(({ cold, hot, expectObservable }) => {
      const slow = (report: Report) => () => cold('5ms (r|)', { r: report })
      const port = portOf(
        {
          inspect: slow(facts.inspected()),
          commit: slow(facts.committed(facts.diverged)),
          fetch: slow(facts.fetched(facts.diverged)),
          squash: slow(facts.squashed()),
          integrate: slow(facts.merged()),
          push: slow(facts.pushDone()),
        },
        asked,
      )
      const command$ = hot('s', { s: sync('manual') })
      const expected = '    c 9ms f 4ms k 4ms (xm) 1ms (ps)'
      expectObservable(lettered(actorOn(command$, port))).toBe(expected)
    })
    expect(asked).toEqual(['inspect', 'fetch', 'commit', 'integrate', 'push'])
  })

  it('I12 a Stop lets the running operation end, starts no other, and completes', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inspect$ = cold('  10ms (r|)', { r: facts.inspected() })
      const commit$ = cold('   10ms (r|)', { r: facts.committed() })
      const command$ = hot('   s---x-----', { s: sync(), x: stop('after-step') })
      const expected = '       c 9ms (t|)'
      const port = portOf({ ...well, inspect: inspect$, commit: commit$ })
      expectObservable(lettered(actorOn(command$, port))).toBe(expected)
      expectSubscriptions(inspect$.subscriptions).toBe('^ 9ms !')
      expectSubscriptions(commit$.subscriptions).toBe([])
      expectSubscriptions(command$.subscriptions).toBe('^ 9ms !')
    })
  })

  it('I12 unsubscribing releases the sources and starts no further step', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inspect$ = cold('  10ms (r|)', { r: facts.inspected() })
      const commit$ = cold('   10ms (r|)', { r: facts.committed() })
      const command$ = hot('   s---------', { s: sync() })
      const unsubscribed = '   ^----!'
      const port = portOf({ ...well, inspect: inspect$, commit: commit$ })
      expectObservable(lettered(actorOn(command$, port)), unsubscribed).toBe('c')
      expectSubscriptions(inspect$.subscriptions).toBe('^----!')
      expectSubscriptions(commit$.subscriptions).toBe([])
      expectSubscriptions(command$.subscriptions).toBe('^----!')
    })
  })

  it('outcomes are stamped with the time at which they happened', () => {
    marbles(({ cold, hot, now, expectObservable }) => {
      const inspect$ = cold('10ms (r|)', { r: facts.inspected(facts.alone) })
      const port = portOf({ ...well, inspect: inspect$ })
      const outcome$ = actorOn(hot('s', { s: sync('manual') }), port, undefined, now)
      expectObservable(outcome$.pipe(map(({ at }) => at))).toBe('a 9ms b', {
        a: '1970-01-01T00:00:00.000Z',
        b: '1970-01-01T00:00:00.010Z',
      })
    })
  })
})

describe('one actor, whose operations take no time', () => {
  const once = [sync(), stop()]

  it('is finite where its commands are: once is a Sync and a Stop', () => {
    expect(wordOf(once, portOf(well))).toBe('ckfpst')
  })

  it('I14 numbers the outcomes by one from where the journal ends', () => {
    const seqs: number[] = []
    actorOn(from(once), portOf(well)).subscribe(({ seq }) => seqs.push(seq))
    expect(seqs).toEqual([42, 43, 44, 45, 46, 47])
  })

  it('I11 the journal has what happened before the operation that follows begins', () => {
    const order: string[] = []
    const journal = (outcomes: readonly SyncOutcome[]) =>
      order.push(...outcomes.map(({ type }) => type))
    actorOn(from(once), portOf(well, order), journal).subscribe()
    expect(order.join(' ')).toBe(
      'CycleStarted inspect commit CommitCreated fetch RemoteFetched push Pushed CycleSettled Stopped',
    )
  })

  it('I11 the journal has what happened before anybody is told', () => {
    const journal: number[] = []
    actorOn(from(once), portOf(well), (outcomes) =>
      journal.push(...outcomes.map(({ seq }) => seq)),
    ).subscribe(({ seq }) => {
      expect(journal).toContain(seq)
    })
    expect(journal).toHaveLength(6)
  })

  it.each<readonly [string, () => Observable<Report>]>([
    ['throws at once', () => fail()],
    ['errors', () => throwError(() => new Error('a bug'))],
    ['completes empty', () => EMPTY],
    ['answers another question', () => of(facts.pushDone())],
    ['blames another operation', () => of(facts.failed('push', 'network'))],
  ])('I1 lives on, halted, when a port %s', (_, broken) => {
    const command$ = new Subject<Input>()
    const told: SyncOutcome[] = []
    let works = false
    const port = portOf({ ...well, commit: () => (works ? of(facts.committed()) : broken()) })
    actorOn(command$, port).subscribe((outcome) => told.push(outcome))
    command$.next(sync())
    expect(told.map(({ type }) => letters[type]).join('')).toBe('cehs')
    expect(told[2]).toMatchObject({ type: 'Halted', problem: { kind: 'unexpected' } })
    works = true
    command$.next(sync())
    expect(told.map(({ type }) => letters[type]).join('')).toBe('cehscukfps')
  })

  it('takes one report of a port that goes on talking', () => {
    const port = portOf({ ...well, inspect: of(facts.inspected(), facts.inspected()) })
    expect(wordOf(once, port)).toBe('ckfpst')
  })

  it('I2 two observers see one order, each turn before its operation, though the first one answers at once', () => {
    const command$ = new Subject<Input>()
    const order: string[] = []
    const outcome$ = actorOn(command$, portOf(well, order)).pipe(share())
    const seen: string[] = []
    outcome$.subscribe(({ type }) => {
      seen.push(type)
      if (type === 'WatchStarted') command$.next(sync())
    })
    outcome$.subscribe(({ type }) => order.push(type))
    command$.next({ type: 'WatchStarted', source: 'native' })
    expect(order.join(' ')).toBe(
      'WatchStarted CycleStarted inspect commit CommitCreated fetch RemoteFetched push Pushed CycleSettled',
    )
    expect(seen).toEqual(order.filter((type) => type in letters))
  })

  it('I12 starts no further step when the observer of an outcome unsubscribes', () => {
    const asked: string[] = []
    lettered(actorOn(from(once), portOf(well, asked)))
      .pipe(take(2))
      .subscribe()
    expect(asked).toEqual(['inspect', 'commit'])
  })

  it('does nothing before it is subscribed to, and begins anew for each subscriber', () => {
    const asked: string[] = []
    const outcome$ = actorOn(from(once), portOf(well, asked))
    expect(asked).toEqual([])
    outcome$.subscribe()
    outcome$.subscribe()
    expect(asked).toHaveLength(8)
  })
})

const fail = (): never => {
  throw new Error('a bug')
}
