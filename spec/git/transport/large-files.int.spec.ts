import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clone } from './playground.js'
import {
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'

const path = process.env.PATH
afterEach(() => {
  process.env.PATH = path
})

const content = '6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090'
const kept = join('lfs', 'objects', content.slice(0, 2), content.slice(2, 4))

/** As git-lfs keeps a large file. @returns the commit that names it */
const commitLarge = (clone: Clone): string => {
  mkdirSync(join(clone.gitDir, kept), { recursive: true })
  writeFileSync(join(clone.gitDir, kept, content), 'abc123')
  writeFileSync(
    join(clone.path, 'big'),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${content}\nsize 6\n`,
  )
  return clone.commit('other')
}

describe('large files', () => {
  // First of all: a git that was found once is not looked for again.
  it('keep libgit2 from pushing what names them where git is not installed', async () => {
    const bare = bareRepository()
    const clone = cloneOf(`file://${bare}`)
    const oid = commitLarge(clone)
    const wire = transportFor(clone, { transport: 'libgit2' })
    process.env.PATH = '/nowhere'
    expect(await problemFrom(wire.push({ ...requestFor(clone), oid }))).toMatchObject({
      kind: 'declined',
      remedy: 'Install git with git-lfs.',
    })
    process.env.PATH = path
    expect(tipOf(bare)).toBe('')
  })

  it.each(both)(
    'are brought to the server by %s before the commit, or it is said why not',
    async (transport) => {
      const bare = bareRepository()
      const clone = cloneOf(`file://${bare}`)
      const oid = commitLarge(clone)
      const pushed = transportFor(clone, { transport }).push({ ...requestFor(clone), oid })
      const told = await pushed.then(
        () => (existsSync(join(bare, kept, content)) ? 'brought' : 'lost'),
        async () => (await problemFrom(pushed)).message,
      )
      expect(told).toMatch(/^brought$|git-lfs is not installed/)
      expect(tipOf(bare)).toBe(told === 'brought' ? oid : '')
    },
  )

  it.each(both)(
    'keep %s from pushing what names them where git-lfs is not installed',
    async (transport) => {
      const bare = bareRepository()
      const clone = cloneOf(`file://${bare}`)
      const oid = commitLarge(clone)
      const bin = freshFolder('bin')
      for (const name of ['git', 'sh'])
        symlinkSync(execFileSync('which', [name]).toString().trim(), join(bin, name))
      process.env.PATH = bin
      expect(
        await problemFrom(transportFor(clone, { transport }).push({ ...requestFor(clone), oid })),
      ).toMatchObject({ kind: 'declined', remedy: 'Install git-lfs.' })
      process.env.PATH = path
      expect(tipOf(bare)).toBe('')
    },
  )
})
