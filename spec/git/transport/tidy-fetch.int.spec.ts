import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { FetchResult } from '../../../src/actors/ports.js'
import { failure } from '../../../src/git/problem/problem.js'
import { tidyFetch } from '../../../src/git/transport/around/tidy-fetch.js'
import type { Room } from '../../../src/git/transport/around/tidy-fetch.js'
import { bareRepository, cloneOf, problemFrom, requestFor } from './playground.js'

const names = [
  'ab/tmp_obj_AbCdEf',
  'tmp_obj_AbCdEf',
  'pack/tmp_pack_AbCdEf',
  'pack/tmp_idx_AbCdEf',
  'pack/tmp_rev_AbCdEf',
  'pack/pack_git2_0a1b2c',
  'pack/pack_git2_0a1b2cidx.lock',
  'tmp_object_git2_0a1b2c',
] as const

/** Whole objects of a `git add` that flushes them together: no file of it is open between two of them. */
const gathered = 'tmp_objdir-bulk-fsync-AbCdEf/ab/cdef'

const put = (objects: string, name: string): string => {
  const file = join(objects, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, 'half')
  return file
}

const setUp = () => {
  const clone = cloneOf(bareRepository())
  return { request: requestFor(clone), objects: join(clone.gitDir, 'objects') }
}

const fails = () => Promise.reject(failure('network', 'cut short'))

/** Birth is told by the kernel's clock, which is up to a tick behind. */
const aTick = () => setTimeout(50)

describe('a fetch that failed', () => {
  it('leaves nothing half-written, and everything else', async () => {
    const { request, objects } = setUp()
    const foreign = [put(objects, 'pack/tmp_pack_before'), put(objects, 'pack/pack-1.pack')]
    await aTick()
    const fetch = tidyFetch(() => {
      for (const name of names) put(objects, name)
      return fails()
    })
    expect((await problemFrom(fetch(request))).message).toBe('cut short')
    expect(names.filter((name) => existsSync(join(objects, name)))).toEqual([])
    expect(foreign.map((file) => existsSync(file))).toEqual([true, true])
  })

  it('leaves alone what a person’s git add has gathered', async () => {
    const { request, objects } = setUp()
    const fetch = tidyFetch(() => {
      put(objects, gathered)
      put(objects, 'pack/tmp_pack_AbCdEf')
      return fails()
    })
    await problemFrom(fetch(request))
    expect(existsSync(join(objects, gathered))).toBe(true)
    expect(existsSync(join(objects, 'pack/tmp_pack_AbCdEf'))).toBe(false)
  })

  it('waits a moment for a writer that is being ended, and leaves alone what is still written to', async () => {
    const { request, objects } = setUp()
    const writers: number[] = []
    const fetch = tidyFetch(() => {
      put(objects, 'pack/tmp_idx_AbCdEf')
      writers.push(openSync(join(objects, 'pack/tmp_pack_AbCdEf'), 'w'))
      return fails()
    })
    const left = () => readdirSync(join(objects, 'pack')).filter((name) => name.startsWith('tmp_'))
    await problemFrom(fetch(request))
    // The writer of the one may be about to give the other its name.
    expect(left()).toHaveLength(2)
    const [first = 0] = writers
    const again = problemFrom(fetch(request))
    await setTimeout(300)
    for (const writer of new Set([first, ...writers])) closeSync(writer)
    await again
    expect(left()).toEqual([])
  })
})

describe('the first fetch', () => {
  it('sweeps what was left a day ago or earlier', async () => {
    const { request, objects } = setUp()
    const [old, recent] = [put(objects, 'pack/pack_git2_old'), put(objects, 'ab/tmp_obj_recent')]
    const forsaken = put(objects, gathered)
    for (const file of [old, join(forsaken, '../..')]) utimesSync(file, 1, 1)
    await tidyFetch(() => Promise.resolve({ oid: null, bytes: 0 }))(request)
    expect([old, forsaken, recent].map((file) => existsSync(file))).toEqual([false, false, true])
  })
})

describe('a fetch that filled the disk', () => {
  const mebibyte = 2 ** 20

  const onFullDisk = () => {
    const { request } = setUp()
    const disk = { room: { bytes: 4 * mebibyte, files: 1000 }, now: 0, tries: 0, full: true }
    const fetch = tidyFetch(
      (): Promise<FetchResult> => {
        disk.tries += 1
        return disk.full
          ? Promise.reject(failure('disk-full', 'No space left on device'))
          : Promise.resolve({ oid: null, bytes: 0 })
      },
      {
        roomIn: (): Promise<Room> => Promise.resolve(disk.room),
        now: () => disk.now,
      },
    )
    const kind = () => fetch(request).then(() => 'fetched', () => 'disk-full') // prettier-ignore
    return { disk, kind }
  }

  it('is not tried again while the disk has hardly more room', async () => {
    const { disk, kind } = onFullDisk()
    for (const bytes of [4, 4, 3, 5.9]) {
      disk.room = { bytes: bytes * mebibyte, files: 1001 }
      expect(await kind()).toBe('disk-full')
    }
    expect(disk.tries).toBe(1)
  })

  it.each([
    ['half as much again', { bytes: 6.1 * mebibyte, files: 1000 }],
    ['as many files again', { bytes: 4 * mebibyte, files: 3000 }],
  ])('is tried again with room for %s', async (_, room) => {
    const { disk, kind } = onFullDisk()
    await kind()
    disk.room = room
    expect(await kind()).toBe('disk-full')
    expect(await kind()).toBe('disk-full')
    expect(disk.tries).toBe(2)
  })

  it('is tried again after a quarter of an hour, since a quota shows no room', async () => {
    const { disk, kind } = onFullDisk()
    await kind()
    disk.now = 15 * 60_000
    disk.full = false
    expect([await kind(), await kind()]).toEqual(['fetched', 'fetched'])
    expect(disk.tries).toBe(3)
  })
})
