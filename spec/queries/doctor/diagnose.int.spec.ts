import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RepoConfig } from '../../../src/config/sync-config.js'
import type { Check, CheckName } from '../../../src/queries/doctor/check.js'
import { diagnose } from '../../../src/queries/doctor/diagnose.js'
import { openRepository } from '../../../src/git/repository.js'
import { takeInstanceLock } from '../../../src/git/lock/instance-lock.js'
import { snapshotOf } from './snapshot.js'

beforeEach(() => {
  process.env.XDG_STATE_HOME = join(temporaryFolder(), 'not', 'there', 'yet')
})

const checksOf = (...repos: readonly RepoConfig[]): Promise<readonly Check[]> =>
  lastValueFrom(diagnose({ repos }).pipe(toArray()))

const check = async (path: string, name: CheckName, wishes: Partial<RepoConfig> = {}) => {
  const found = (await checksOf({ ...wishes, path })).find((one) => one.check === name)
  if (found === undefined) throw new Error(`nothing is said of ${name}`)
  return found
}

/** A clone whose branch is on the remote, with an index that any `git status` would refresh. */
const pushedClone = (): { readonly path: string; readonly remote: string } => {
  const remote = bareRemote()
  const path = cloneOf(remote)
  writeFiles(path, { 'a.txt': 'a\n', 'sub/b.txt': 'b\n' })
  commitAll(path, 'First')
  git(path, ['push', '--quiet', '-u', 'origin', 'main'])
  utimesSync(join(path, 'a.txt'), 1, 1)
  return { path, remote }
}

describe('diagnose', () => {
  it('finds nothing to say against a clone and its remote, and touches neither', async () => {
    const { path, remote } = pushedClone()
    writeFiles(path, { 'new.txt': 'not committed\n' })
    const before = [snapshotOf(path), snapshotOf(remote)]
    const checks = await checksOf({ path })
    expect(checks.filter(({ level }) => level === 'fail')).toEqual([])
    expect([snapshotOf(path), snapshotOf(remote)]).toEqual(before)
    expect(tryGit('/', ['-C', process.env.XDG_STATE_HOME ?? '', 'status']).text).toContain(
      'cannot change to',
    )
  })

  it('tells the machine first, then each repository in the order of the config', async () => {
    const paths = [committedRepository({ a: 'a' }), committedRepository({ b: 'b' })]
    const checks = await checksOf(...paths.map((path) => ({ path })))
    expect([...new Set(checks.map(({ repo }) => repo))]).toEqual([null, ...paths])
  })

  it('does nothing before it is subscribed to, and throws what is wrong with the config at once', () => {
    expect(() => diagnose({ repos: [{ path: '/nowhere/at/all' }] })).toThrow('/nowhere/at/all')
  })

  it('counts the folders that are to be watched, and not those that git ignores', async () => {
    const path = committedRepository({ 'a/b/c.txt': 'c', '.gitignore': 'node_modules/\n' })
    mkdirSync(join(path, 'node_modules', 'x', 'y'), { recursive: true })
    writeFileSync(join(path, 'node_modules', 'x', 'y', 'z'), '')
    expect((await check(path, 'watches')).message).toMatch(/^3 folders to watch/)
    expect((await check(path, 'watches', { watch: 'poll' })).message).toMatch(/^0 folders/)
  })
})

describe('a repository that cannot be served', () => {
  it.each([
    ['a folder', () => temporaryFolder(), /^not-a-repository/],
    ['a bare repository', () => bareRemote(), /^not-a-repository/],
    [
      'sha256 names',
      () => {
        const path = temporaryFolder()
        git(path, ['init', '--quiet', '--object-format=sha256'])
        return path
      },
      /^unexpected/,
    ],
    [
      'a split index',
      () => {
        const path = committedRepository({ a: 'a' })
        git(path, ['update-index', '--split-index'])
        return path
      },
      /^unexpected: .*extension: 'link'/,
    ],
    [
      'a sparse checkout',
      () => {
        const path = committedRepository({ 'a/b': 'b', c: 'c' })
        git(path, ['sparse-checkout', 'set', 'a'])
        return path
      },
      /^unexpected: .*sparse checkout/,
    ],
  ])('as %s is told, with a remedy', async (_name, make, message) => {
    const found = await check(make(), 'repository')
    expect(found).toMatchObject({
      level: 'fail',
      message: expect.stringMatching(message) as string,
    })
    expect(found.remedy).not.toBeNull()
  })
})

