import { describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import { haltingKinds } from '../../src/actors/problem.js'
import * as facts from '../support/facts.js'
import { given } from '../support/given.js'

const { sync, inspected, committed, nothingToCommit, fetched, failed } = facts

const integrating = given().when(
  sync('fetch-due'),
  inspected(),
  fetched(facts.diverged),
  nothingToCommit(facts.diverged),
)

describe('a halting problem', () => {
  it.each(haltingKinds)('I8 I9 tells %s once, and goes no further', (kind) => {
    given()
      .when(sync(), failed('inspect', kind))
      .then('OperationFailed', 'HaltEntered', 'Halted', 'CycleSettled')
      .telling({ type: 'CycleSettled', outcome: 'halted', head: null })
      .being({ phase: 'halted' })
      .when(sync(), failed('inspect', kind))
      .then('HaltEntered', 'CycleSettled')
      .being({ phase: 'halted' })
  })

  it('I9 tells another problem, and one end for both', () => {
    given()
      .when(sync(), failed('inspect', 'detached-head'))
      .when(sync(), failed('inspect', 'operation-in-progress'))
      .telling({
        type: 'Halted',
        problem: expect.objectContaining({ kind: 'operation-in-progress' }),
      })
      .when(sync(), inspected())
      .then('HaltLeft', 'Resumed', 'PositionRead', 'StepStarted')
      .when(nothingToCommit(), fetched())
      .then('RemoteFetched', 'PositionRead', 'CycleSettled')
      .being({ phase: 'idle' })
  })

  it('I3 looks everywhere and asks the remote once the person is done', () => {
    given()
      .when(sync('startup'), failed('inspect', 'detached-head'))
      .when(sync(), inspected())
      .asking({ kind: 'commit', changes: everything })
      .when(nothingToCommit())
      .asking({ kind: 'fetch' })
  })

  it('I9 lasts until the operation that failed has succeeded', () => {
    given()
      .when(sync(), inspected(), failed('commit', 'no-identity'))
      .when(sync('fetch-due'), inspected())
      .then('PositionRead', 'StepStarted')
      .asking({ kind: 'commit', changes: everything })
      .when(committed())
      .telling({ type: 'Resumed' })
  })

  it('I9 lasts while an outage keeps the operation from being tried', () => {
    integrating
      .when(failed('integrate', 'disk-full'))
      .when(sync('fetch-due'), inspected(facts.diverged), nothingToCommit(facts.diverged))
      .when(failed('fetch', 'network'))
      .then('OperationFailed', 'TalkSuspended', 'CycleSettled')
      .telling({ type: 'CycleSettled', outcome: 'halted' })
      .being({ phase: 'halted' })
  })

  it('I9 is over when the person has made the operation needless', () => {
    integrating
      .when(failed('integrate', 'disk-full'))
      .when(sync('fetch-due'), inspected(), nothingToCommit(), fetched())
      .then('RemoteFetched', 'PositionRead', 'HaltLeft', 'Resumed', 'CycleSettled')
  })

  it.each(['push', 'squash'] as const)(
    'I9 of a %s is over when pull is off and others were first',
    (operation) => {
      given({ pull: false, squash: operation === 'squash' ? 3_600_000 : null })
        .when(sync(), inspected(facts.farAhead), committed(facts.farAhead), fetched(facts.farAhead))
        .when(failed(operation, 'unexpected'))
        .being({ phase: 'halted' })
        .when(sync('fetch-due'), inspected(facts.diverged), nothingToCommit(facts.diverged))
        .when(fetched(facts.diverged))
        .then(
          ...(['RemoteFetched', 'PositionRead', 'HaltLeft', 'Resumed'] as const),
          ...(['OperationFailed', 'TalkSuspended', 'Halted', 'CycleSettled'] as const),
        )
        .telling({ type: 'Halted', problem: expect.objectContaining({ kind: 'declined' }) })
        .being({ phase: 'idle' })
    },
  )

  it('I9 gives way to a refusal that the same operation meets', () => {
    given()
      .when(sync('fetch-due'), inspected(), nothingToCommit(), failed('fetch', 'unexpected'))
      .when(sync('fetch-due'), inspected(), nothingToCommit(), failed('fetch', 'authentication'))
      .then('HaltLeft', 'Resumed', 'OperationFailed', 'TalkSuspended', 'Halted', 'CycleSettled')
      .being({ phase: 'idle' })
  })

  it('L7 of integrate is not tried again by what its own undo wrote', () => {
    const halted = integrating.when(failed('integrate', 'unexpected'))
    const saved = halted
      .when(sync('worktree-changed'), inspected(facts.diverged))
      .asking({ kind: 'commit', changes: everything })
    saved
      .when(nothingToCommit(facts.diverged), fetched(facts.diverged))
      .then('RemoteFetched', 'PositionRead', 'CycleSettled')
      .being({ phase: 'halted' })
      .when(sync('fetch-due'), inspected(facts.diverged), nothingToCommit(facts.diverged))
      .when(fetched(facts.diverged))
      .asking({ kind: 'integrate' })
    const others = facts.position({ ...facts.diverged, head: facts.oid('e') })
    saved.when(committed(others), fetched(others)).asking({ kind: 'integrate' })
  })

  it('I9 is neither forgotten nor told again over a pause', () => {
    const paused = given().when(sync(), failed('inspect', 'detached-head'), facts.pause())
    paused
      .when(facts.resume(), failed('inspect', 'detached-head'))
      .then('HaltEntered', 'CycleSettled')
    paused.when(facts.resume(), inspected()).telling({ type: 'Resumed' })
  })

  it('I9 is not ended by the end of another trouble', () => {
    integrating
      .when(failed('integrate', 'disk-full'))
      .when(sync('fetch-due'), inspected(facts.diverged), nothingToCommit(facts.diverged))
      .when(failed('fetch', 'authentication'))
      .when(sync('manual'), inspected(facts.diverged), nothingToCommit(facts.diverged))
      .when(fetched(facts.diverged))
      .telling({ type: 'Resumed' })
      .when(failed('integrate', 'disk-full'))
      .then('HaltEntered', 'CycleSettled')
  })

  it('I8 touches nothing while a conflict waits for a person', () => {
    const halted = integrating.when(failed('integrate', 'conflict'))
    halted
      .when(sync('fetch-due'), inspected(facts.diverged))
      .asking({ kind: 'fetch' })
      .when(fetched(facts.diverged))
      .then('RemoteFetched', 'PositionRead', 'CycleSettled')
      .being({ phase: 'halted' })
    halted
      .when(
        sync('fetch-due'),
        inspected(facts.position({ ...facts.diverged, head: facts.oid('e') })),
      )
      .asking({ kind: 'commit', changes: everything })
    halted
      .when(sync('fetch-due'), inspected(facts.diverged), fetched(facts.ahead))
      .asking({ kind: 'commit', changes: everything })
      .when(nothingToCommit())
      .telling({ type: 'Resumed' })
  })

  it('of the remote kind is waited for or halts where it comes from the work tree', () => {
    const committing = given().when(sync(), inspected())
    committing.when(failed('commit', 'timeout')).being({ phase: 'backing-off' })
    committing.when(failed('commit', 'authentication')).being({ phase: 'halted' })
  })
})
