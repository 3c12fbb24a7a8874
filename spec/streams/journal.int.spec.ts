import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import fs from 'fs-extra'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SyncOutcome } from '../../src/actors/outcome.js'
import { journalFile, journalFolder, openJournal } from '../../src/streams/journal.js'

const repo = '/home/ada/Notes'

const outcome = (seq: number): SyncOutcome => ({
  type: 'Resumed',
  repo,
  at: '2026-01-02T03:04:05.678Z',
  seq,
})

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitsync-journal-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const never = (message: string): void => {
  throw new Error(message)
}

const open = () => openJournal(folder, repo, never)

const lines = (): readonly string[] =>
  readFileSync(journalFile(folder, repo), 'utf8').trimEnd().split('\n')

describe('the journal', () => {
  it('is one NDJSON file per repository, in the state folder', () => {
    expect(journalFolder({ XDG_STATE_HOME: '/s' })).toBe('/s/gitsync')
    for (const state of [{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'state' }])
      expect(journalFolder(state)).toBe(join(homedir(), '.local/state/gitsync'))
    expect(journalFile('/s', '/a/Notes')).not.toBe(journalFile('/s', '/b/Notes'))
    open().append([outcome(1), outcome(2)])
    expect(lines()).toEqual([JSON.stringify(outcome(1)), JSON.stringify(outcome(2))])
  })

  it('is not put where gitsync is started, whatever HOME says', () => {
    for (const home of ['', 'home']) {
      vi.stubEnv('HOME', home)
      expect(journalFolder({})).toBe(join(userInfo().homedir, '.local/state/gitsync'))
    }
    vi.unstubAllEnvs()
  })

  it('has room for the longest name of a folder', () => {
    const long = `/home/ada/${'n'.repeat(255)}`
    openJournal(folder, long, never).append([outcome(1)])
    expect(openJournal(folder, long, never).lastSeq).toBe(1)
    expect(`${basename(journalFile(folder, long))}.1`.length).toBeLessThan(256)
  })

  it('knows the last seq of an earlier run', () => {
    expect(open().lastSeq).toBe(0)
    open().append([outcome(1), outcome(2)])
    expect(open().lastSeq).toBe(2)
  })

  it('drops a torn last line, wherever it was torn', () => {
    open().append([outcome(1), outcome(2)])
    const file = journalFile(folder, repo)
    const whole = readFileSync(file)
    const first = whole.indexOf('\n') + 1
    for (let size = first; size < whole.length; size += 1) {
      writeFileSync(file, whole)
      truncateSync(file, size)
      expect(open().lastSeq).toBe(1)
      expect(lines()).toHaveLength(1)
    }
  })

  it('passes over a line that is no outcome', () => {
    open().append([outcome(7)])
    writeFileSync(journalFile(folder, repo), 'not json\n{"seq":"x"}\n', { flag: 'a' })
    expect(open().lastSeq).toBe(7)
  })

  it('is rotated by size, keeps three old ones and goes on counting', () => {
    const journal = open()
    const padding = 'x'.repeat(1_000_000)
    for (let seq = 1; seq <= 60; seq += 1)
      journal.append([{ ...outcome(seq), repo: `${repo}${padding}` }])
    const names = readdirSync(folder).map((name) => name.replace(/^.*\.ndjson/, ''))
    expect(names.sort()).toEqual(['', '.1', '.2', '.3'])
    expect(open().lastSeq).toBe(60)
    rmSync(journalFile(folder, repo))
    expect(open().lastSeq).toBeGreaterThan(50)
  })

  it('goes on with a line of its own after one that was cut short', () => {
    const told: string[] = []
    const journal = openJournal(folder, repo, (message) => told.push(message))
    journal.append([outcome(1)])
    const append = fs.appendFileSync
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const cut = vi.spyOn(fs, 'appendFileSync').mockImplementation((file, text) => {
      append(file, String(text).slice(0, -10))
      throw full
    })
    journal.append([outcome(2), outcome(3)])
    journal.append([outcome(4)])
    cut.mockRestore()
    expect(lines()).toEqual([1, 2].map((seq) => JSON.stringify(outcome(seq))))
    journal.append([outcome(5)])
    expect(lines()).toEqual([1, 2, 5].map((seq) => JSON.stringify(outcome(seq))))
    expect(told).toEqual([full.message])
  })

  it('tells once that it cannot be written, and never stops a sync', () => {
    const told: string[] = []
    const file = join(folder, 'a file, not a folder')
    writeFileSync(file, '')
    const journal = openJournal(file, repo, (message) => told.push(message))
    journal.append([outcome(1)])
    journal.append([outcome(2)])
    expect(journal.lastSeq).toBe(0)
    expect(told).toHaveLength(1)
  })
})