describe('the branch', () => {
  it('fails where HEAD is on none, on another, or in the middle of something', async () => {
    const path = committedRepository({ a: 'a' })
    expect((await check(path, 'branch', { branch: 'work' })).message).toMatch(/^wrong-branch/)
    git(path, ['switch', '--quiet', '--detach'])
    expect((await check(path, 'branch')).message).toMatch(/^detached-head/)
    git(path, ['bisect', 'start'])
    expect((await check(path, 'branch')).message).toMatch(/^operation-in-progress/)
  })

  it('may be unborn', async () => {
    const path = temporaryRepository()
    expect(await check(path, 'branch')).toMatchObject({
      level: 'ok',
      message: 'main, without a commit so far',
    })
  })
})

describe('who commits', () => {
  it('fails where git does not know, and may come from the settings', async () => {
    const path = temporaryFolder()
    git(path, ['init', '--quiet'])
    expect((await check(path, 'identity')).message).toMatch(/^no-identity/)
    const author = 'Ann <ann@example.org>'
    expect((await check(path, 'identity', { author })).message).toBe(author)
  })
})

describe('another gitsync', () => {
  it('is named, and its lock is left alone', async () => {
    const path = committedRepository({ a: 'a' })
    const lock = await takeInstanceLock(await openRepository(path))
    const before = snapshotOf(join(path, '.git'))
    const { level, message } = await check(path, 'instance')
    expect({ level, message }).toEqual({
      level: 'ok',
      message: expect.stringContaining(`process ${String(process.pid)} on`) as string,
    })
    expect(snapshotOf(join(path, '.git'))).toEqual(before)
    lock.giveBack()
    expect((await check(path, 'instance')).message).toContain('no gitsync')
  })
})

describe('a remote on this machine', () => {
  it('that is not configured is warned of, and one that is asked for by name fails', async () => {
    const path = committedRepository({ a: 'a' })
    expect((await check(path, 'remote')).level).toBe('warn')
    expect((await check(path, 'remote', { remote: 'backup' })).message).toMatch(/^not-found/)
  })

  it('that is not there is out of reach', async () => {
    const path = committedRepository({ a: 'a' })
    git(path, ['remote', 'add', 'origin', '/nowhere/at/all.git'])
    expect((await check(path, 'reachable')).message).toMatch(/^network/)
    expect((await check(path, 'push')).level).toBe('fail')
  })

  it('that has the branch checked out refuses a push, unless it follows', async () => {
    const remote = committedRepository({ a: 'a' })
    const path = cloneOf(remote)
    expect(await check(path, 'push')).toMatchObject({
      level: 'fail',
      message: expect.stringMatching(/^declined/) as string,
    })
    git(remote, ['config', 'receive.denyCurrentBranch', 'updateInstead'])
    expect((await check(path, 'push')).level).toBe('ok')
  })

  it('that is ahead lets in, once it is integrated', async () => {
    const { path, remote } = pushedClone()
    const other = cloneOf(remote)
    writeFiles(other, { 'c.txt': 'c\n' })
    commitAll(other, 'Theirs')
    git(other, ['push', '--quiet'])
    writeFiles(path, { 'd.txt': 'd\n' })
    commitAll(path, 'Ours')
    expect((await check(path, 'push')).message).toContain('integrated first')
  })

  it('whose hook would say no is not asked: a rehearsal runs none', async () => {
    const { path, remote } = pushedClone()
    const hook = join(remote, 'hooks', 'pre-receive')
    writeFileSync(hook, '#!/bin/sh\ntouch ran\nexit 1\n', { mode: 0o755 })
    writeFiles(path, { 'e.txt': 'e\n' })
    commitAll(path, 'Ours')
    const before = snapshotOf(remote)
    const { level, message } = await check(path, 'push')
    expect({ level, message }).toEqual({
      level: 'ok',
      message: expect.stringContaining('only at a real push') as string,
    })
    expect(snapshotOf(remote)).toEqual(before)
  })
})

describe('large files', () => {
  it('need git-lfs where a rule that is checked in says so', async () => {
    const keeper = committedRepository({ 'sub/.gitattributes': '*.bin filter=lfs\n' })
    const without = committedRepository({ 'sub/.gitattributes': '*.bin binary\n' })
    const bin = temporaryFolder()
    symlinkSync(execFileSync('which', ['git']).toString().trim(), join(bin, 'git'))
    const before = process.env.PATH
    process.env.PATH = bin
    try {
      expect(await check(keeper, 'git-lfs')).toMatchObject({
        level: 'fail',
        message: `not installed, and needed by ${keeper}`,
      })
      expect((await check(without, 'git-lfs')).level).toBe('ok')
    } finally {
      process.env.PATH = before
    }
  })
})
