import { describe, expect, it } from 'vitest'
import { openAnnouncer } from '../../src/cli/telling/announce.js'
import type { SyncOutcome } from '../../src/index.js'

const stamp = (repo: string) => ({ repo, at: '2026-01-01T00:00:00.000Z', seq: 1 })

const watched = (repo: string): SyncOutcome => ({
  type: 'WatchStarted',
  source: 'native',
  ...stamp(repo),
})
const halted = (repo: string): SyncOutcome => ({
  type: 'Halted',
  problem: { kind: 'no-identity', message: 'm', remedy: 'r' },
  ...stamp(repo),
})
const stopped = (repo: string): SyncOutcome => ({ type: 'Stopped', ...stamp(repo) })

const open = () => {
  const told: string[] = []
  const announcer = openAnnouncer({
    watching: (text) => told.push(`people: ${text}`),
    ready: (text) => told.push(`systemd: ${text}`),
  })
  return { told, ...announcer }
}

describe('the announcer', () => {
  it('says once that everything is watched, and to systemd also where the rest waits for a person', () => {
    const { told, want, hear } = open()
    want(['/a', '/b'])
    for (const outcome of [watched('/a'), watched('/a'), halted('/b'), halted('/b')]) hear(outcome)
    expect(told).toEqual(['systemd: Watching 2 repositories, 1 waits for a person'])
    hear(watched('/b'))
    expect(told.slice(1)).toEqual(['people: Watching 2 repositories. Stop with Ctrl-C.'])
  })

  it('tells systemd of another set once all of it is watched, and people no more', () => {
    const { told, want, hear } = open()
    want(['/a'])
    hear(watched('/a'))
    want(['/a', '/b'])
    expect(told).toHaveLength(2)
    hear(watched('/b'))
    expect(told.at(-1)).toBe('systemd: Watching 2 repositories')
    want(['/b'])
    hear(stopped('/a'))
    want(['/a', '/b'])
    expect(told.slice(3)).toEqual(['systemd: Watching 1 repository'])
    hear(watched('/a'))
    expect(told.slice(4)).toEqual(['systemd: Watching 2 repositories'])
    want([])
    expect(told.slice(5)).toEqual(['systemd: Watching 0 repositories'])
  })
})
