import { faultsOf, machineAt, openWorld, pass, treeOf } from '../support/three-machines.js'
import type { Machine, World } from '../support/three-machines.js'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freeOn, remount, smallDisk, unmountAll } from '../support/small-disk.js'
import { git, identify } from '../support/temp-repositories.js'

const mebibyte = 2 ** 20
const worlds: World[] = []
const opened: Machine[] = []

afterEach(() => {
  for (const { workTree } of opened.splice(0)) workTree.close()
  unmountAll()
  for (const world of worlds.splice(0)) world.close()
})

/** A machine on a large disk, and one whose clone is on a small one. */
const onSmallDisk = (options: string): readonly [Machine, Machine, string] | null => {
  const world = openWorld(() => undefined)
  worlds.push(world)
  const disk = smallDisk(join(world.root, 'disk'), options)
  if (disk === null) return null
  const path = join(disk, 'b')
  git(disk, ['clone', '-q', world.remote, path])
  identify(path)
  const b = machineAt(path)
  opened.push(b)
  return [world.machine('a'), b, disk]
}

/** Leaves so many bytes free. */
const fill = (disk: string, left: number): string => {
  const filler = join(disk, 'filler')
  writeFileSync(filler, Buffer.alloc(Math.max(0, freeOn(disk) - left)))
  return filler
}

const isClean = (machine: Machine): void => {
  git(machine.path, ['fsck', '--strict', '--no-dangling'])
  expect(faultsOf(machine)).toEqual([])
}

describe('a disk that is full', () => {
  it('stops a commit, which goes on by itself when there is room', async () => {
    const found = onSmallDisk('size=6m')
    if (found === null) return
    const [, b, disk] = found
    b.write('large', randomBytes(mebibyte))
    b.write('small', 'small\n')
    const filler = fill(disk, mebibyte / 2)
    const full = await pass(b)
    expect(full.problem?.kind).toBe('disk-full')
    expect(full.committed).toBeNull()
    rmSync(filler)
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b).small).toBe('small')
    isClean(b)
  })

  it('in the middle of a pull leaves the work tree as it was, and our own work goes on', async () => {
    const found = onSmallDisk('size=12m')
    if (found === null) return
    const [a, b, disk] = found
    for (let n = 0; n < 20; n += 1) a.write(`d/f${n}`, 'y'.repeat(mebibyte / 4))
    a.write('README', 'edited\n')
    expect((await pass(a)).problem).toBeNull()
    const filler = fill(disk, 3 * mebibyte)
    const full = await pass(b)
    expect(full.problem?.kind).toBe('disk-full')
    expect(git(b.path, ['status', '--porcelain'])).toBe('')
    expect(treeOf(b)).toEqual({ README: 'first' })
    expect(freeOn(disk), 'nothing is left that fills the disk').toBeGreaterThan(2 * mebibyte)
    b.write('mine', 'mine\n')
    expect((await pass(b)).committed).not.toBeNull()
    rmSync(filler)
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ README: 'edited', mine: 'mine' })
    isClean(b)
  })

  it('of inodes is one too', async () => {
    const found = onSmallDisk('size=20m,nr_inodes=400')
    if (found === null) return
    const [a, b] = found
    for (let n = 0; n < 600; n += 1) a.write(`d/f${n}`, `${n}\n`)
    a.git('add', '-A')
    a.git('commit', '-qm', 'many')
    a.git('push', '-q')
    const full = await pass(b)
    expect(full.problem?.kind).toBe('disk-full')
    expect(git(b.path, ['status', '--porcelain'])).toBe('')
    b.write('mine', 'mine\n')
    expect((await pass(b)).committed, 'our own work goes on').not.toBeNull()
    for (let n = 0; n < 600; n += 1) a.remove(`d/f${n}`)
    a.git('commit', '-qam', 'fewer')
    a.git('pull', '-q', '--no-rebase', '--no-edit')
    a.git('push', '-q')
    expect((await pass(b)).problem).toBeNull()
    isClean(b)
  })
})

describe('a file system that is mounted read-only', () => {
  it('stops the repository with the remedy, and is noticed when it is writable again', async () => {
    const found = onSmallDisk('size=6m')
    if (found === null) return
    const [, b, disk] = found
    expect((await pass(b)).problem).toBeNull()
    b.write('mine', 'mine\n')
    remount(disk, 'ro')
    const { problem } = await pass(b)
    expect(problem?.kind).toBe('unexpected')
    expect(problem?.remedy).toMatch(/read-write/)
    remount(disk, 'rw')
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b).mine).toBe('mine')
    isClean(b)
  })
})
