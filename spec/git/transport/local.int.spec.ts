import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  freePort,
  git,
  problemFrom,
  requestFor,
  serve,
  tipOf,
  transportFor,
} from './playground.js'

const hook = (bare: string, name: string, body: string): void => {
  mkdirSync(join(bare, 'hooks'), { recursive: true })
  writeFileSync(join(bare, 'hooks', name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(bare, 'hooks', name), 0o755)
}

/** An older git passes over the settings, or flushes each object by itself. */
const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(git(tmpdir(), '--version')) ?? []
const knowsDurability = Number(major) > 2 || Number(minor) >= 37

describe.each(both)('the %s transport on a local disk', (transport) => {
  it('finds nothing in an empty remote, pushes the first commit, and finds it', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const request = requestFor(clone)
    expect(await wire.fetch(request)).toEqual({ oid: null, bytes: 0 })
    const oid = clone.commit('a')
    expect(await wire.push({ ...request, oid })).toMatchObject({ kind: 'accepted' })
    expect(tipOf(bare)).toBe(oid)
    expect(clone.tracked()).toBe(oid)
    expect(await wire.fetch(request)).toEqual({ oid, bytes: 0 })
  })

  it('tells whether a push moved the remote’s branch', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const push = { ...requestFor(clone), oid: clone.commit('a') }
    expect(await wire.push(push)).toMatchObject({ kind: 'accepted', moved: true })
    expect(await wire.push(push)).toEqual({ kind: 'accepted', moved: false, bytes: 0 })
    expect(clone.tracked()).toBe(push.oid)
  })

  it('is asked where its branch is, and fetches nothing', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const request = requestFor(clone)
    expect(await wire.ask(request)).toBeNull()
    const oid = advance(bare, 'theirs')
    const other = git(bare, 'commit-tree', '-m', 'other', `${oid}^{tree}`)
    git(bare, 'update-ref', 'refs/heads/refs/heads/main', other)
    expect(await wire.ask(request)).toBe(oid)
    expect(clone.tracked()).toBe('')
  })

  it('fetches by file:// what another pushed, and no tags', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'theirs')
    git(bare, 'tag', 'v1', oid)
    const clone = cloneOf(`file://${bare}`)
    // As git clone makes it; it leads to where the fetch has come.
    git(clone.path, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
    const fetched = await transportFor(clone, { transport }).fetch(requestFor(clone))
    expect(fetched.oid).toBe(oid)
    // The git program tells no size of a small pack.
    expect(fetched.bytes).toBeGreaterThan(0)
    expect(clone.tracked()).toBe(oid)
    expect(git(clone.path, 'tag')).toBe('')
    expect(existsSync(join(clone.gitDir, 'FETCH_HEAD'))).toBe(false)
  })

  it('follows a branch that was rewritten', async () => {
    const bare = bareRepository()
    advance(bare, 'one')
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    await wire.fetch(requestFor(clone))
    const other = cloneOf(bare)
    const oid = other.commit('instead')
    git(other.path, 'push', '--quiet', '--force', 'origin', 'main')
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    expect(clone.tracked()).toBe(oid)
  })

  it('forgets the tracking ref of a branch that the remote lost, packed or not', async () => {
    const bare = bareRepository()
    advance(bare, 'one')
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const { oid } = await wire.fetch(requestFor(clone))
    git(clone.path, 'pack-refs', '--all')
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    git(bare, 'update-ref', '-d', 'refs/heads/main')
    expect(await wire.fetch(requestFor(clone))).toEqual({ oid: null, bytes: 0 })
    expect(clone.tracked()).toBe('')
    expect(await wire.fetch(requestFor(clone))).toEqual({ oid: null, bytes: 0 })
  })

  it('takes a relative address from the work tree, wherever the process was started', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'theirs')
    const clone = cloneOf(bare)
    git(clone.path, 'remote', 'set-url', 'origin', relative(clone.path, bare))
    const wire = transportFor(clone, { transport })
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    git(clone.path, 'reset', '-q', '--hard', oid)
    const next = clone.commit('mine')
    expect(await wire.push({ ...requestFor(clone), oid: next })).toMatchObject({ kind: 'accepted' })
    expect(tipOf(bare)).toBe(next)
  })

  it('works from a linked work tree', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'one')
    const clone = cloneOf(bare)
    clone.commit('own')
    git(clone.path, 'worktree', 'add', '--quiet', '../linked-tree', '-b', transport)
    const path = join(clone.path, '../linked-tree')
    const gitDir = git(path, 'rev-parse', '--absolute-git-dir')
    const wire = transportFor({ ...clone, path }, { transport })
    expect((await wire.fetch({ ...requestFor(clone), gitDir })).oid).toBe(oid)
    expect(clone.tracked()).toBe(oid)
    git(clone.path, 'worktree', 'remove', '--force', path)
  })

  it('leaves local branches alone where a mirror is configured', async () => {
    const bare = bareRepository()
    const theirs = advance(bare, 'theirs')
    const clone = cloneOf(bare)
    const ours = clone.commit('ours')
    git(clone.path, 'branch', 'elsewhere', ours)
    git(clone.path, 'config', 'remote.origin.fetch', '+refs/*:refs/*')
    git(clone.path, 'switch', '--quiet', 'elsewhere')
    expect((await transportFor(clone, { transport }).fetch(requestFor(clone))).oid).toBe(theirs)
    expect(tipOf(clone.path)).toBe(ours)
  })

  it('pushes one branch, and never by force, where a mirror is to be pushed', async () => {
    const bare = bareRepository()
    const base = advance(bare, 'base')
    git(bare, 'branch', 'theirs', base)
    const clone = cloneOf(bare)
    git(clone.path, 'config', 'remote.origin.mirror', 'true')
    git(clone.path, 'pull', '--quiet', bare, 'main')
    const oid = clone.commit('a')
    git(clone.path, 'branch', 'elsewhere')
    const wire = transportFor(clone, { transport })
    const request = requestFor(clone)
    expect(await wire.rehearsePush({ ...request, oid })).toMatchObject({ kind: 'accepted' })
    expect(await wire.push({ ...request, oid })).toMatchObject({ kind: 'accepted', moved: true })
    expect(git(bare, 'for-each-ref', '--format=%(refname:short) %(objectname)')).toBe(
      `main ${oid}\ntheirs ${base}`,
    )
    const theirs = advance(bare, 'more')
    const late = { ...request, oid: clone.commit('b') }
    expect(await wire.push(late)).toMatchObject({ reason: 'non-fast-forward' })
    expect(tipOf(bare)).toBe(theirs)
  })

  it('keeps the tracking ref up to date where the remote has no refspecs', async () => {
    const clone = cloneOf(bareRepository())
    git(clone.path, 'config', '--unset-all', 'remote.origin.fetch')
    const oid = clone.commit('a')
    await transportFor(clone, { transport }).push({ ...requestFor(clone), oid })
    expect(clone.tracked()).toBe(oid)
  })

  it('is refused when another was faster, whether that was fetched or not', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const request = requestFor(clone)
    await wire.push({ ...request, oid: clone.commit('base') })
    const theirs = advance(bare, 'theirs')
    const oid = clone.commit('ours')
    const refused = { kind: 'rejected', reason: 'non-fast-forward' }
    expect(await wire.push({ ...request, oid })).toMatchObject(refused)
    await wire.fetch(request)
    expect(await wire.push({ ...request, oid })).toMatchObject(refused)
    expect(tipOf(bare)).toBe(theirs)
  })

  it('takes a remote that is not there for an unmounted disk', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport })
    const oid = clone.commit('a')
    renameSync(bare, `${bare}.away`)
    const request = requestFor(clone)
    expect((await problemFrom(wire.fetch(request))).kind).toBe('network')
    expect((await problemFrom(wire.push({ ...request, oid }))).kind).toBe('network')
    renameSync(`${bare}.away`, bare)
    expect(await wire.push({ ...request, oid })).toMatchObject({ kind: 'accepted' })
  })

  it('says that a remote is not configured', async () => {
    const clone = cloneOf(bareRepository())
    const wire = transportFor(clone, { transport })
    const problem = await problemFrom(wire.fetch({ ...requestFor(clone), remote: 'nobody' }))
    expect(problem).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('nobody') as string,
    })
  })

  it('talks to git daemon, which knows whom it serves', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'one')
    const port = await freePort()
    const base = join(bare, '..')
    serve('git', [
      'daemon',
      '--reuseaddr',
      '--export-all',
      `--base-path=${base}`,
      '--listen=127.0.0.1',
      `--port=${String(port)}`,
      base,
    ])
    const clone = cloneOf(`git://127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    await expect
      .poll(() => wire.fetch(requestFor(clone)).catch(() => null), {
        timeout: 20_000,
        interval: 200,
      })
      .toMatchObject({ oid })
    git(clone.path, 'remote', 'set-url', 'origin', `git://127.0.0.1:${String(port)}/other.git`)
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('not-found')
  })

  it('says that nobody listens', async () => {
    const clone = cloneOf(`git://127.0.0.1:${String(await freePort())}/x.git`)
    expect(
      (await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))).kind,
    ).toBe('network')
  })

  it('ends what is under way when it is closed', async () => {
    const clone = cloneOf(bareRepository())
    const wire = transportFor(clone, { transport })
    const cut = problemFrom(wire.fetch(requestFor(clone)))
    wire.close()
    expect((await cut).kind).toBe('network')
  })
})

