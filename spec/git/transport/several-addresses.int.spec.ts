import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isOwedNow } from '../../../src/git/refs/owed.js'
import { serveHttp } from './http-server.js'
import {
  advance,
  bareRepository,
  cloneOf,
  git,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'

/** A clone, its remote and another one that it is to push to as well. */
const twoRemotes = () => {
  const first = bareRepository()
  const second = bareRepository()
  return { first, second, clone: cloneOf(first) }
}

const isOwed = (path: string): boolean =>
  isOwedNow(join(path, '.git'), { remote: 'origin', branch: 'main' })

type Configure = (path: string, first: string, second: string) => void

const ways: readonly (readonly [string, Configure])[] = [
  [
    'pushurl',
    (path, first, second) => {
      for (const url of [first, second]) git(path, 'config', '--add', 'remote.origin.pushurl', url)
    },
  ],
  [
    'url',
    (path, _, second) => {
      git(path, 'config', '--add', 'remote.origin.url', second)
    },
  ],
]

describe.each(ways)('a remote with several %s, by the git program', (_, configure) => {
  it('is pushed to at all of them, and fetched from the first', async () => {
    const { first, second, clone } = twoRemotes()
    configure(clone.path, first, second)
    const wire = transportFor(clone)
    const oid = clone.commit('a')
    expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ moved: true })
    expect([first, second].map(tipOf)).toEqual([oid, oid])
    expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ moved: false })
    const theirs = advance(first, 'theirs')
    expect((await wire.fetch(requestFor(clone))).oid).toBe(theirs)
  })

  it.each(['first', 'second'] as const)(
    'has what the %s missed on record until all have it',
    async (which) => {
      const { first, second, clone } = twoRemotes()
      configure(clone.path, first, second)
      const away = which === 'first' ? first : second
      renameSync(away, `${away}.away`)
      const wire = transportFor(clone)
      const oid = clone.commit('a')
      const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
      expect(problem).toMatchObject({ kind: 'network' })
      expect(problem.remedy).toContain(away)
      expect(isOwed(clone.path)).toBe(true)
      renameSync(`${away}.away`, away)
      expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ moved: true })
      expect([first, second].map(tipOf)).toEqual([oid, oid])
      expect(isOwed(clone.path)).toBe(false)
    },
  )

  it('says where one of them refuses', async () => {
    const { first, second, clone } = twoRemotes()
    configure(clone.path, first, second)
    const theirs = advance(second, 'theirs')
    const wire = transportFor(clone)
    const oid = clone.commit('a')
    const result = await wire.push({ ...requestFor(clone), oid })
    expect(result).toMatchObject({ kind: 'rejected' })
    expect(JSON.stringify(result)).toContain(second)
    expect([first, second].map(tipOf)).toEqual([oid, theirs])
  })

  it('is refused by libgit2, which would leave all but one out', async () => {
    const { first, second, clone } = twoRemotes()
    configure(clone.path, first, second)
    const wire = transportFor(clone, { transport: 'libgit2' })
    const oid = clone.commit('a')
    const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
    expect(problem.kind).toBe('declined')
    expect(problem.remedy).toContain('Install git')
    expect([first, second].map(tipOf)).toEqual(['', ''])
  })
})

it('of several addresses those that pushInsteadOf rewrites are pushed to', async () => {
  const { first, second, clone } = twoRemotes()
  const unreal = '/nowhere/x.git'
  git(clone.path, 'config', '--add', 'remote.origin.url', unreal)
  git(clone.path, 'config', `url.${second}.pushInsteadOf`, unreal)
  const oid = clone.commit('a')
  await transportFor(clone).push({ ...requestFor(clone), oid })
  expect([first, second].map(tipOf)).toEqual(['', oid])
})

it('accounts at one host are told apart by their repositories', async () => {
  const { first, second, clone } = twoRemotes()
  const ports = await Promise.all([
    serveHttp(dirname(first), 'bob:one'),
    serveHttp(dirname(second), 'ann:two'),
  ])
  // One front for both, which asks each of its own login.
  const urls = [`http://bob:one@127.0.0.1:${String(ports[0])}/x.git`]
  urls.push(`http://ann:two@127.0.0.1:${String(ports[1])}/x.git`)
  for (const url of urls) git(clone.path, 'config', '--add', 'remote.origin.pushurl', url)
  const oid = clone.commit('a')
  await transportFor(clone).push({ ...requestFor(clone), oid })
  expect([first, second].map(tipOf)).toEqual([oid, oid])
})
