import { describe, expect, it } from 'vitest'
import type { ProblemKind } from '../../src/actors/problem.js'
import type { Glance } from '../../src/git/glance.js'
import type { RepositoryStatus } from '../../src/queries/repository-status.js'
import { statusOf } from '../../src/queries/repository-status.js'
import type { Standing } from '../../src/queries/standing.js'
import { unheardOf } from '../../src/queries/standing.js'
import { ahead, alone, behind, level, oid, problem } from '../support/facts.js'

const calm: Glance = {
  head: oid('a'),
  position: level,
  dirty: 0,
  skipped: [],
  holder: { pid: 7, host: 'here' },
  problem: null,
  ruledOut: new Set<ProblemKind>(['detached-head']),
}

const settled: Standing = { ...unheardOf, ending: 'well', since: 'S', lastSync: 'L' }

const status = (
  glance: Partial<Glance>,
  standing: Partial<Standing> = {},
  wishes: { readonly pull?: boolean; readonly push?: boolean } = {},
): RepositoryStatus =>
  statusOf(
    // Nothing else of the settings is looked at.
    { path: '/r', pull: true, push: true, ...wishes } as Parameters<typeof statusOf>[0],
    { ...settled, ...standing },
    { ...calm, ...glance },
  )

describe('the status of a repository', () => {
  it('is up to date where there is nothing to do', () => {
    expect(status({})).toEqual({
      repo: '/r',
      branch: 'main',
      head: oid('a'),
      state: 'up-to-date',
      since: 'S',
      ahead: 0,
      behind: 0,
      dirty: 0,
      skipped: [],
      lastSync: 'L',
      nextTry: null,
      problem: null,
      daemon: { pid: 7, host: 'here' },
    })
  })

  it('is up to date beside what is left out, which is told as it was found now', () => {
    const big = { path: 'big', reason: 'too-large', remedy: 'Less.' } as const
    expect(status({ skipped: [{ type: 'PathSkipped', ...big }] })).toMatchObject({
      state: 'up-to-date',
      skipped: [big],
    })
    expect(status({ skipped: null }).skipped).toBeNull()
  })

  it('is pending where something waits that is wished for', () => {
    expect(status({ dirty: 1 }).state).toBe('pending')
    expect(status({ position: ahead }).state).toBe('pending')
    expect(status({ position: behind }).state).toBe('pending')
    expect(status({ position: ahead }, {}, { push: false }).state).toBe('up-to-date')
    expect(status({ position: behind }, {}, { pull: false }).state).toBe('up-to-date')
  })

  it('knows no distance to a remote that there is not', () => {
    expect(status({ position: alone })).toMatchObject({ ahead: null, behind: null })
  })

  it('is syncing only while somebody lives who does it', () => {
    expect(status({}, { busySince: 'B' })).toMatchObject({ state: 'syncing', since: 'B' })
    expect(status({ holder: null }, { busySince: 'B' }).state).toBe('up-to-date')
  })

  it('is paused only while the daemon lives that was asked for it, and a halt is told all the same', () => {
    const paused = { since: 'P', until: 'U' }
    expect(status({ dirty: 1 }, { paused })).toMatchObject({
      state: 'paused',
      since: 'P',
      nextTry: 'U',
      problem: null,
    })
    expect(status({ dirty: 1, holder: null }, { paused }).state).toBe('pending')
    expect(status({}, { paused, waiting: [problem('conflict')] }).state).toBe('halted')
  })

  it('says when it is tried again, where somebody lives who does it', () => {
    const trying = { problem: problem('network'), at: 'T' }
    const offline = { ending: 'offline', trying } as const
    expect(status({}, offline)).toMatchObject({
      state: 'offline',
      since: 'S',
      nextTry: 'T',
      problem: problem('network'),
    })
    expect(status({ holder: null }, offline)).toMatchObject({ state: 'offline', nextTry: null })
    const locked = { trying: { problem: problem('locked'), at: 'T' }, busySince: 'B' }
    expect(status({}, locked)).toMatchObject({ state: 'retrying', nextTry: 'T' })
  })

  it('is halted by what the journal tells, unless a look shows that it has passed', () => {
    const waiting = [problem('authentication')]
    expect(status({}, { ending: 'halted', waiting })).toMatchObject({
      state: 'halted',
      since: 'S',
      problem: problem('authentication'),
    })
    expect(status({}, { ending: 'halted', waiting: [problem('detached-head')] })).toMatchObject({
      state: 'up-to-date',
      problem: null,
    })
  })

  it('is halted by what a look shows, whatever the journal tells', () => {
    const seen = { problem: problem('operation-in-progress'), ruledOut: new Set<ProblemKind>() }
    expect(status(seen, { waiting: [problem('authentication')] })).toMatchObject({
      state: 'halted',
      problem: problem('operation-in-progress'),
    })
    expect(status({ ...seen, problem: problem('locked') })).toMatchObject({ state: 'retrying' })
  })
})
