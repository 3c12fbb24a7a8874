import { describe, expect, it } from 'vitest'
import { failure } from '../../../src/git/problem/problem.js'
import { unblockedFetch } from '../../../src/git/transport/around/unblocked-fetch.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  git,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'

const refsOf = (path: string): readonly string[] =>
  git(path, 'for-each-ref', '--format=%(refname)', 'refs/remotes').split('\n')

/** A clone that knows the branches `before` of a remote, which has `after` in their place. */
const replaced = (before: readonly string[], after: readonly string[]) => {
  const bare = bareRepository()
  const oid = advance(bare, 'base')
  for (const name of before) git(bare, 'branch', name, 'main')
  const clone = cloneOf(bare)
  git(clone.path, 'fetch', '--quiet', 'origin')
  for (const name of before) git(bare, 'branch', '-D', name)
  for (const name of after) git(bare, 'branch', name, 'main')
  return { bare, clone, oid }
}

const directions = [
  ['a folder of branches where a branch was', ['dev'], 'dev/notes'],
  ['a folder in a folder where a branch was', ['dev'], 'dev/notes/ann'],
  ['a branch where branches were below it', ['dev/notes', 'dev/more/ann'], 'dev'],
] as const

describe.each(both)('the %s transport, once the remote has', (transport) => {
  describe.each(directions)('%s', (_, before, branch) => {
    it.each(['loose', 'packed'])('fetches it past %s tracking refs', async (kind) => {
      const { clone, oid } = replaced(before, [branch])
      if (kind === 'packed') git(clone.path, 'pack-refs', '--all')
      const wire = transportFor(clone, { transport })
      const request = { ...requestFor(clone), branch }
      expect(await wire.fetch(request)).toMatchObject({ oid })
      expect(refsOf(clone.path)).toEqual([
        `refs/remotes/origin/${branch}`,
        'refs/remotes/origin/main',
      ])
    })

    it('pushes it first as well', async () => {
      const { bare, clone } = replaced(before, [])
      const wire = transportFor(clone, { transport })
      const request = { ...requestFor(clone), branch }
      expect(await wire.fetch(request)).toMatchObject({ oid: null })
      const oid = clone.commit('ours')
      expect(await wire.push({ ...request, oid })).toMatchObject({ moved: true })
      expect(git(bare, 'rev-parse', branch)).toBe(oid)
      expect(git(clone.path, 'rev-parse', `refs/remotes/origin/${branch}`)).toBe(oid)
    })
  })
})

describe('a tracking ref in the way', () => {
  const refused = () =>
    failure('network', "error: cannot lock ref 'refs/remotes/origin/dev/notes': it is in the way")

  const setUp = (ask: (branch: string) => Promise<string | null>) => {
    const { clone } = replaced(['dev'], ['dev/notes'])
    const seen = { fetches: 0 }
    const fetch = unblockedFetch({
      fetch: () => {
        seen.fetches += 1
        return Promise.reject(refused())
      },
      ask: ({ branch }) => ask(branch),
    })
    return { clone, seen, fetch }
  }

  it('stays where the remote has its branch, and nothing is fetched again', async () => {
    const { clone, seen, fetch } = setUp(() => Promise.resolve('a'.repeat(40)))
    const problem = await problemFrom(fetch({ ...requestFor(clone), branch: 'dev/notes' }))
    expect(problem.message).toContain('cannot lock ref')
    expect(refsOf(clone.path)).toContain('refs/remotes/origin/dev')
    expect(seen.fetches).toBe(1)
  })

  it('stays where the remote does not say so, and the first problem is told', async () => {
    const { clone, seen, fetch } = setUp(() => Promise.reject(failure('timeout', 'silent')))
    const problem = await problemFrom(fetch({ ...requestFor(clone), branch: 'dev/notes' }))
    expect(problem.message).toContain('cannot lock ref')
    expect(refsOf(clone.path)).toContain('refs/remotes/origin/dev')
    expect(seen.fetches).toBe(1)
  })

  it('goes once, and a fetch that still fails is not repeated', async () => {
    const { clone, seen, fetch } = setUp(() => Promise.resolve(null))
    await problemFrom(fetch({ ...requestFor(clone), branch: 'dev/notes' }))
    expect(refsOf(clone.path)).not.toContain('refs/remotes/origin/dev')
    expect(seen.fetches).toBe(2)
  })

  it('is none of another remote, nor of a branch whose name only begins alike', async () => {
    const { clone, fetch } = setUp(() => Promise.resolve(null))
    const others = ['origin/develop', 'origin/dev-notes', 'other/dev', 'origin/notes']
    for (const name of others) git(clone.path, 'update-ref', `refs/remotes/${name}`, 'origin/main')
    git(clone.path, 'update-ref', 'refs/heads/dev', 'origin/main')
    await problemFrom(fetch({ ...requestFor(clone), branch: 'dev/notes' }))
    expect(refsOf(clone.path)).toEqual(
      expect.arrayContaining(others.map((name) => `refs/remotes/${name}`)),
    )
    expect(git(clone.path, 'for-each-ref', 'refs/heads/dev')).not.toBe('')
  })

  it('of a remote whose name begins with this one’s stays', async () => {
    const { clone, seen, fetch } = setUp(() => Promise.resolve(null))
    git(clone.path, 'config', 'remote.origin/team.url', '/nowhere')
    git(clone.path, 'update-ref', 'refs/remotes/origin/team/main', 'origin/main')
    await problemFrom(fetch({ ...requestFor(clone), branch: 'team' }))
    expect(refsOf(clone.path)).toContain('refs/remotes/origin/team/main')
    expect(seen.fetches).toBe(1)
  })
})