describe('the git transport on a local disk', () => {
  it.each([
    ['pre-receive', 'pre-receive hook declined'],
    ['update', 'hook declined'],
  ])('tells the words of a %s hook that declines', async (name, status) => {
    const bare = bareRepository()
    hook(bare, name, 'echo "Not on a Friday, token ghp_0123456789abcdef0123" >&2; exit 1')
    const clone = cloneOf(bare)
    const pushed = await transportFor(clone).push({ ...requestFor(clone), oid: clone.commit('a') })
    expect(pushed).toEqual({
      kind: 'rejected',
      reason: 'declined',
      message: expect.stringMatching(/^Not on a Friday, token \*\*\*/) as string,
    })
    expect(pushed).toMatchObject({ message: expect.stringContaining(status) as string })
    expect(tipOf(bare)).toBe('')
    expect(clone.tracked()).toBe('')
  })

  it.skipIf(!knowsDurability)('has what it fetched on the disk before it says so', async () => {
    const bare = bareRepository()
    advance(bare, 'a')
    const clone = cloneOf(bare)
    const trace = join(clone.path, '..', 'trace.json')
    process.env.GIT_TRACE2_EVENT = trace
    const fetched = transportFor(clone).fetch(requestFor(clone))
    await fetched.finally(() => Reflect.deleteProperty(process.env, 'GIT_TRACE2_EVENT'))
    const told = readFileSync(trace, 'utf8')
    // Commit, tree and file, each by itself, and the reference.
    expect(told).not.toContain('"fsync/writeout-only"')
    const flushes = told.matchAll(/"fsync\/hardware-flush","value":"(\d+)"/g)
    expect(Array.from(flushes, ([, count]) => count)).toEqual(['3', '1'])
  })

  it('runs no hook of the work tree', async () => {
    const clone = cloneOf(bareRepository())
    for (const name of ['pre-push', 'reference-transaction']) hook(clone.gitDir, name, 'exit 1')
    const oid = git(
      clone.path,
      '-c',
      'core.hooksPath=/dev/null',
      'commit-tree',
      '-m',
      'a',
      git(clone.path, 'write-tree'),
    )
    expect(await transportFor(clone).push({ ...requestFor(clone), oid })).toMatchObject({
      kind: 'accepted',
    })
    expect(clone.tracked()).toBe(oid)
  })
})

