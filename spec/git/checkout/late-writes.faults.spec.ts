import { faultsOf, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import type * as promises from 'node:fs/promises'
import type * as stats from '../../../src/git/files/stat-now.js'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hooked } from '../../support/hooked-files.js'
import {
  closeWorlds,
  ends,
  everyContent,
  expectKept,
  openPair,
  remoteChanges,
} from '../../support/mid-move.js'

vi.mock('node:fs/promises', async (original) => {
  const { hookedFiles } = await import('../../support/hooked-files.js')
  return hookedFiles(await original<typeof promises>())
})

vi.mock('../../../src/git/files/stat-now.js', async (original) => {
  const { hookedStats } = await import('../../support/hooked-files.js')
  return hookedStats(await original<typeof stats>())
})

afterEach(closeWorlds)

/** Of a commit that nobody has: a submodule is never looked into. */
const submodule = (machine: Machine, path: string): void => {
  mkdirSync(machine.at(path), { recursive: true })
  machine.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${path}`)
}

const push = (machine: Machine, message: string): void => {
  machine.git('add', '-A')
  machine.git('commit', '-qm', message)
  machine.git('push', '-q')
}

it('what a program writes to a file it had open is kept', async () => {
  const { a, b } = openPair('')
  await remoteChanges(a)
  const file = openSync(b.at('d/edited.txt'), 'r+')
  hooked.hook = (when, call, [from]) => {
    if (when === 'after' && call === 'link' && ends(from, 'rendered/d/edited.txt'))
      writeSync(file, 'written late\n')
  }
  expect((await pass(b)).problem).toBeNull()
  closeSync(file)
  hooked.hook = () => undefined
  expect(await settle([b, a, b])).not.toBeNull()
  expectKept(a, ['written late\n', 'edited by the remote\n'])
})

/** As encrypted containers do, whose size never changes. */
const writeAndSetBack = (file: number, words: string): void => {
  const { atime, mtime } = fstatSync(file)
  writeSync(file, words, 0)
  futimesSync(file, atime, mtime)
  closeSync(file)
}

describe('what a program writes whose size and time it leaves as they were is kept', () => {
  it.each([
    ['before its file is taken away', 'rename', 'gitsync/move.json'],
    ['after its file was taken away', 'link', 'rendered/d/edited.txt'],
  ])('%s', async (_, act, place) => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    const paths = ['d/edited.txt', 'd/gone.txt'].map((path) => b.at(path))
    // A time that Node can set to the nanosecond.
    for (const path of paths) utimesSync(path, 1_000_000, 1_000_000)
    b.git('update-index', '-q', '--refresh')
    const files = paths.map((path) => openSync(path, 'r+'))
    hooked.hook = (when, call, paths) => {
      if (when !== 'after' || call !== act || !paths.some((path) => ends(path, place))) return
      for (const file of files.splice(0)) writeAndSetBack(file, 'LATE')
    }
    expect((await pass(b)).problem).toBeNull()
    expect(files).toEqual([])
    hooked.hook = () => undefined
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    const there = Object.values(treeOf(a))
    expect(there).toEqual(expect.arrayContaining(['LATE of edited', 'LATE of gone']))
  })
})

describe('what is written late to a file whose folder became', () => {
  it.each<readonly [string, (a: Machine, outside: string) => void]>([
    ['a file', (a) => a.write('d', 'a file of the remote\n')],
    ['a link', (a, outside) => symlinkSync(join(outside, 'empty'), a.at('d'))],
    ['a link to nowhere', (a, outside) => symlinkSync(join(outside, 'none'), a.at('d'))],
    ['a submodule', (a) => submodule(a, 'd')],
  ])('%s is kept in the work tree', async (_, become) => {
    const { a, b, outside } = openPair('')
    a.git('rm', '-rq', 'd')
    become(a, outside)
    push(a, 'turned')
    const file = openSync(b.at('d/edited.txt'), 'r+')
    let looks = 0
    hooked.hook = (when, call, [path]) => {
      if (when !== 'before' || call !== 'lstat' || path?.includes('gitsync/aside/') !== true) return
      if (readFileSync(path, 'utf8') !== 'base of edited\n') return
      looks += 1
      // The first look is at what was just taken away, the second one at what was written since.
      if (looks === 2) writeSync(file, 'written late\n')
    }
    expect((await pass(b)).problem).toBeNull()
    closeSync(file)
    hooked.hook = () => undefined
    expect(looks).toBe(2)
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    const copies = Object.entries(treeOf(a)).filter(([path]) => path.includes('.sync-conflict-'))
    expect(copies.map(([path]) => dirname(path))).toEqual(['.'])
    expect(copies.map(([, content]) => content)).toEqual(['written late\nd'])
    expect(readdirSync(outside).toSorted()).toEqual(['bystander', 'empty'])
    expect(readdirSync(join(outside, 'empty'))).toEqual(['.keep'])
  })
})

describe('where a folder becomes a submodule', () => {
  it.each<readonly [string, 'before' | 'after', (b: Machine) => void]>([
    ['an edit that is caught', 'before', (b) => b.write('d/edited.txt', 'written late\n')],
    [
      'what an editor puts back',
      'after',
      (b) => {
        b.write('.git/editor', 'written late\n')
        renameSync(b.at('.git/editor'), b.at('d/edited.txt'))
      },
    ],
  ])('%s is kept outside of it', async (_, moment, write) => {
    const { a, b } = openPair('')
    a.git('rm', '-rq', 'd')
    submodule(a, 'd')
    push(a, 'turned')
    hooked.hook = (when, call, [from, to]) => {
      if (when !== moment || call !== 'rename' || from !== b.at('d/edited.txt')) return
      if (to?.includes('gitsync/aside/') === true) write(b)
    }
    expect((await pass(b)).problem).toBeNull()
    hooked.hook = () => undefined
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    const copies = Object.entries(treeOf(a)).filter(([path]) => path.includes('.sync-conflict-'))
    expect(copies.map(([path]) => dirname(path))).toEqual(['.'])
    expect(copies.map(([, content]) => content)).toEqual(['written late'])
    expect(readdirSync(b.at('d'))).toEqual([])
  })

  it('what is written to a new file is kept outside when it cannot be finished', async () => {
    const { a, b } = openPair('')
    submodule(a, 'm')
    push(a, 'submodule')
    expect((await pass(b)).problem).toBeNull()
    a.git('rm', '-q', '--cached', 'm')
    a.write('m/new.txt', 'new from the remote\n')
    a.write('d/edited.txt', 'edited by the remote\n')
    push(a, 'turned')
    hooked.hook = (when, call, [from, to]) => {
      if (when === 'before' && call === 'rename' && from === b.at('d/edited.txt'))
        throw Object.assign(new Error('EPERM: refused'), { code: 'EPERM' })
      if (when === 'after' && call === 'rename' && from === b.at('m/new.txt') && ends(to, '.new'))
        appendFileSync(to ?? '', 'written late\n')
    }
    expect((await pass(b)).problem?.kind).toBe('unexpected')
    hooked.hook = () => undefined
    expect(readdirSync(b.at('m'))).toEqual([])
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    expectKept(a, ['written late\n', 'new from the remote\n', 'edited by the remote\n'])
  })
})

describe('a move that cannot be finished', () => {
  const late = 'written late, a good deal longer than it was before\n'

  /** Lets the move fail at the last file; what happens when the undo takes the new one away again is the test's. */
  const undone = async (
    happens: (b: Machine, file: number) => void,
  ): Promise<{ readonly a: Machine; readonly b: Machine }> => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    let file = -1
    hooked.hook = (when, call, [from, to]) => {
      if (when === 'after' && call === 'link' && ends(from, 'rendered/d/new.txt'))
        file = openSync(b.at('d/new.txt'), 'r+')
      if (when === 'before' && call === 'rename' && from === b.at('d/edited.txt'))
        throw Object.assign(new Error('EPERM: refused'), { code: 'EPERM' })
      if (when === 'after' && call === 'rename' && ends(to, '.new') && ends(from, 'd/new.txt'))
        happens(b, file)
    }
    const { problem } = await pass(b)
    hooked.hook = () => undefined
    expect(problem?.kind).toBe('unexpected')
    expect(file).toBeGreaterThan(0)
    closeSync(file)
    expect(readFileSync(b.at('d/gone.txt'), 'utf8')).toBe('base of gone\n')
    expect(existsSync(b.at('.git/gitsync/aside'))).toBe(false)
    return { a, b }
  }

  const expectHealed = async (
    { a, b }: { readonly a: Machine; readonly b: Machine },
    contents: readonly string[],
  ): Promise<void> => {
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    expectKept(a, [...contents, 'new from the remote\n', 'edited by the remote\n'])
    expect(existsSync(b.at('d/gone.txt'))).toBe(false)
  }

  it('leaves all as it was', async () => {
    const { a, b } = await undone(() => undefined)
    expect(readdirSync(b.at('d')).toSorted()).toEqual(['edited.txt', 'gone.txt', 'stays.txt'])
    expect(faultsOf(b)).toEqual([])
    await expectHealed({ a, b }, [])
  })

  it('leaves a file that was there already and is the same as the new one', async () => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    hooked.hook = (when, call, [from]) => {
      if (when === 'before' && call === 'rename' && from === b.at('d/edited.txt'))
        throw Object.assign(new Error('EPERM: refused'), { code: 'EPERM' })
    }
    const { problem } = await pass(b, () => b.write('d/new.txt', 'new from the remote\n'))
    hooked.hook = () => undefined
    expect(problem?.kind).toBe('unexpected')
    expect(readFileSync(b.at('d/new.txt'), 'utf8')).toBe('new from the remote\n')
    await expectHealed({ a, b }, [])
  })

  it('keeps in its place what is written to a new file while it is taken away', async () => {
    const pair = await undone((_, file) => writeSync(file, late))
    expect(readFileSync(pair.b.at('d/new.txt'), 'utf8')).toBe(late)
    await expectHealed(pair, [late])
  })

  it('keeps it beside where something else has come to stand there', async () => {
    const pair = await undone((b, file) => {
      writeSync(file, late)
      b.write('d/new.txt', 'made meanwhile\n')
    })
    expect(readFileSync(pair.b.at('d/new.txt'), 'utf8')).toBe('made meanwhile\n')
    expect(everyContent(pair.b)).toContain(late)
    await expectHealed(pair, [late, 'made meanwhile\n'])
  })
})

it('a new file that `git clean` takes in mid-move is put in place again', async () => {
  const { a, b } = openPair('*.log\n')
  a.write('fresh/deep/new.txt', 'new and deep\n')
  await remoteChanges(a)
  let cleaned = false
  hooked.hook = (when, call, [from]) => {
    if (cleaned || when !== 'after' || call !== 'link') return
    if (!ends(from, 'rendered/fresh/deep/new.txt')) return
    cleaned = true
    b.git('clean', '-fdxq')
    expect(existsSync(b.at('fresh'))).toBe(false)
  }
  expect((await pass(b)).problem).toBeNull()
  hooked.hook = () => undefined
  expect(cleaned).toBe(true)
  expect(readFileSync(b.at('fresh/deep/new.txt'), 'utf8')).toBe('new and deep\n')
  expect(readFileSync(b.at('d/new.txt'), 'utf8')).toBe('new from the remote\n')
  expect(await settle([b, a, b])).not.toBeNull()
  expect(treeOf(a)).toMatchObject({ 'fresh/deep/new.txt': 'new and deep' })
  for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
})
