import { settingsOf } from '../support/settings.js'
import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { glance } from '../../src/git/glance.js'
import { takeInstanceLock } from '../../src/git/lock/instance-lock.js'
import { openRepository } from '../../src/git/repository.js'
import { openTouches } from '../../src/git/history/tree-entries.js'

/** Every file below, with what is in it and when it was written. */
const allOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map(
      (file) => `${file} ${String(statSync(file).mtimeMs)} ${readFileSync(file).toString('hex')}`,
    )

const look = (path: string) => glance(settingsOf(path))

describe('a glance at a repository', () => {
  it('sees branch, head, distance and changes', async () => {
    const remote = bareRemote()
    const a = cloneOf(remote)
    writeFiles(a, { 'a.txt': 'one\n' })
    commitAll(a, 'First')
    git(a, ['push', '-q', '-u', 'origin', 'main'])
    const head = commitAll(a, 'Second')
    writeFiles(a, { 'b.txt': 'two\n', 'c.txt': 'three\n', '.x.swp': 'held back\n' })
    expect(await look(a)).toMatchObject({
      head,
      position: { branch: 'main', ahead: 1, behind: 0 },
      dirty: 2,
      holder: null,
      problem: null,
    })
  })

  it('writes nothing, not even the index, where the times of files are stale', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n', 'b/c.txt': 'two\n' })
    utimesSync(join(dir, 'a.txt'), 1, 1)
    const before = allOf(dir)
    expect((await look(dir)).dirty).toBe(0)
    expect(allOf(dir)).toEqual(before)
  })

  it('writes nothing where a merge waits to be concluded', async () => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['switch', '-qc', 'side'])
    writeFiles(dir, { 'd/b': 'b\n' })
    commitAll(dir, 'Side')
    git(dir, ['switch', '-q', 'main'])
    git(dir, ['merge', '-q', '--no-ff', '--no-commit', 'side'])
    writeFiles(dir, { 'd/c': 'c\n' })
    git(dir, ['add', 'd/c'])
    const before = allOf(dir)
    expect(await look(dir)).toMatchObject({ problem: { kind: 'operation-in-progress' } })
    expect(allOf(dir)).toEqual(before)
  })

  it('sees what would be left out, as it is now, and not what is ignored on purpose', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(dir, { 'big.bin': 'x'.repeat(2000), '.x.swp': 'held back\n' })
    const of = async () => (await glance(settingsOf(dir, { maxFileSize: 1000 }))).skipped
    expect(await of()).toEqual([
      {
        type: 'PathSkipped',
        path: 'big.bin',
        reason: 'too-large',
        remedy: expect.stringContaining('maxFileSize') as string,
      },
    ])
    writeFiles(dir, { 'big.bin': 'small\n' })
    expect(await of()).toEqual([])
    expect((await look(join(dir, 'gone'))).skipped).toBeNull()
  })

  it('waits for no lock', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(dir, { '.git/index.lock': '', '.git/HEAD.lock': '', 'b.txt': 'two\n' })
    expect(await look(dir)).toMatchObject({ dirty: 1, problem: null })
  })

  it('names who syncs it, and nobody who is dead', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    const repository = await openRepository(dir)
    const taken = await takeInstanceLock(repository)
    expect((await look(dir)).holder).toMatchObject({ pid: process.pid })
    const lock = join(repository.ownDir, 'instance.lock')
    const { pid } = spawnSync('true')
    const dead = readFileSync(lock, 'utf8').replace(String(process.pid), String(pid))
    taken.giveBack()
    expect((await look(dir)).holder).toBeNull()
    writeFileSync(lock, dead)
    expect((await look(dir)).holder).toBeNull()
  })

  it('tells what is the matter, and what it sees beside it', async () => {
    const detached = committedRepository({ 'a.txt': 'one\n' })
    git(detached, ['checkout', '-q', '--detach'])
    writeFiles(detached, { 'b.txt': 'two\n' })
    expect(await look(detached)).toMatchObject({
      head: git(detached, ['rev-parse', 'HEAD']),
      position: null,
      dirty: 1,
      problem: { kind: 'detached-head' },
    })

    const merging = committedRepository({ 'a.txt': 'one\n' })
    git(merging, ['switch', '-qc', 'side'])
    writeFiles(merging, { 'a.txt': 'side\n' })
    commitAll(merging, 'Side')
    git(merging, ['switch', '-q', 'main'])
    writeFiles(merging, { 'a.txt': 'main\n' })
    commitAll(merging, 'Main')
    tryGit(merging, ['merge', 'side'])
    expect(await look(merging)).toMatchObject({
      position: { branch: 'main' },
      problem: { kind: 'operation-in-progress' },
    })

    const elsewhere = committedRepository({ 'a.txt': 'one\n' })
    expect(await glance(settingsOf(elsewhere, { branch: 'other' }))).toMatchObject({
      problem: { kind: 'wrong-branch' },
    })

    const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${String(n)}.txt`, 'x']))
    const emptied = committedRepository(many)
    for (const name of Object.keys(many)) rmSync(join(emptied, name))
    expect(await look(emptied)).toMatchObject({ dirty: 12, problem: { kind: 'root-emptied' } })
  })

  it('has a row for what is missing, no repository, broken or unborn', async () => {
    const gone = join(temporaryFolder(), 'gone')
    expect(await look(gone)).toMatchObject({ head: null, problem: { kind: 'root-emptied' } })
    expect((await look(temporaryFolder())).problem?.kind).toBe('not-a-repository')
    expect((await look(bareRemote())).problem?.kind).toBe('not-a-repository')
    const broken = committedRepository({ 'a.txt': 'one\n' })
    rmSync(join(broken, '.git', 'HEAD'))
    expect((await look(broken)).problem).not.toBeNull()
    const unborn = temporaryFolder()
    git(unborn, ['init', '-q'])
    writeFiles(unborn, { 'a.txt': 'one\n' })
    expect(await look(unborn)).toMatchObject({ head: null, dirty: 1, position: { branch: 'main' } })
  })
})

describe('whether a passage touches a path', () => {
  it('compares what was there before and after', async () => {
    const dir = committedRepository({ 'notes/a.md': 'one\n', 'b.md': 'b\n' })
    const first = git(dir, ['rev-parse', 'HEAD'])
    writeFiles(dir, { 'notes/a.md': 'two\n' })
    const second = commitAll(dir, 'Second')
    const touches = await openTouches(dir)
    for (const path of ['notes/a.md', 'notes']) {
      expect(await touches({ from: first, to: second }, path)).toBe(true)
      expect(await touches({ to: second }, path)).toBe(true)
      expect(await touches({ to: first }, path)).toBe(true)
      expect(await touches({ from: second, to: second }, path)).toBe(false)
    }
    expect(await touches({ from: first, to: second }, 'b.md')).toBe(false)
    expect(await touches({ from: null, to: second }, 'b.md')).toBe(true)
    expect(await touches({ from: first, to: second }, 'none')).toBe(false)
    expect(await touches({ from: 'f'.repeat(40), to: second }, 'notes')).toBe(false)
    git(dir, ['update-index', '--chmod=+x', 'b.md'])
    git(dir, ['commit', '-qm', 'Third'])
    expect(await touches({ to: git(dir, ['rev-parse', 'HEAD']) }, 'b.md')).toBe(true)
  })
})
