import { randomBytes } from 'node:crypto'
import { appendFileSync, cpSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/git/problem/problem.js'
import { freeOn, remount, smallDisk, unmountAll } from '../../support/small-disk.js'
import { serveHttp } from './http-server.js'
import {
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  git,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'

const mebibyte = 2 ** 20
afterAll(unmountAll)

const unfinishedBelow = (disk: string): readonly string[] =>
  readdirSync(disk, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?:tmp_|pack_git2_)[^/]*$/.test(name),
  )

describe.each(both)('the %s transport and a disk that is too small', (transport) => {
  // One object is unpacked where it lies, many come as a pack.
  it.each([1, 200])(
    'gives back all that %i files took, and takes no more until there is room',
    async (count) => {
      const disk = smallDisk(freshFolder('disk'), 'size=10m')
      if (disk === null) return
      const bare = bareRepository()
      const theirs = cloneOf(bare)
      for (let n = 0; n < count; n += 1)
        writeFileSync(join(theirs.path, `f${String(n)}`), randomBytes((30 * mebibyte) / count))
      const oid = theirs.commit('last')
      git(theirs.path, 'push', '--quiet', 'origin', 'main')
      const path = join(disk, 'work')
      git(disk, 'init', '--quiet', '--initial-branch=main', path)
      git(path, 'remote', 'add', 'origin', `file://${bare}`)
      const clone = { ...theirs, path, gitDir: join(path, '.git') }
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(3 * mebibyte))
      const before = freeOn(disk)

      const wire = transportFor(clone, { transport })
      const first = await problemFrom(wire.fetch(requestFor(clone)))
      expect(first.kind).toBe('disk-full')
      expect(unfinishedBelow(disk)).toEqual([])
      expect(before - freeOn(disk)).toBeLessThan(mebibyte / 4)

      const began = Date.now()
      expect(await problemFrom(wire.fetch(requestFor(clone)))).toEqual(first)
      expect(Date.now() - began).toBeLessThan(100)
      rmSync(join(disk, 'ballast'))
      appendFileSync(join(disk, 'a person’s'), 'a line')
      // Half as much again is free now, and not enough: the same is said.
      expect(await problemFrom(wire.fetch(requestFor(clone)))).toEqual(first)
      expect(unfinishedBelow(disk)).toEqual([])

      remount(disk, 'size=80m')
      expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
      git(path, 'fsck', '--no-dangling')
    },
  )

  it('notices room on the disk of the objects, where that is another than .git’s', async () => {
    const disk = smallDisk(freshFolder('disk'), 'size=6m')
    if (disk === null) return
    const bare = bareRepository()
    const clone = cloneOf(`file://${bare}`)
    const objects = join(clone.gitDir, 'objects')
    cpSync(objects, disk, { recursive: true })
    rmSync(objects, { recursive: true })
    symlinkSync(disk, objects)
    const theirs = cloneOf(bare)
    writeFileSync(join(theirs.path, 'large'), randomBytes(10 * mebibyte))
    const oid = theirs.commit('last')
    git(theirs.path, 'push', '--quiet', 'origin', 'main')

    const wire = transportFor(clone, { transport })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('disk-full')
    remount(disk, 'size=80m')
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    git(clone.path, 'fsck', '--no-dangling')
  })

  it.each(['path', 'http'] as const)(
    'is declined where it is the disk of the remote, by %s, and says so',
    async (scheme) => {
      const disk = smallDisk(freshFolder('disk'), 'size=2m')
      if (disk === null) return
      const there = join(disk, 'x.git')
      cpSync(bareRepository(), there, { recursive: true })
      const fill = (): void => {
        for (let n = 0; ; n += 1) writeFileSync(join(disk, String(n)), Buffer.alloc(4096, 1))
      }
      expect(fill).toThrow('ENOSPC')
      const port = await serveHttp(disk)
      const clone = cloneOf(scheme === 'path' ? there : `http://127.0.0.1:${String(port)}/x.git`)
      const oid = clone.commit('large')
      const wire = transportFor(clone, { transport })
      const result = await wire
        .push({ ...requestFor(clone), oid })
        .catch((error: unknown) => problemOf(error))
      expect(result).toMatchObject(
        'remedy' in result
          ? { kind: 'declined', remedy: expect.stringContaining(there) as string }
          : { kind: 'rejected', reason: 'declined' },
      )
      expect('message' in result && result.message).toContain('No space left on device')
    },
  )
})
