import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { endAll, start, until, untilWatched } from '../../support/program.js'
import type { World } from '../../support/three-machines.js'
import { faultsOf, openWorld, pass, treeOf } from '../../support/three-machines.js'
import { smallDisk, unmountAll } from '../../support/small-disk.js'
import { temporaryFolder, writeFiles } from '../../support/temp-repositories.js'

const undo: (readonly string[])[] = []
const worlds: World[] = []

const succeeds = ([command = '', ...args]: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

const release = (): void => {
  for (const command of undo.splice(0)) succeeds(command)
}

afterAll(unmountAll)

afterEach(() => {
  endAll()
  release()
  for (const world of worlds.splice(0)) world.close()
})

/** What only some may do, and some file systems can; who cannot is told that the test shows nothing. */
const bar = (how: readonly string[], back: readonly string[]): boolean => {
  const done = succeeds(how)
  if (done) undo.push(back)
  else console.warn(`Not shown here: this test needs the right to ${how.join(' ')}.`)
  return done
}

const bindTo = (path: string): boolean => bar(['mount', '--bind', path, path], ['umount', path])
const flag = (name: string) => (path: string) =>
  bar(['chattr', `+${name}`, path], ['chattr', `-${name}`, path])

const pair = () => {
  const world = openWorld((dir) => writeFiles(dir, { 'd/e/f': 'base\n', g: 'base\n' }))
  worlds.push(world)
  const [a, b] = [world.machine('a'), world.machine('b')]
  writeFiles(a.path, { 'd/e/f': 'edited by a\n', 'd/e/new': 'new\n', g: 'edited by a\n' })
  return [a, b] as const
}

describe('where a file cannot come to or go from', () => {
  it.each<readonly [string, string, (path: string) => boolean, RegExp]>([
    ['a folder that is a mount of the same file system', 'd/e', bindTo, /mount/],
    ['a file that is one', 'd/e/f', bindTo, /mount/],
    ['an immutable file', 'd/e/f', flag('i'), /immutable/],
    ['an immutable folder', 'd/e', flag('i'), /immutable/],
    ['a file that may only grow', 'd/e/f', flag('a'), /\w{3}/],
  ])('%s: nothing is changed, and it goes on once it can', async (_, path, close, words) => {
    const [a, b] = pair()
    expect((await pass(a)).problem).toBeNull()
    if (!close(b.at(path))) return
    for (let n = 0; n < 2; n += 1) {
      b.write('mine', `mine ${String(n)}\n`)
      const { problem, committed } = await pass(b)
      expect(problem?.message).toMatch(words)
      expect(committed, 'local work goes on').not.toBeNull()
      expect(b.git('status', '--porcelain')).toBe('')
      expect(treeOf(b)).toEqual({ README: 'first', 'd/e/f': 'base', g: 'base', mine: `mine ${n}` })
      expect(readdirSync(b.at('d/e'))).toEqual(['f'])
    }
    release()
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toMatchObject({ 'd/e/f': 'edited by a', 'd/e/new': 'new', mine: 'mine 1' })
    expect(faultsOf(b)).toEqual([])
  })

  it('a work tree on another disk than its git directory is said to be that', async () => {
    const [a, b] = pair()
    expect((await pass(a)).problem).toBeNull()
    const disk = smallDisk(temporaryFolder(), 'size=8m')
    if (disk === null) return
    cpSync(b.at('.git'), join(disk, 'git'), { recursive: true })
    rmSync(b.at('.git'), { recursive: true })
    writeFileSync(b.at('.git'), `gitdir: ${join(disk, 'git')}\n`)
    b.write('mine', 'mine\n')
    const { problem, committed } = await pass(b)
    expect(problem?.message).toBe(
      `${b.path} and ${disk}/git are on two file systems, or two mounts of one, between which no file can be renamed.`,
    )
    expect(committed, 'local work goes on').not.toBeNull()
    expect(treeOf(b)).toMatchObject({ 'd/e/f': 'base', g: 'base', mine: 'mine' })
  })

  it('L7 what is undone half-way wakes the daemon once', async () => {
    const [a, b] = pair()
    if (!flag('a')(b.at('d/e/f'))) return
    const running = start(['run', b.path, '--json', '--debounce', '50ms'])
    await untilWatched(running)
    expect((await pass(a)).problem).toBeNull()
    running.child.kill('SIGHUP')
    const has = (type: string): boolean => running.outcomes.some((one) => one.type === type)
    await until('it halts', () => has('Halted'))
    await sleep(4_000)
    const cycles = running.outcomes.filter(({ type }) => type === 'CycleStarted')
    expect(cycles.length, 'the start, the wish and the undo').toBeLessThanOrEqual(4)
    release()
    running.child.kill('SIGHUP')
    await until('it goes on', () => has('Resumed'))
    expect(treeOf(b)).toMatchObject({ 'd/e/f': 'edited by a' })
  })
})
