import { describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import * as facts from '../support/facts.js'
import type { Scenario } from '../support/given.js'
import { given } from '../support/given.js'

const { sync, inspected, committed, fetched, farAhead, squashed } = facts

const on = { squash: 3_600_000 } as const
const far = { ...facts.diverged, ahead: 3 }

/** What a cycle asks for that finds these three commits unpushed. */
const ready = (policy: Parameters<typeof given>[0]): Scenario =>
  given(policy).when(sync(), inspected(), committed(farAhead), fetched(farAhead))

describe('squashing', () => {
  it('comes between fetch and push, and tells what it did', () => {
    ready(on)
      .asking({ kind: 'squash', position: farAhead })
      .when(squashed())
      .then('CommitsSquashed', 'PositionRead', 'StepStarted')
      .asking({ kind: 'push', position: { head: facts.oid('e') } })
      .when(facts.pushDone())
      .telling({ type: 'CycleSettled', outcome: 'pushed' })
  })

  it('comes before integrate, since a merge would end the run', () => {
    const swept = given(on).when(sync(), inspected(), committed(far), fetched(far))
    swept
      .asking({ kind: 'commit', changes: everything })
      .when(facts.nothingToCommit(far))
      .asking({ kind: 'squash' })
      .when(squashed({ ...facts.diverged, head: facts.oid('e') }))
      .asking({ kind: 'integrate' })
      .when(facts.merged(farAhead))
      .asking({ kind: 'push' })
  })

  it('looks at each tip once', () => {
    const nothing = { type: 'Squashed', squashed: null, position: farAhead } as const
    ready(on)
      .when(nothing)
      .asking({ kind: 'push' })
      .when(facts.pushRefused('non-fast-forward', farAhead), fetched(farAhead))
      .asking({ kind: 'push' })
  })

  it('is off unless it is asked for', () => {
    ready({}).asking({ kind: 'push' })
  })

  it('has nothing to do for a single commit', () => {
    given(on).when(sync(), inspected(), committed(), fetched(facts.ahead)).asking({ kind: 'push' })
  })

  it('leaves commits alone that are not pushed', () => {
    given({ ...on, push: false })
      .when(sync('manual'), inspected(farAhead), fetched(farAhead))
      .being({ phase: 'idle' })
    const declined = ready(on).when(squashed(farAhead), facts.pushRefused('declined', farAhead))
    const next = { ...farAhead, head: facts.oid('f') }
    declined
      .later(1_000)
      .when(sync(), inspected(next), committed(next), fetched(next))
      .being({ phase: 'idle' })
    const behind = { ...far, ahead: 2 }
    given({ ...on, pull: false })
      .when(sync(), inspected(), committed(behind), fetched(behind))
      .telling({ type: 'Halted' })
  })

  it('I17 waits for the remote to have answered', () => {
    const offline = given(on).when(
      sync(),
      inspected(),
      committed(farAhead),
      facts.failed('fetch', 'network'),
    )
    expect(offline.state.phase).toBe('idle')
    expect(offline.operation).toBeNull()
  })

  it('I9 stays halted where it failed, until nothing is unpushed', () => {
    const halted = ready(on).when(facts.failed('squash', 'unexpected'))
    halted.telling({ type: 'Halted' }).being({ phase: 'halted' })
    halted
      .when(sync(), inspected(farAhead), facts.nothingToCommit(farAhead))
      .when(facts.failed('fetch', 'network'))
      .being({ phase: 'halted' })
    halted
      .when(sync(), inspected(farAhead), facts.nothingToCommit(farAhead), fetched(farAhead))
      .when(facts.nothingToCommit(farAhead))
      .asking({ kind: 'squash' })
      .when(squashed())
      .telling({ type: 'Resumed' })
  })
})
