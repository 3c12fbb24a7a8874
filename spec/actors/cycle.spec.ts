import { describe, it } from 'vitest'
import * as facts from '../support/facts.js'
import { given } from '../support/given.js'

const { sync, inspected, committed, nothingToCommit, fetched, integrated, pushDone } = facts

describe('a cycle', () => {
  it('looks, commits, fetches and pushes what a change brought', () => {
    given()
      .when(sync())
      .then('SyncRequested', 'CycleStarted', 'StepStarted')
      .asking({ kind: 'inspect' })
      .when(inspected())
      .then('PositionRead', 'StepStarted')
      .asking({ kind: 'commit', changes: { kind: 'paths', paths: new Set(['a']) } })
      .when(committed())
      .asking({ kind: 'fetch', position: facts.ahead })
      .when(fetched(facts.ahead))
      .asking({ kind: 'push', position: facts.ahead })
      .later(5)
      .when(pushDone())
      .telling({ type: 'CycleSettled', outcome: 'pushed', ahead: 0, durationMs: 5 })
      .being({ phase: 'idle' })
  })

  it('tells no push of a commit that was there already', () => {
    given()
      .when(sync('retry'), inspected(facts.ahead), nothingToCommit(facts.ahead))
      .when(fetched(facts.ahead))
      .when({ type: 'PushDone', pushed: null, position: facts.ahead })
      .then('PositionRead', 'CycleSettled')
      .telling({ type: 'CycleSettled', outcome: 'up-to-date', ahead: 1 })
      .being({ phase: 'idle' })
  })

  it('asks no remote for a change that made no commit', () => {
    given()
      .when(sync(), inspected(), nothingToCommit())
      .telling({ type: 'CycleSettled', outcome: 'up-to-date', head: facts.oid('a') })
  })

  it('I13 commits everything before it integrates, also where no path was named', () => {
    given()
      .when(sync('fetch-due'), inspected())
      .asking({ kind: 'fetch' })
      .when(fetched(facts.behind))
      .asking({ kind: 'commit', changes: { kind: 'everything' } })
      .when(nothingToCommit(facts.behind))
      .asking({ kind: 'integrate', position: facts.behind })
      .when(integrated())
      .telling({ type: 'CycleSettled', outcome: 'pulled' })
  })

  it('I13 commits everything before it integrates, though some paths are committed already', () => {
    given()
      .when(sync(), inspected(), committed(), fetched(facts.diverged))
      .asking({ kind: 'commit', changes: { kind: 'everything' } })
      .when(nothingToCommit(facts.diverged))
      .asking({ kind: 'integrate' })
      .when(facts.merged())
      .asking({ kind: 'push' })
      .when(pushDone())
      .telling({ type: 'CycleSettled', outcome: 'merged' })
  })

  it('I13 brings in what is known to be behind without asking the remote', () => {
    given()
      .when(sync(), inspected(facts.behind), nothingToCommit(facts.behind))
      .asking({ kind: 'commit', changes: { kind: 'everything' } })
      .when(nothingToCommit(facts.behind))
      .asking({ kind: 'integrate' })
  })

  it.each(['startup', 'manual', 'retry', 'fetch-due'] as const)(
    'asks the remote on %s',
    (trigger) => {
      given().when(sync(trigger), inspected()).asking({ kind: 'fetch' })
    },
  )

  it('I6 pushes what is unpushed by a retry without an edit', () => {
    given()
      .when(sync('retry'), inspected(facts.ahead), fetched(facts.ahead))
      .asking({ kind: 'push' })
  })

  it('I6 pushes what is unpushed whatever the trigger', () => {
    given()
      .when(sync('rescan'), inspected(facts.ahead), fetched(facts.ahead))
      .asking({ kind: 'push' })
  })

  it('L1 asks the remote again when somebody else pushed first', () => {
    given()
      .when(sync(), inspected(), committed(), fetched(facts.ahead), facts.pushRefused())
      .then('PushRejected', 'PositionRead', 'RoundEnded', 'StepStarted')
      .asking({ kind: 'fetch' })
      .being({ cycle: { rounds: 1 } })
  })

  it('L1 waits when others were first several times in a row', () => {
    const ready = given().when(sync(), inspected(), committed(), fetched(facts.ahead))
    const round = [facts.pushRefused(), fetched(facts.ahead)]
    ready
      .when(...round, ...round, ...round, ...round, ...round, facts.pushRefused())
      .then('PushRejected', 'PositionRead', 'OperationFailed', 'BackedOff')
      .being({
        phase: 'backing-off',
        problem: { kind: 'locked' },
        cycle: { rounds: 0, attempts: 1 },
      })
  })

  it('L2 asks again when the branch is behind even after integrating', () => {
    given()
      .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
      .when(integrated(facts.behind))
      .then('FastForwarded', 'PositionRead', 'RoundEnded', 'StepStarted')
      .asking({ kind: 'fetch' })
  })

  it('L3 commits again when the work tree moved under integrate', () => {
    given()
      .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
      .when(facts.failed('integrate', 'work-tree-moved'))
      .then('RoundEnded', 'StepStarted')
      .asking({ kind: 'commit', changes: { kind: 'everything' } })
      .when(committed(facts.diverged))
      .asking({ kind: 'integrate', position: facts.diverged })
  })

  it('L3 waits when the work tree goes on moving', () => {
    const round = [facts.failed('integrate', 'work-tree-moved'), nothingToCommit(facts.behind)]
    given()
      .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
      .when(...round, ...round, ...round, ...round, ...round)
      .when(facts.failed('integrate', 'work-tree-moved'))
      .telling({ type: 'OperationFailed', operation: 'integrate', retryInMs: 100 })
      .being({ phase: 'backing-off' })
  })

  it('L5 takes a second, empty cycle for its own writes, and no third', () => {
    given()
      .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
      .when(sync('worktree-changed', ['theirs']), integrated())
      .telling({ type: 'CycleStarted', trigger: 'worktree-changed' })
      .when(inspected(), nothingToCommit())
      .then('PositionRead', 'CycleSettled')
      .being({ phase: 'idle' })
  })
})

