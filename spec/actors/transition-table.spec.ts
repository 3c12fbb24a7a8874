import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/actors/context.js'
import type { RepoEvent } from '../../src/actors/events.js'
import type { Step } from '../../src/actors/outcome.js'
import type { BusyPhase, Phase } from '../../src/actors/state.js'
import { phaseOf } from '../../src/actors/state.js'
import * as facts from '../support/facts.js'
import type { Scenario } from '../support/given.js'
import { given } from '../support/given.js'

type Expected = 'ignored' | readonly [Phase, ...RepoEvent['type'][]]
type Table = Readonly<Record<Phase, Readonly<Record<Input['type'], Expected>>>>

const { sync, inspected, committed, fetched } = facts
const begun = given().when(sync('manual'))

/** One repository in each phase; all of them got there by inputs. */
const examples: Readonly<Record<Phase, Scenario>> = {
  idle: given(),
  inspecting: begun,
  committing: given().when(sync(), inspected()),
  fetching: begun.when(inspected()),
  squashing: given({ squash: 1_000 }).when(
    sync(),
    inspected(),
    committed(facts.farAhead),
    fetched(facts.farAhead),
  ),
  integrating: given().when(
    sync(),
    inspected(),
    committed(),
    fetched(facts.diverged),
    facts.nothingToCommit(facts.diverged),
  ),
  pushing: given().when(sync(), inspected(), committed(), fetched(facts.ahead)),
  'backing-off': begun.when(facts.failed('inspect', 'locked')),
  halted: begun.when(facts.failed('inspect', 'detached-head')),
  paused: given().when(facts.pause()),
  stopped: given().when(facts.stop()),
}

const stepIn = (phase: Phase): Step =>
  (Object.keys(phaseOf) as Step[]).find((step) => phaseOf[step] === (phase as BusyPhase)) ??
  'inspect'

/** One input of each kind; a failure is one of the outstanding operation, where there is one. */
const inputs: Readonly<Record<Input['type'], (phase: Phase) => Input>> = {
  Sync: () => sync(),
  Pause: () => facts.pause('night'),
  Resume: () => facts.resume(),
  Stop: () => facts.stop(),
  WatchStarted: () => ({ type: 'WatchStarted', source: 'native' }),
  WatchDegraded: () => ({ type: 'WatchDegraded', source: 'poll', reason: 'r', remedy: 'r' }),
  Inspected: () => inspected(facts.ahead),
  Committed: () => committed(),
  Fetched: () => fetched(facts.ahead),
  Squashed: () => facts.squashed(),
  Integrated: () => facts.merged(),
  PushDone: () => facts.pushDone(),
  PushRefused: () => facts.pushRefused(),
  Underway: (phase) => facts.underway(phase === 'fetching' ? 'fetch' : 'push'),
  Failed: (phase) => facts.failed(stepIn(phase), 'locked'),
}

const ignored = 'ignored'

/** What each phase answers while it waits for something else. */
const noted = (phase: BusyPhase) =>
  ({
    Sync: [phase, 'SyncRequested'],
    Pause: [phase, 'PauseRequested'],
    Resume: [phase, 'ResumeRequested'],
    Stop: [phase, 'StopRequested'],
    WatchStarted: [phase, 'WatchStarted'],
    WatchDegraded: [phase, 'WatchDegraded'],
    Inspected: ignored,
    Committed: ignored,
    Fetched: ignored,
    Squashed: ignored,
    Integrated: ignored,
    PushDone: ignored,
    PushRefused: ignored,
    Underway: ignored,
    Failed: ['backing-off', 'OperationFailed', 'BackedOff'],
  }) as const satisfies Table[Phase]

/** No report is waited for. */
const unexpected = {
  Inspected: ignored,
  Committed: ignored,
  Fetched: ignored,
  Squashed: ignored,
  Integrated: ignored,
  PushDone: ignored,
  PushRefused: ignored,
  Underway: ignored,
  Failed: ignored,
} as const

