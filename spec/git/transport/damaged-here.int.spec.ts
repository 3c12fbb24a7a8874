import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { execSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { serveHttp } from './http-server.js'
import {
  bareRepository,
  both,
  cloneOf,
  git,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'
import type { Clone } from './playground.js'

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['missing', rmSync],
  [
    'empty',
    (file) => {
      writeFileSync(file, '')
    },
  ],
  [
    'no object',
    (file) => {
      writeFileSync(file, 'garbage')
    },
  ],
  [
    'another one',
    (file) => {
      writeFileSync(file, deflateSync('blob 2\0b\n'))
    },
  ],
]

const placeOf = ({ gitDir }: Clone, oid: string): string =>
  join(gitDir, 'objects', oid.slice(0, 2), oid.slice(2))

const damaged = (clone: Clone, what: string, damage: (file: string) => void): string => {
  const oid = git(clone.path, 'rev-parse', what)
  const file = placeOf(clone, oid)
  chmodSync(file, 0o644)
  damage(file)
  return oid
}

describe.each(both)('the %s transport and what is damaged in this repository', (transport) => {
  it.each(damages)('names the blob that is %s, and how to bring it back', async (_, damage) => {
    const bare = bareRepository()
    const clone = cloneOf(`http://127.0.0.1:${String(await serveHttp(dirname(bare)))}/x.git`)
    const wire = transportFor(clone, { transport })
    clone.commit('one')
    const whole = cloneOf(clone.path)
    git(whole.path, 'fetch', '--quiet', 'origin', 'main')
    const blob = damaged(clone, 'HEAD:one', damage)
    const oid = git(clone.path, 'rev-parse', 'HEAD')
    const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
    expect(problem.kind, problem.message).toBe('declined')
    expect(tipOf(bare)).toBe('')
    // libgit2 does not say which object it is that it cannot make anything of.
    if (!problem.message.includes(blob)) {
      expect(transport).toBe('libgit2')
      expect(problem.remedy).toContain('git fsck')
      return
    }
    expect(problem.message).toContain(`${blob}, the content of one,`)
    expect(problem.message).toContain('in this repository')
    expect(tipOf(bare)).toBe('')

    // Word for word what a person is told to do.
    const [, remove = '', there = '', here = ''] =
      /(rm -f \S+), .* there (echo .* > FILE), here (git unpack-objects < FILE) /.exec(
        problem.remedy,
      ) ?? []
    const file = join(whole.path, 'object')
    execSync(remove, { cwd: clone.path })
    execSync(there.replace('FILE', file), { cwd: whole.path, stdio: 'pipe' })
    execSync(here.replace('FILE', file), { cwd: clone.path, stdio: 'pipe' })
    expect(existsSync(placeOf(clone, blob))).toBe(true)
    expect((await wire.push({ ...requestFor(clone), oid })).kind).toBe('accepted')
    expect(tipOf(bare)).toBe(oid)
  })

  it.each(['HEAD^{tree}', 'HEAD~1'])('names a missing %s', async (what) => {
    const bare = bareRepository()
    const clone = cloneOf(`http://127.0.0.1:${String(await serveHttp(dirname(bare)))}/x.git`)
    const wire = transportFor(clone, { transport })
    clone.commit('one')
    const oid = clone.commit('two')
    const object = damaged(clone, what, rmSync)
    const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
    expect(problem.kind).toBe('declined')
    expect(problem.message).toContain(object)
  })
})
