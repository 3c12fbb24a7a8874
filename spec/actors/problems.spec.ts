import { describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import { outageKinds, passingKinds, refusalKinds } from '../../src/actors/problem.js'
import type { Problem } from '../../src/actors/problem.js'
import * as facts from '../support/facts.js'
import { given } from '../support/given.js'
import type { Scenario } from '../support/given.js'

const { sync, inspected, committed, nothingToCommit, fetched, integrated, failed } = facts

const fetching = given().when(sync('fetch-due'), inspected())
const pushing = given().when(sync(), inspected(), committed(), fetched(facts.ahead))
const integrating = given().when(
  sync('fetch-due'),
  inspected(),
  fetched(facts.diverged),
  nothingToCommit(facts.diverged),
)

/** Tries that were due, and failed one way or the other. */
const triedAgain = (down: Scenario, times: number): Scenario =>
  Array.from({ length: times }).reduce<Scenario>(
    (so, _, n) =>
      so
        .later(300_000)
        .when(sync('retry'), inspected(), failed('fetch', n % 2 === 0 ? 'timeout' : 'network')),
    down,
  )

describe('an outage', () => {
  it.each(outageKinds)('I10 rests the talk on %s, and tells when it is tried again', (kind) => {
    fetching
      .when(failed('fetch', kind))
      .then('OperationFailed', 'TalkSuspended', 'CycleSettled')
      .telling({ type: 'OperationFailed', operation: 'fetch', retryInMs: 1_000 })
      .telling({ type: 'CycleSettled', outcome: 'offline' })
      .being({ phase: 'idle' })
  })

  it('L6 waits longer each time, whichever way it fails, and five minutes at most', () => {
    const down = fetching.when(failed('fetch', 'network'))
    triedAgain(down, 1).telling({ type: 'OperationFailed', retryInMs: 2_000 })
    triedAgain(down, 4).telling({ type: 'OperationFailed', retryInMs: 16_000 })
    triedAgain(down, 40).telling({ type: 'OperationFailed', retryInMs: 300_000 })
  })

  it('L6 waits no longer for tries that fresh work or a person brought forward', () => {
    const down = triedAgain(fetching.when(failed('fetch', 'network')), 4)
    const [saved, asked] = [
      [sync(), inspected(), committed()],
      [sync('manual'), inspected()],
    ]
    for (const hurried of [saved, asked])
      down
        .later(2_000)
        .when(...hurried, failed('fetch', 'network'))
        .telling({ type: 'OperationFailed', retryInMs: 16_000 })
        .later(16_000)
        .when(sync('retry'), inspected(), failed('fetch', 'network'))
        .telling({ type: 'OperationFailed', retryInMs: 32_000 })
  })

  it('I10 never stops a commit', () => {
    fetching
      .when(failed('fetch', 'network'), sync(), inspected())
      .asking({ kind: 'commit' })
      .later(1)
      .when(nothingToCommit(facts.ahead))
      .telling({ type: 'CycleSettled', outcome: 'offline' })
  })

  it('is asked after early by fresh work, though not hot', () => {
    const down = triedAgain(fetching.when(failed('fetch', 'network')), 6).when(sync(), inspected())
    down.later(1_999).when(committed()).telling({ type: 'CycleSettled', outcome: 'offline' })
    down.later(2_000).when(committed()).asking({ kind: 'fetch' })
    down.later(2_000).when(nothingToCommit(facts.ahead)).telling({ type: 'CycleSettled' })
  })

  it('I3 fresh work hurries just as much when a fetch is due with it', () => {
    triedAgain(fetching.when(failed('fetch', 'network')), 6)
      .when(sync('fetch-due', ['a']), inspected())
      .later(2_000)
      .when(committed())
      .asking({ kind: 'fetch' })
  })

  it('I6 pushes by a retry what was committed meanwhile', () => {
    fetching
      .when(failed('fetch', 'network'), sync(), inspected(), committed())
      .being({ phase: 'idle' })
      .later(86_400_000)
      .when(sync('retry'), inspected(facts.ahead), fetched(facts.ahead))
      .telling({ type: 'TalkRestored', operation: 'fetch' })
      .asking({ kind: 'push' })
  })

  it('of the push alone leaves the fetch alone', () => {
    pushing
      .when(failed('push', 'network'), sync('fetch-due'), inspected(facts.ahead))
      .asking({ kind: 'fetch' })
      .when(fetched(facts.ahead))
      .telling({ type: 'CycleSettled', outcome: 'offline' })
  })

  it('of the push alone does not grow hot because the fetch goes well', () => {
    const again = [
      sync('retry'),
      inspected(facts.ahead),
      fetched(facts.ahead),
      failed('push', 'network'),
    ]
    pushing
      .when(failed('push', 'network'))
      .later(300_000)
      .when(...again)
      .later(300_000)
      .when(...again)
      .telling({ type: 'OperationFailed', operation: 'push', retryInMs: 4_000 })
  })

  it('is over where there is no remote any more', () => {
    fetching
      .when(failed('fetch', 'network'), sync('rescan'), inspected(facts.alone))
      .telling({ type: 'TalkRestored', operation: 'fetch' })
      .telling({ type: 'CycleSettled', outcome: 'up-to-date' })
  })
})

describe('a refusal', () => {
  it.each(refusalKinds)('I9 I10 tells %s once and goes on committing', (kind) => {
    fetching
      .when(failed('fetch', kind))
      .then('OperationFailed', 'TalkSuspended', 'Halted', 'CycleSettled')
      .telling({ type: 'OperationFailed', retryInMs: null })
      .telling({ type: 'CycleSettled', outcome: 'halted' })
      .being({ phase: 'idle' })
      .when(sync('manual'), inspected(), failed('fetch', kind))
      .then('TalkSuspended', 'CycleSettled')
      .when(sync(), inspected())
      .asking({ kind: 'commit' })
  })

  it('L6 is asked after at the pace of the fetches, then ever more rarely', () => {
    const refused = fetching.when(failed('fetch', 'authentication'))
    refused.later(59_999).when(sync('fetch-due'), inspected()).then('PositionRead', 'CycleSettled')
    refused.later(60_000).when(sync('fetch-due'), inspected()).asking({ kind: 'fetch' })
    const twice = refused
      .later(60_000)
      .when(sync('fetch-due'), inspected(), failed('fetch', 'authentication'))
    twice.later(119_999).when(sync('fetch-due'), inspected()).then('PositionRead', 'CycleSettled')
    twice.later(120_000).when(sync('fetch-due'), inspected()).asking({ kind: 'fetch' })
  })

  it.each([
    ['branch is currently checked out', /bare/],
    ['unable to write file: No space left on device (unpacker error)', /^Free some space where/],
    ['no', /^Ask the owner/],
  ])('has a remedy for %s', (message, remedy) => {
    pushing.when(facts.pushRefused('declined', facts.ahead, message)).telling({
      type: 'Halted',
      problem: expect.objectContaining({
        message,
        remedy: expect.stringMatching(remedy) as string,
      }) as Problem,
    })
  })

  it('I10 of a push stops neither commits nor fetches', () => {
    pushing
      .when(facts.pushRefused('declined'))
      .telling({ type: 'Halted', problem: expect.objectContaining({ kind: 'declined' }) })
      .when(sync(), inspected(facts.ahead))
      .asking({ kind: 'commit' })
      .when(committed())
      .asking({ kind: 'fetch' })
      .when(fetched(facts.ahead))
      .telling({ type: 'CycleSettled', outcome: 'halted' })
  })

  it('I9 tells its end once, when the push gets through', () => {
    pushing
      .when(
        facts.pushRefused('declined'),
        sync('manual'),
        inspected(facts.ahead),
        fetched(facts.ahead),
      )
      .when(facts.pushDone())
      .then('Pushed', 'PositionRead', 'TalkRestored', 'Resumed', 'CycleSettled')
      .when(sync('manual'), inspected(), fetched())
      .then('RemoteFetched', 'PositionRead', 'CycleSettled')
  })

  it('I9 tells its end when there is nothing left to push', () => {
    pushing
      .when(facts.pushRefused('declined'), sync('rescan'), inspected())
      .then('PositionRead', 'TalkRestored', 'Resumed', 'CycleSettled')
  })

  it('I9 is not told again after an outage that hid it, and its end is told', () => {
    const hidden = fetching.when(
      failed('fetch', 'authentication'),
      sync('manual'),
      inspected(),
      failed('fetch', 'network'),
    )
    hidden
      .telling({ type: 'CycleSettled', outcome: 'halted' })
      .when(sync('manual'), inspected(), failed('fetch', 'authentication'))
      .then('TalkSuspended', 'CycleSettled')
    hidden
      .when(sync('manual'), inspected(), fetched())
      .then('RemoteFetched', 'PositionRead', 'TalkRestored', 'Resumed', 'CycleSettled')
  })

  it('I9 of a push outlasts an outage of the fetch', () => {
    pushing
      .when(facts.pushRefused('declined'))
      .when(sync('manual'), inspected(facts.ahead), failed('fetch', 'network'))
      .when(sync('fetch-due'), inspected(facts.ahead))
      .later(1_000)
      .when(sync('fetch-due'), inspected(facts.ahead), fetched(facts.ahead))
      .then('RemoteFetched', 'PositionRead', 'TalkRestored', 'CycleSettled')
      .telling({ type: 'CycleSettled', outcome: 'halted' })
  })
})

describe('a passing problem', () => {
  it.each(passingKinds)(
    'L4 waits on %s, longer each time, and tells when it is tried again',
    (kind) => {
      const first = given().when(sync(), inspected(), failed('commit', kind))
      first
        .then('OperationFailed', 'BackedOff')
        .telling({ type: 'OperationFailed', retryInMs: 100 })
        .being({ phase: 'backing-off' })
        .when(sync('retry'), inspected(), failed('commit', kind))
        .telling({ type: 'OperationFailed', retryInMs: 200 })
    },
  )

  it('L4 halts when it was tried often enough, and is then asked after in silence', () => {
    const retry = [sync('retry'), inspected(), failed('commit', 'locked')]
    const spent = given()
      .when(sync(), inspected(), failed('commit', 'locked'), ...retry, ...retry, ...retry)
      .then('OperationFailed', 'HaltEntered', 'Halted', 'CycleSettled')
      .telling({ type: 'OperationFailed', retryInMs: null })
      .being({ phase: 'halted' })
    spent.when(sync(), inspected(), failed('commit', 'locked')).then('HaltEntered', 'CycleSettled')
    spent.when(sync(), inspected(), committed(facts.alone)).telling({ type: 'Resumed' })
  })

  it.each([facts.stop(), facts.pause()])('is not waited for when $type is asked for', (wish) => {
    given()
      .when(sync(), inspected(), wish, failed('commit', 'locked'))
      .telling({ type: 'OperationFailed', retryInMs: null })
      .telling({ type: wish.type === 'Stop' ? 'Stopped' : 'Paused' })
  })

  it('I3 takes in the triggers that come meanwhile', () => {
    given()
      .when(sync(), inspected(), sync('worktree-changed', ['b']), failed('commit', 'locked'))
      .when(sync('fetch-due', ['c']))
      .then('SyncRequested')
      .when(sync('worktree-changed'))
      .then('SyncRequested', 'StepStarted')
      .when(inspected())
      .asking({ kind: 'commit', changes: { kind: 'paths', paths: new Set(['a', 'b', 'c']) } })
      .when(nothingToCommit())
      .asking({ kind: 'fetch' })
  })

  it('I3 asks the remote anew after its wait', () => {
    integrating
      .when(failed('integrate', 'locked'), sync('fetch-due'), sync('retry'))
      .when(inspected(facts.diverged))
      .asking({ kind: 'fetch' })
  })

  it.each(['fetch-due', 'rescan'] as const)('L4 keeps its growing delay over %s', (trigger) => {
    given()
      .when(sync(), inspected(), failed('commit', 'locked'), sync(trigger))
      .then('SyncRequested')
      .being({ phase: 'backing-off' })
  })

  it('I13 commits everything anew after its wait', () => {
    given()
      .when(sync(), inspected(facts.behind), nothingToCommit(facts.behind))
      .when(nothingToCommit(facts.behind), failed('integrate', 'locked'))
      .when(sync('retry'), inspected(facts.behind), nothingToCommit(facts.behind))
      .when(fetched(facts.behind))
      .asking({ kind: 'commit', changes: everything })
  })
})

it('I5 a position that cannot be integrated is asked for again, then waited for', () => {
  const round = [integrated(facts.behind), fetched(facts.behind)]
  given()
    .when(sync('fetch-due'), inspected(), fetched(facts.behind), nothingToCommit(facts.behind))
    .when(...round, ...round, ...round, ...round, ...round, integrated(facts.behind))
    .being({ phase: 'backing-off' })
})