const table: Table = {
  idle: {
    ...unexpected,
    Sync: ['inspecting', 'SyncRequested', 'CycleStarted', 'StepStarted'],
    Pause: ['paused', 'Paused'],
    Resume: ignored,
    Stop: ['stopped', 'StopRequested', 'Stopped'],
    WatchStarted: ['idle', 'WatchStarted'],
    WatchDegraded: ['idle', 'WatchDegraded'],
  },
  inspecting: {
    ...noted('inspecting'),
    Inspected: ['fetching', 'PositionRead', 'StepStarted'],
  },
  committing: {
    ...noted('committing'),
    Committed: ['fetching', 'CommitCreated', 'PositionRead', 'StepStarted'],
  },
  fetching: {
    ...noted('fetching'),
    Fetched: ['pushing', 'RemoteFetched', 'PositionRead', 'StepStarted'],
    Underway: ['fetching', 'StepStarted'],
  },
  squashing: {
    ...noted('squashing'),
    Squashed: ['pushing', 'CommitsSquashed', 'PositionRead', 'StepStarted'],
  },
  integrating: {
    ...noted('integrating'),
    Integrated: ['pushing', 'ConflictKept', 'MergeCommitted', 'PositionRead', 'StepStarted'],
  },
  pushing: {
    ...noted('pushing'),
    Underway: ['pushing', 'StepStarted'],
    PushDone: ['idle', 'Pushed', 'PositionRead', 'CycleSettled'],
    PushRefused: ['fetching', 'PushRejected', 'PositionRead', 'RoundEnded', 'StepStarted'],
  },
  'backing-off': {
    ...unexpected,
    Sync: ['inspecting', 'SyncRequested', 'StepStarted'],
    Pause: ['paused', 'Paused'],
    Resume: ignored,
    Stop: ['stopped', 'StopRequested', 'Stopped'],
    WatchStarted: ['backing-off', 'WatchStarted'],
    WatchDegraded: ['backing-off', 'WatchDegraded'],
  },
  halted: {
    ...unexpected,
    Sync: ['inspecting', 'SyncRequested', 'CycleStarted', 'StepStarted'],
    Pause: ['paused', 'Paused'],
    Resume: ignored,
    Stop: ['stopped', 'StopRequested', 'Stopped'],
    WatchStarted: ['halted', 'WatchStarted'],
    WatchDegraded: ['halted', 'WatchDegraded'],
  },
  paused: {
    ...unexpected,
    Sync: ignored,
    Pause: ['paused', 'Paused'],
    Resume: [
      'inspecting',
      'ResumeRequested',
      'Unpaused',
      'SyncRequested',
      'CycleStarted',
      'StepStarted',
    ],
    Stop: ['stopped', 'StopRequested', 'Stopped'],
    WatchStarted: ['paused', 'WatchStarted'],
    WatchDegraded: ['paused', 'WatchDegraded'],
  },
  stopped: {
    ...unexpected,
    Sync: ignored,
    Pause: ignored,
    Resume: ignored,
    Stop: ignored,
    WatchStarted: ignored,
    WatchDegraded: ignored,
  },
}

const phases = Object.keys(table) as Phase[]
const names = Object.keys(inputs) as Input['type'][]

describe('the transition table', () => {
  it.each(phases)('has an example of %s', (phase) => {
    expect(examples[phase].state.phase).toBe(phase)
  })

  describe.each(phases)('%s', (phase) => {
    it.each(names)('answers %s', (name) => {
      const expected = table[phase][name]
      const before = examples[phase]
      const after = before.when(inputs[name](phase))
      if (expected === 'ignored') {
        after.thenNothing()
        expect(after.state).toBe(before.state)
      } else {
        const [next, ...types] = expected
        after.then(...types)
        expect(after.state.phase).toBe(next)
      }
    })
  })
})
