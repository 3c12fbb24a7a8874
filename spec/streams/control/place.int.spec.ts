import { temporaryFolder } from '../../support/temp-repositories.js'
import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Place, Surroundings } from '../../../src/streams/control/place.js'
import {
  addressesIn,
  newAddress,
  placesOf,
  preparePlace,
} from '../../../src/streams/control/place.js'

const uid = process.getuid?.() ?? null

const around = (XDG_RUNTIME_DIR: string | undefined, more: Partial<Surroundings> = {}) => ({
  env: { XDG_RUNTIME_DIR },
  platform: 'linux' as const,
  uid,
  temporary: '/tmp/t',
  ...more,
})

const foldersOf = (surroundings: Surroundings): readonly string[] =>
  placesOf(surroundings)
    .map(({ folder }) => folder)
    .filter((folder) => !folder.startsWith('/run/user/'))

const placeAt = (folder: string): Place => ({ folder, prefix: '', kind: 'folder' })

describe('where the sockets are', () => {
  it('is the runtime folder, and else one of the user below the temporary ones', () => {
    const runtime = temporaryFolder()
    const other = `/tmp/t/gitsync-${String(uid)}`
    expect(foldersOf(around(runtime))).toEqual([join(runtime, 'gitsync'), other])
    for (const none of [undefined, '', 'relative', join(runtime, 'none')])
      expect(foldersOf(around(none))).toEqual([other])
  })

  it('is never in a runtime folder of another user, as sudo hands on', () => {
    expect(foldersOf(around(temporaryFolder(), { uid: 12_345 }))).toEqual(['/tmp/t/gitsync-12345'])
  })

  it('is a name of the user among the pipes of Windows', () => {
    const [place, ...more] = placesOf(
      around(undefined, { platform: 'win32', uid: null, env: { USERNAME: 'Ada L.' } }),
    )
    expect(more).toEqual([])
    expect(place).toEqual({ folder: '\\\\.\\pipe\\', prefix: 'gitsync-Ada_L_-', kind: 'pipes' })
  })
})

describe('the folder of the sockets', () => {
  it('R4 is made for its user alone', () => {
    const place = placeAt(join(temporaryFolder(), 'gitsync'))
    expect(addressesIn(place, uid)).toEqual([])
    for (const _ of ['made', 'there already']) preparePlace(place, uid)
    expect(lstatSync(place.folder).mode & 0o777).toBe(0o700)
  })

  it('R4 is refused where others can reach it, own it, or lead it elsewhere', () => {
    const parent = temporaryFolder()
    const made = (name: string): string => {
      mkdirSync(join(parent, name), { mode: 0o700 })
      return join(parent, name)
    }
    const open = made('open')
    chmodSync(open, 0o750)
    const link = join(parent, 'link')
    symlinkSync(made('target'), link)
    const file = join(parent, 'file')
    writeFileSync(file, '')
    const cases: [string, string][] = [
      [open, 'is open to others: chmod 700'],
      [link, 'is no folder'],
      [file, 'is no folder'],
    ]
    if (uid === 0) {
      const foreign = made('foreign')
      chownSync(foreign, 12_345, 12_345)
      cases.push([foreign, 'belongs to another user'])
    }
    for (const [folder, why] of cases) {
      expect(() => {
        preparePlace(placeAt(folder), uid)
      }).toThrow(why)
      expect(() => addressesIn(placeAt(folder), uid)).toThrow(why)
    }
  })

  it('tells the sockets in it from other files, and whose they are', () => {
    const place = placeAt(temporaryFolder())
    chmodSync(place.folder, 0o700)
    const address = newAddress(place)
    expect(newAddress(place)).not.toBe(address)
    for (const file of [address, join(place.folder, 'x.sock'), join(place.folder, '12-0.sock')])
      writeFileSync(file, '')
    expect(addressesIn(place, uid)).toEqual([{ address, pid: process.pid }])
  })
})