describe('what the owner allows', () => {
  it('commits and settles where there is no remote', () => {
    given()
      .when(sync('startup', ['a']), inspected(facts.alone), committed(facts.alone))
      .telling({ type: 'CycleSettled', outcome: 'committed' })
  })

  it('never talks where neither pull nor push is wanted', () => {
    given({ pull: false, push: false })
      .when(sync('manual', ['a']), inspected(), committed())
      .telling({ type: 'CycleSettled', outcome: 'committed', ahead: 1 })
  })

  it('pulls and does not push where push is off', () => {
    const off = given({ push: false })
    off
      .when(sync(), inspected(), committed())
      .telling({ type: 'CycleSettled', outcome: 'committed' })
    off
      .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
      .when(integrated(facts.ahead))
      .telling({ type: 'CycleSettled', outcome: 'pulled' })
  })

  it('leaves what is behind where pull is off', () => {
    given({ pull: false })
      .when(sync('fetch-due'), inspected(), fetched(facts.behind))
      .telling({ type: 'CycleSettled', outcome: 'up-to-date', behind: 1 })
  })

  it('I7 never pushes when known to be behind: with pull off that waits for a person', () => {
    given({ pull: false })
      .when(sync(), inspected(), committed(), fetched(facts.diverged))
      .then(
        'RemoteFetched',
        'PositionRead',
        'OperationFailed',
        'TalkSuspended',
        'Halted',
        'CycleSettled',
      )
      .telling({ type: 'CycleSettled', outcome: 'halted' })
      .when(sync(), inspected(facts.diverged), nothingToCommit(facts.diverged))
      .asking({ kind: 'fetch' })
      .when(fetched(facts.diverged))
      .then('RemoteFetched', 'PositionRead', 'TalkSuspended', 'CycleSettled')
  })

  it('I7 asks the remote before it pushes where the trouble comes due while the cycle is at work', () => {
    const down = given().when(
      sync('fetch-due'),
      inspected(),
      facts.failed('fetch', 'network'),
      sync(),
      inspected(facts.diverged),
    )
    down
      .when(nothingToCommit(facts.diverged), nothingToCommit(facts.diverged))
      .asking({ kind: 'integrate' })
      .later(1_000)
      .when(facts.merged())
      .asking({ kind: 'fetch' })
      .when(fetched(facts.ahead))
      .asking({ kind: 'push' })
    down
      .when(nothingToCommit(facts.diverged), nothingToCommit(facts.diverged))
      .when(facts.merged())
      .then('ConflictKept', 'MergeCommitted', 'PositionRead', 'CycleSettled')
  })

  it('begins an unborn branch, here and on an empty remote', () => {
    const unborn = facts.position({
      head: null,
      upstream: { remote: 'origin', branch: 'main', oid: null },
    })
    const born = { ...unborn, head: facts.oid('b'), ahead: 1 }
    given()
      .when(sync('startup', ['a']), inspected(unborn), nothingToCommit(unborn))
      .asking({ kind: 'fetch' })
      .when({ type: 'Fetched', fetched: null, position: unborn })
      .telling({ type: 'CycleSettled', outcome: 'up-to-date', head: null })
      .when(sync(), inspected(unborn), committed(born))
      .when({ type: 'Fetched', fetched: null, position: born })
      .asking({ kind: 'push', position: born })
  })
})
