import { describe, expect, it } from 'vitest'
import * as facts from '../support/facts.js'
import { given } from '../support/given.js'

const { sync, inspected, committed, fetched, underway, pushDone } = facts

/** Of a second save, beside what is pushed. */
const further = facts.position({ head: facts.oid('e'), ahead: 2 })

const pushing = given().when(sync(), inspected(), committed(), fetched(facts.ahead))

describe('a talk with the remote that goes on while a save waits', () => {
  it('I18 has the save committed beside it, is heard out, and the next cycle pushes the rest', () => {
    pushing
      .when(sync('worktree-changed', ['b']), underway('push'))
      .then('StepStarted')
      .asking({ kind: 'commit', changes: { kind: 'paths', paths: new Set(['b']) } })
      .when(committed(further))
      .then('CommitCreated', 'PositionRead', 'StepStarted')
      .asking({ kind: 'push' })
      .when(pushDone(facts.ahead))
      .telling({ type: 'CycleSettled', outcome: 'pushed', ahead: 1 })
      .then(
        'Pushed',
        'PositionRead',
        'CycleSettled',
        'SyncRequested',
        'CycleStarted',
        'StepStarted',
      )
      .when(inspected(facts.ahead), facts.nothingToCommit(facts.ahead), fetched(facts.ahead))
      .asking({ kind: 'push', position: facts.ahead })
  })

  it('I18 has all that was saved committed beside it, also where no paths are told', () => {
    const everywhere = { trigger: 'rescan', changes: { kind: 'everything' } } as const
    pushing
      .when({ type: 'Sync', ...everywhere }, underway('push'))
      .asking({ kind: 'commit', changes: everywhere.changes })
      .when(committed(further))
      .asking({ kind: 'push' })
  })

  it('I18 squashes nothing that is on its way', () => {
    given({ squash: 1_000 })
      .when(sync(), inspected(), committed(), fetched(facts.ahead), sync())
      .when(underway('push'), committed(facts.farAhead))
      .asking({ kind: 'push' })
  })

  it('I18 has what comes during a fetch committed too, before what it brings is integrated', () => {
    given()
      .when(sync('fetch-due'), inspected(), sync(), underway('fetch'))
      .asking({ kind: 'commit' })
      .when(committed())
      .asking({ kind: 'fetch' })
      .when(fetched(facts.diverged))
      .asking({ kind: 'commit', changes: { kind: 'everything' } })
  })

  it('I18 leaves what cannot be committed to the next cycle, which tells it', () => {
    pushing
      .when(sync(), underway('push'), facts.failed('commit', 'no-identity'))
      .then('StepStarted')
      .asking({ kind: 'push' })
      .when(pushDone(), inspected(), facts.failed('commit', 'no-identity'))
      .telling({ type: 'Halted', problem: facts.problem('no-identity') })
  })

  it('I18 is heard out at once where nothing was saved', () => {
    const after = pushing.when(underway('push')).then('StepStarted').asking({ kind: 'push' })
    expect(after.state).toBe(pushing.state)
    pushing.when(sync('fetch-due'), underway('push')).asking({ kind: 'push' })
  })

  it('I8 commits nothing beside it while a conflict waits for a person', () => {
    given()
      .when(sync('fetch-due'), inspected(facts.diverged), fetched(facts.diverged))
      .when(facts.nothingToCommit(facts.diverged), facts.failed('integrate', 'conflict'))
      .when(sync('fetch-due'), inspected(facts.diverged))
      .asking({ kind: 'fetch' })
      .when(sync(), underway('fetch'))
      .asking({ kind: 'fetch' })
  })

  it('I12 commits what was saved before a stop beside it, and stops at its boundary', () => {
    pushing.when(sync(), facts.stop(), underway('push')).asking({ kind: 'commit' })
    pushing.when(sync(), facts.stop('after-step'), underway('push')).then('Stopped')
  })
})
