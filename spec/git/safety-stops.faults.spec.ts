import { faultsOf, machineAt, openWorld, pass, treeOf } from '../support/three-machines.js'
import type { Machine, World } from '../support/three-machines.js'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Files that a commit of the remote brings; each takes an inode where it is written and, on a tmpfs, one for its place. */
const many = 200

const bringMany = (a: Machine): void => {
  for (let n = 0; n < many; n += 1) a.write(`d/f${String(n)}`, `${String(n)}\n`)
  a.write('README', 'edited\n')
  a.git('add', '-A')
  a.git('commit', '-qm', 'many')
  a.git('push', '-q')
}

describe('a disk whose inodes are used up', () => {
  it('in the middle of a move gets its files back as they were, and goes on by itself when there are more', async () => {
    const found = onSmallDisk(`size=40m,nr_inodes=${String(2 * many)}`)
    if (found === null) return
    const [a, b, disk] = found
    bringMany(a)
    b.write('mine', 'mine\n')
    const full = await pass(b)
    expect(full.problem?.kind).toBe('disk-full')
    const placed = full.reports.some(
      (one) => one.type === 'Failed' && one.operation === 'integrate',
    )
    expect(placed, 'it had begun to move').toBe(true)
    expect(git(b.path, ['status', '--porcelain'])).toBe('')
    expect(treeOf(b)).toEqual({ README: 'first', mine: 'mine' })
    expect(existsSync(b.at('d')), 'nothing of it is left').toBe(false)
    b.write('later', 'later\n')
    expect((await pass(b)).committed, 'our own work goes on').not.toBeNull()
    remount(disk, 'nr_inodes=5000')
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ README: 'edited', mine: 'mine', later: 'later', 'd/f7': '7' })
    isClean(b)
  })

  it('stops a commit, which goes on by itself when there are more', async () => {
    const found = onSmallDisk('size=40m,nr_inodes=300')
    if (found === null) return
    const [, b, disk] = found
    for (let n = 0; n < 150; n += 1) b.write(`f${String(n)}`, `${String(n)}\n`)
    const full = await pass(b)
    expect(full.problem?.kind).toBe('disk-full')
    expect(full.committed).toBeNull()
    remount(disk, 'nr_inodes=5000')
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ f0: '0', f149: '149' })
    isClean(b)
  })
})

describe('a disk that fills up in the middle of a move', () => {
  it('leaves every file whole, as it was or as it is to be, and goes on when there is room', async () => {
    const found = onSmallDisk('size=16m')
    if (found === null) return
    const [a, b, disk] = found
    for (let n = 0; n < 40; n += 1) a.write(`d/f${String(n)}`, 'y'.repeat(mebibyte / 16))
    a.write('README', 'edited\n')
    expect((await pass(a)).problem).toBeNull()
    b.write('mine', 'mine\n')
    const filler = join(disk, 'filler')
    const isRendered = (): boolean => existsSync(b.at('.git/gitsync/move.json'))
    const filling = setInterval(() => {
      if (!isRendered() || existsSync(filler)) return
      try {
        fill(disk, 0)
      } catch {
        // It is full, which is what was wanted.
      }
    }, 1)
    const full = await pass(b)
    clearInterval(filling)
    // Whether it came in between is chance; that nothing is lost or torn is not.
    expect([null, 'disk-full']).toContain(full.problem?.kind ?? null)
    expect(['first', 'edited']).toContain(readFileSync(b.at('README'), 'utf8').trim())
    expect(readFileSync(b.at('mine'), 'utf8')).toBe('mine\n')
    rmSync(filler, { force: true })
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ README: 'edited', mine: 'mine' })
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
