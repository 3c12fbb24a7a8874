import { describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import * as facts from '../support/facts.js'
import { given } from '../support/given.js'

const { sync, inspected, committed, pause, resume, stop } = facts
const committing = given().when(sync(), inspected())

const lasting = (reason: string) => ({ reason, until: null })

const begun = ['CycleStarted', 'StepStarted'] as const
const anew = ['SyncRequested', ...begun] as const

/** The report after which this cycle settles. */
const last = committed(facts.alone)

describe('what is asked for during a cycle', () => {
  it('I3 any number of triggers give one more cycle, which does what each asked for', () => {
    committing
      .when(sync('worktree-changed', ['b']), sync('fetch-due'), sync('worktree-changed', ['c']))
      .then('SyncRequested')
      .when(last)
      .then(
        'CommitCreated',
        'PositionRead',
        'CycleSettled',
        'SyncRequested',
        'CycleStarted',
        'StepStarted',
      )
      .telling({ type: 'CycleStarted', trigger: 'fetch-due' })
      .when(inspected())
      .asking({ kind: 'commit', changes: { kind: 'paths', paths: new Set(['b', 'c']) } })
      .when(facts.nothingToCommit())
      .asking({ kind: 'fetch' })
      .when(facts.fetched())
      .being({ phase: 'idle' })
  })

  it('I12 a pause takes effect when the cycle settles, and holds whatever comes', () => {
    committing
      .when(pause(), pause('night'), last)
      .telling({ type: 'Paused' })
      .being({ phase: 'paused', reasons: [lasting('person'), lasting('night')] })
      .when(sync())
      .thenNothing()
      .when(resume('night'))
      .telling({ type: 'Paused', reasons: [lasting('person')] })
      .being({ phase: 'paused', reasons: [lasting('person')] })
  })

  it('I3 a pause forgets nothing: its end looks everywhere and asks the remote', () => {
    committing
      .when(sync('worktree-changed', ['b']), pause(), last, sync('fetch-due'), resume())
      .telling({ type: 'CycleStarted', trigger: 'manual' })
      .when(inspected())
      .asking({ kind: 'commit', changes: everything })
  })

  it('I3 a pause that ends within the cycle forgets nothing either', () => {
    committing
      .when(sync('worktree-changed', ['b']), pause(), resume(), last)
      .telling({ type: 'CycleStarted', trigger: 'manual' })
      .when(inspected())
      .asking({ kind: 'commit', changes: everything })
  })

  it('I16 a pause is told once for each reason and each end, and its own end once', () => {
    const soon = '2026-01-02T03:04:05.678Z'
    given()
      .when(pause(), pause())
      .thenNothing()
      .when(resume('other'))
      .thenNothing()
      .when(pause('person', soon))
      .then('Paused')
      .telling({ type: 'Paused', reasons: [{ reason: 'person', until: soon }] })
      .when(pause('person', soon))
      .thenNothing()
      .when(resume())
      .telling({ type: 'Unpaused' })
      .when(inspected(facts.alone), facts.nothingToCommit(facts.alone), resume())
      .thenNothing()
  })

  it('I16 a pause that ends before it began is not told', () => {
    committing
      .when(pause(), resume(), last)
      .then('CommitCreated', 'PositionRead', 'CycleSettled', ...anew)
  })

  it('I12 Stop after-step ends at the next report, which is still told', () => {
    committing.when(stop('after-step'), last).then('CommitCreated', 'PositionRead', 'Stopped')
    committing.when(stop('after-step'), facts.failed('commit', 'disk-full')).then('Stopped')
  })

  it('I12 Stop after-cycle ends when the cycle settles, however many triggers come after it', () => {
    committing
      .when(sync('fetch-due'), stop(), sync(), sync('manual'), committed())
      .asking({ kind: 'fetch' })
      .when(facts.fetched(facts.ahead), facts.pushDone())
      .then('Pushed', 'PositionRead', 'CycleSettled', 'Stopped')
  })

  it('I12 what was saved before Stop after-cycle is committed by one cycle more, and no other', () => {
    committing
      .when(sync('worktree-changed', ['b']), stop(), sync('worktree-changed', ['c']), stop(), last)
      .then(
        'CommitCreated',
        'PositionRead',
        'CycleSettled',
        'SyncRequested',
        'StopRequested',
        ...begun,
      )
      .when(inspected(), sync('worktree-changed', ['d']))
      .asking({ kind: 'commit', changes: { kind: 'paths', paths: new Set(['b']) } })
      .when(last)
      .then('CommitCreated', 'PositionRead', 'CycleSettled', 'Stopped')
  })

  it('I12 a second Stop spares the cycle that the first had left', () => {
    committing
      .when(sync('worktree-changed', ['b']), stop(), stop('after-step'), last)
      .then('CommitCreated', 'PositionRead', 'Stopped')
  })

  it('I12 a cycle that fails lets the one that is left try, which waits for nothing', () => {
    const locked = facts.failed('commit', 'locked')
    committing
      .when(sync('worktree-changed', ['b']), stop(), locked)
      .being({ phase: 'inspecting' })
      .when(inspected(), locked)
      .being({ phase: 'stopped' })
  })

  it('I12 a second Stop hastens the first, and nothing takes it back', () => {
    committing
      .when(stop(), stop('after-step'), stop(), pause(), resume(), sync(), last)
      .then('CommitCreated', 'PositionRead', 'Stopped')
      .being({ phase: 'stopped' })
  })

  it.each(['after-step', 'after-cycle'] as const)('I12 Stop %s ends a wait at once', (when) => {
    committing.when(facts.failed('commit', 'locked'), stop(when)).then('StopRequested', 'Stopped')
  })
})

it('a duration is never negative, though a clock may be set back', () => {
  const settled = committing.later(-10).when(last)
  expect(settled.events).toContainEqual(expect.objectContaining({ durationMs: 0 }))
})
