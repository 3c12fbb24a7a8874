import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { mkdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createSyncPipeline } from '../../src/pipeline.js'
import { listConflicts } from '../../src/queries/conflicts.js'
import { writeCopy } from '../support/mending.js'

process.env.XDG_STATE_HOME = temporaryFolder()

const sync = (path: string) =>
  lastValueFrom(createSyncPipeline({ repos: [{ path }] }, { mode: 'once' }))

describe('the conflict copies', () => {
  it('of a real conflict name the commit and the machine that lost', async () => {
    const remote = bareRemote()
    const a = cloneOf(remote)
    writeFiles(a, { 'in/todo.md': 'base\n' })
    await sync(a)
    const b = cloneOf(remote)
    git(b, ['config', 'user.name', 'Bob'])
    writeFiles(a, { 'in/todo.md': 'first\n' })
    writeFiles(b, { 'in/todo.md': 'second\n' })
    await sync(a)
    await sync(b)
    const [conflict, ...others] = await listConflicts([b], { diff: true })
    expect(others).toEqual([])
    expect(conflict).toMatchObject({
      repo: b,
      origin: 'in/todo.md',
      present: true,
      machine: hostname(),
      author: 'Bob',
      commit: git(b, ['rev-parse', 'HEAD^1']),
      at: new Date(git(b, ['log', '-1', '--format=%cI', 'HEAD^1'])).toISOString(),
    })
    expect(conflict?.copy).toMatch(/^in\/todo\.sync-conflict-[\d-]{15}-[0-9a-f]{7}\.md$/)
    expect(conflict?.diff).toContain('-first\n+second\n')
  })

  it('are found by their names alone: not committed, ignored, alone, in folders', async () => {
    const dir = committedRepository({ a: 'a\n', '.gitignore': 'hidden*\n' })
    const copies = [
      writeCopy(dir, 'a', 'x\n', 1_700_000_000),
      writeCopy(dir, 'gone', 'y\n', 1_700_000_000),
      writeCopy(dir, 'hidden', 'z\n', 1_700_000_000),
      writeCopy(dir, 'in/ü [x]*', 'w\n', 1_700_000_000),
    ]
    writeFiles(dir, { 'b.sync-conflict-of-mine': '' })
    const found = await listConflicts([dir])
    expect(found.map(({ copy }) => copy)).toEqual([...copies].sort())
    expect(found.map(({ origin, present }) => [origin, present])).toEqual([
      ['a', true],
      ['gone', false],
      ['hidden', false],
      ['in/ü [x]*', false],
    ])
    expect(
      found.every(
        ({ commit, machine, author, diff }) => !commit && !machine && !author && diff === null,
      ),
    ).toBe(true)
    expect(git(dir, ['status', '--porcelain'])).toContain('sync-conflict')
  })

  it('that git deleted, or a person did, are none', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const copy = writeCopy(dir, 'a', 'x\n', 1_700_000_000)
    commitAll(dir, 'Merge')
    rmSync(join(dir, copy))
    expect(await listConflicts([dir])).toEqual([])
  })

  it('of a folder or a file alone', async () => {
    const dir = committedRepository({ 'in/a': 'a\n', 'inner/a': 'a\n' })
    writeCopy(dir, 'in/a', 'x\n', 1_700_000_000)
    writeCopy(dir, 'inner/a', 'x\n', 1_700_000_000)
    mkdirSync(join(dir, 'empty'))
    const counted = async (...places: readonly string[]) =>
      (await listConflicts(places.map((place) => join(dir, place)))).length
    expect(await counted('.', 'in')).toBe(2)
    expect(await counted('in')).toBe(1)
    expect(await counted('in/a')).toBe(1)
    expect(await counted('empty')).toBe(0)
  })
})