describe('the libgit2 transport on a local disk', () => {
  it('brings all that a commit is made of, however long the counting takes', async () => {
    const bare = bareRepository()
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport: 'libgit2' })
    for (const name of 'abcdefghijkl') {
      advance(bare, name)
      await wire.fetch(requestFor(clone))
    }
    expect(() => git(clone.path, 'rev-list', '--objects', 'origin/main')).not.toThrow()
  })

  it('tells how much came, and nothing of what it cannot know', async () => {
    const bare = bareRepository()
    const theirs = cloneOf(bare)
    writeFileSync(join(theirs.path, 'noise'), randomBytes(100_000))
    const oid = theirs.commit('a')
    const pushed = transportFor(theirs, { transport: 'libgit2' }).push({
      ...requestFor(theirs),
      oid,
    })
    expect(await pushed).toMatchObject({ bytes: 0 })
    const clone = cloneOf(bare)
    const fetched = await transportFor(clone, { transport: 'libgit2' }).fetch(requestFor(clone))
    expect(fetched.bytes).toBeGreaterThan(100_000)
    expect(fetched.bytes).toBeLessThan(102_000)
  })
})

describe('libgit2 on a local disk', () => {
  it.each(['pre-receive', 'update'])('does not pass over a %s hook', async (name) => {
    const bare = bareRepository()
    hook(bare, name, 'exit 0')
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport: 'libgit2' })
    const push = { ...requestFor(clone), oid: clone.commit('a') }
    expect(await problemFrom(wire.push(push))).toMatchObject({ kind: 'declined' })
    expect(tipOf(bare)).toBe('')
    chmodSync(join(bare, 'hooks', name), 0o644)
    expect(await wire.push(push)).toMatchObject({ kind: 'accepted' })
  })
})

describe('the automatic choice', () => {
  it('is the git program where it is installed, which runs the remote’s hooks', async () => {
    const bare = bareRepository()
    hook(bare, 'pre-receive', 'exit 1')
    const clone = cloneOf(bare)
    const wire = transportFor(clone, { transport: 'auto' })
    expect(await wire.push({ ...requestFor(clone), oid: clone.commit('a') })).toMatchObject({
      reason: 'declined',
    })
  })
})
