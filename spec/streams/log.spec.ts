import { describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import { openWording, wordingOf } from '../../src/streams/log/wording.js'

const stamp = { repo: '/r', at: '2026-01-01T00:00:00.000Z', seq: 1 }
const oid = 'a'.repeat(40)
const settled = (outcome: 'offline' | 'halted' | 'up-to-date'): SyncOutcome => ({
  type: 'CycleSettled',
  outcome,
  head: oid,
  ahead: 0,
  behind: 0,
  durationMs: 5,
  ...stamp,
})
const network = { kind: 'network', message: 'No route.', remedy: 'Wait.' } as const
const failed: SyncOutcome = {
  type: 'OperationFailed',
  operation: 'fetch',
  problem: network,
  retryInMs: 10,
  ...stamp,
}

describe('the wording of the log', () => {
  it('tells an outage when it begins and when it ends, and nothing in between', () => {
    expect(wordingOf(failed, false)).toMatchObject({ level: 'warn' })
    expect(wordingOf(failed, true)).toMatchObject({ level: 'debug' })
    expect(wordingOf(settled('offline'), true)).toMatchObject({ level: 'debug' })
    expect(wordingOf(settled('up-to-date'), true)).toEqual({
      level: 'info',
      text: 'the remote is back',
    })
  })

  it('tells an outage as often where something waits for a person meanwhile', () => {
    const wording = openWording()
    const [halted, level] = [settled('halted'), settled('up-to-date')]
    const told = [halted, failed, halted, failed, halted, halted, failed, halted, level, failed]
    expect(
      told.map((outcome) => wording(outcome)).filter((line) => line.level !== 'debug'),
    ).toEqual([wordingOf(failed, false), wordingOf(level, true), wordingOf(failed, false)])
  })

  it('tells what is tried again when it begins, and anew after a cycle that came to its end', () => {
    const wording = openWording()
    const again = (kind: 'network' | 'work-tree-moved', message: string): SyncOutcome => ({
      type: 'OperationFailed',
      operation: 'integrate',
      problem: { kind, message, remedy: 'Wait.' },
      retryInMs: 10,
      ...stamp,
    })
    const levels = [
      again('network', 'Error downloading object: a.'),
      again('network', 'Error downloading object: b.'),
      again('work-tree-moved', 'a moved.'),
      again('network', 'Error downloading object: a.'),
      { ...again('network', 'Error downloading object: a.'), repo: '/other' },
      failed,
      settled('up-to-date'),
      again('network', 'Error downloading object: a.'),
    ].map((outcome) => wording(outcome).level)
    const expected = ['warn', 'debug', 'warn', 'debug', 'warn', 'warn', 'debug', 'warn']
    expect(levels).toEqual(expected)
  })

  it('tells a halt with kind, message and remedy', () => {
    const problem = { kind: 'no-identity', message: 'Nobody.', remedy: 'Set user.name.' } as const
    expect(wordingOf({ type: 'Halted', problem, ...stamp }, false)).toEqual({
      level: 'error',
      text: 'halted (no-identity): Nobody. Set user.name.',
    })
  })

  it('tells the words of a refusal once, and again where they are others or a push came through', () => {
    const wording = openWording()
    const rejected = (message: string): SyncOutcome => ({
      type: 'PushRejected',
      reason: 'declined',
      message,
      ...stamp,
    })
    const halted = (message: string): SyncOutcome => ({
      type: 'Halted',
      problem: { kind: 'declined', message, remedy: 'Ask.' },
      ...stamp,
    })
    const pushed: SyncOutcome = {
      type: 'Pushed',
      remote: 'origin',
      branch: 'main',
      from: null,
      to: oid,
      bytes: 1,
      ...stamp,
    }
    const told = [rejected('no'), halted('no'), rejected('no'), rejected('never')]
    const after = [pushed, rejected('never'), halted('damaged')]
    const lines = [...told, ...after].map(wording)
    expect(lines.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'warn push rejected (declined): no',
      'error halted (declined): Ask.',
      'debug push rejected (declined): no',
      'warn push rejected (declined): never',
      'info pushed aaaaaaa to origin/main',
      'warn push rejected (declined): never',
      'error halted (declined): damaged. Ask.',
    ])
  })

  it('ends a message with a full stop before the remedy', () => {
    const problem = { ...network, message: 'Could not resolve host: example.org' }
    expect(wordingOf({ ...failed, problem }, false).text).toBe(
      'fetch: Could not resolve host: example.org. Wait.',
    )
  })

  it('says until when a pause lasts, with the day where it is another', () => {
    const until = (ms: number): string => new Date(Date.now() + ms).toISOString()
    const said = (...ends: readonly (string | null)[]): string => {
      const reasons = ends.map((end, n) => ({ reason: String(n), until: end }))
      return wordingOf({ type: 'Paused', reasons, ...stamp }, false).text
    }
    expect(said(null)).toBe('paused until `gitsync resume` or a restart')
    expect(said(until(1_000), null)).toBe(said(null))
    expect(said(until(3 * 86_400_000))).toMatch(
      /^paused until \d\d:\d\d on \w{3} \w{3} \d\d \d{4}$/,
    )
    expect(said(until(1_000), until(3 * 86_400_000))).toBe(said(until(3 * 86_400_000)))
    expect(wordingOf({ type: 'Unpaused', ...stamp }, false).text).toBe('goes on after the pause')
  })

  it('says the subject of a commit alone', () => {
    const commit: SyncOutcome = {
      type: 'CommitCreated',
      oid,
      branch: 'main',
      added: 1,
      modified: 0,
      deleted: 0,
      paths: ['a'],
      message: 'Add a\n\nbody\n',
      ...stamp,
    }
    expect(wordingOf(commit, false).text).toBe('committed aaaaaaa Add a')
  })
})
