import { describe, expect, it } from 'vitest'
import type { CycleOutcome, Fact, SyncOutcome, Trigger } from '../../src/actors/outcome.js'
import type { ProblemKind } from '../../src/actors/problem.js'
import type { Standing } from '../../src/queries/standing.js'
import { tellStanding, unheardOf } from '../../src/queries/standing.js'
import { problem } from '../support/facts.js'

/** The time of the outcome in this place. */
const at = (n: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString()

const told = (...facts: readonly Fact[]): Standing =>
  facts
    .map((fact, n): SyncOutcome => ({ ...fact, repo: '/r', at: at(n), seq: n + 1 }))
    .reduce(tellStanding, unheardOf)

const started = (trigger: Trigger = 'worktree-changed'): Fact => ({ type: 'CycleStarted', trigger })

const settled = (outcome: CycleOutcome): Fact => ({
  type: 'CycleSettled',
  outcome,
  head: null,
  ahead: 0,
  behind: 0,
  durationMs: 5,
})

const halted = (kind: ProblemKind): Fact => ({ type: 'Halted', problem: problem(kind) })
const resumed: Fact = { type: 'Resumed' }

const failed = (kind: ProblemKind, retryInMs: number | null): Fact => ({
  type: 'OperationFailed',
  operation: 'fetch',
  problem: problem(kind),
  retryInMs,
})

const kinds = ({ waiting }: Standing): readonly ProblemKind[] => waiting.map(({ kind }) => kind)

describe('what the journal says of a repository', () => {
  it('knows nothing of what it never heard of', () => {
    expect(told()).toEqual(unheardOf)
  })

  it('remembers when a sync last ended well, over outages and halts', () => {
    const before = [started('startup'), settled('pushed')]
    expect(told(...before).lastSync).toBe(at(1))
    expect(told(...before, started(), settled('offline')).lastSync).toBe(at(1))
    expect(told(...before, started(), settled('halted')).lastSync).toBe(at(1))
    expect(told(...before, started(), settled('up-to-date')).lastSync).toBe(at(3))
  })

  it('is busy from the start of a cycle to its end, or to the stop', () => {
    expect(told(started()).busySince).toBe(at(0))
    expect(told(started(), settled('pushed')).busySince).toBeNull()
    expect(told(started(), { type: 'Stopped' }).busySince).toBeNull()
  })

  it('is paused from when it is told until anything goes on', () => {
    const end = '2026-01-02T03:04:05.678Z'
    const paused = (until: string | null): Fact => ({
      type: 'Paused',
      reasons: [{ reason: 'person', until }],
    })
    expect(told(started(), paused(null))).toMatchObject({
      busySince: null,
      paused: { since: at(1), until: null },
    })
    expect(told(paused(null), paused(end)).paused).toEqual({ since: at(0), until: end })
    for (const over of [{ type: 'Unpaused' }, { type: 'Stopped' }, started('startup')] as const)
      expect(told(paused(null), over).paused).toBeNull()
  })

  it('dates a state from its first cycle, and a good one from the last thing that happened', () => {
    const offline = [settled('pushed'), settled('offline'), settled('offline')]
    expect(told(...offline).since).toBe(at(1))
    expect(told(...offline, settled('up-to-date')).since).toBe(at(3))
    expect(told(settled('pulled'), settled('up-to-date'), settled('up-to-date')).since).toBe(at(0))
    expect(told(settled('up-to-date'), settled('pulled')).since).toBe(at(1))
  })

  it('says what is tried again, and when, until it is over', () => {
    const outage = [started(), failed('network', 2_000)]
    expect(told(...outage).trying).toEqual({ problem: problem('network'), at: at(3) })
    expect(told(...outage, settled('offline')).trying?.at).toBe(at(3))
    expect(told(...outage, settled('offline'), started(), settled('pushed')).trying).toBeNull()
    expect(told(started(), failed('declined', null)).trying).toBeNull()
  })

  it('waits for a person from the halt to its end', () => {
    const refused = [started(), halted('authentication'), settled('halted')]
    expect(kinds(told(...refused))).toEqual(['authentication'])
    expect(kinds(told(...refused, started(), resumed, settled('pushed')))).toEqual([])
    expect(kinds(told(...refused, started(), settled('offline')))).toEqual([])
  })

  it('tells one of two problems still when the other ended: what halts the repository ends first', () => {
    const both = [halted('authentication'), halted('no-identity'), settled('halted')]
    expect(kinds(told(...both))).toEqual(['authentication', 'no-identity'])
    expect(kinds(told(...both, resumed, settled('halted')))).toEqual(['authentication'])
  })

  it('forgets with a new process, which tells what lasts anew', () => {
    const before = [halted('no-identity'), settled('halted'), failed('locked', 1_000)]
    const after = told(...before, started('startup'))
    expect([kinds(after), after.trying]).toEqual([[], null])
    expect(told(...before, started('startup'), halted('no-identity'), settled('halted'))).toEqual(
      expect.objectContaining({ since: at(1), waiting: [problem('no-identity')] }),
    )
  })

  it('takes what a later version may tell for nothing', () => {
    const later = { type: 'Teleported', repo: '/r', at: at(9), seq: 9 } as unknown as SyncOutcome
    expect(tellStanding(told(settled('pushed')), later)).toEqual(told(settled('pushed')))
  })
})
