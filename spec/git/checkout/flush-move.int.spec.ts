import { openWorld, pass } from '../../support/three-machines.js'
import { watched, watchHandles } from '../../support/watched-flushes.js'
import type { Machine, World } from '../../support/three-machines.js'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'

const worlds: World[] = []
const path = process.env.PATH ?? ''

vi.mock('node:fs', async (original) => {
  const { watchedFiles } = await import('../../support/watched-flushes.js')
  return watchedFiles(await original())
})

afterEach(() => {
  watched.tell = () => undefined
  vi.restoreAllMocks()
  process.env.PATH = path
  for (const world of worlds.splice(0)) world.close()
})

const opened = (): readonly [Machine, Machine] => {
  const world = openWorld((folder) => {
    writeFileSync(join(folder, 'edited.txt'), 'base\n')
  })
  worlds.push(world)
  return [world.machine('a'), world.machine('b')]
}

interface Flush {
  /** Relative to the work tree. */
  readonly path: string
  /** What stood in the place of the edited file then, and what the index said of it. */
  readonly edited: string
  readonly index: string
  /** Whether the move was on record. */
  readonly isNoted: boolean
}

/** What comes to the disk, and how far the move was then. */
const watchFlushes = async (machine: Machine): Promise<readonly Flush[]> => {
  const seen: Flush[] = []
  watched.tell = (file) => {
    seen.push({
      path: relative(machine.path, file),
      edited: readFileSync(machine.at('edited.txt'), 'utf8'),
      index: machine.git('diff', '--cached', '--name-only'),
      isNoted: existsSync(machine.at('.git/gitsync/move.json')),
    })
  }
  await watchHandles(machine.path)
  return seen
}

/** What is flushed is told by /proc, which only Linux has. */
const hasProc = process.platform === 'linux'

describe.runIf(hasProc)('a move', () => {
  it('has each new version on the disk before it is put in place, and each folder before the index says so', async () => {
    const [a, b] = opened()
    a.write('edited.txt', 'edited\n')
    a.write('d/e/new.txt', 'new\n')
    await pass(a)
    const flushes = await watchFlushes(b)
    expect((await pass(b)).problem).toBeNull()
    expect(b.git('status', '--porcelain')).toBe('')
    for (const file of ['edited.txt', 'd/e/new.txt'])
      expect(flushes).toContainEqual({
        path: join('.git/gitsync/rendered', file),
        edited: 'base\n',
        index: '',
        isNoted: expect.any(Boolean) as boolean,
      })
    for (const folder of ['', 'd/e'])
      expect(flushes).toContainEqual({ path: folder, edited: 'edited\n', index: '', isNoted: true })
  })

  it('that builds on a commit by hand has that on the disk before the move is on record', async () => {
    const [a, b] = opened()
    a.write('edited.txt', 'edited\n')
    await pass(a)
    b.write('by-hand.txt', 'by hand\n')
    b.git('add', '-A')
    b.git('commit', '-q', '-m', 'By hand')
    const objects = b.git('rev-list', '--objects', '--no-object-names', 'HEAD', '^HEAD~')
    const flushes = await watchFlushes(b)
    expect((await pass(b)).problem).toBeNull()
    for (const oid of objects.trim().split('\n')) {
      const path = join('.git/objects', oid.slice(0, 2), oid.slice(2))
      expect(flushes.filter(({ isNoted }) => !isNoted).map((one) => one.path)).toContain(path)
    }
  })

  it('of many has the system flush them at once, before the first is put in place and again after the last', async () => {
    const [a, b] = opened()
    a.write('edited.txt', 'edited\n')
    for (let n = 0; n < 100; n += 1) a.write(`many/${String(n)}/f.txt`, `${String(n)}\n`)
    await pass(a)
    const folder = join(b.path, '..', 'bin')
    const told = join(b.path, '..', 'told')
    a.write(
      '../bin/sync',
      `#!/bin/sh\n(echo "$@"; cat '${b.at('edited.txt')}') >> '${told}'\nPATH='${path}' exec sync "$@"\n`,
    )
    chmodSync(join(folder, 'sync'), 0o755)
    process.env.PATH = `${folder}:${path}`
    expect((await pass(b)).problem).toBeNull()
    const own = b.at('.git/gitsync')
    expect(readFileSync(told, 'utf8')).toBe(`-f ${own}\nbase\n-f ${b.path}\nedited\n`)
  })

  it('of many flushes each where the system cannot do it at once', async () => {
    const [a, b] = opened()
    for (let n = 0; n < 100; n += 1) a.write(`many/${String(n)}.txt`, `${String(n)}\n`)
    await pass(a)
    a.write('../bin/sync', '#!/bin/sh\nexit 1\n')
    chmodSync(join(b.path, '..', 'bin', 'sync'), 0o755)
    process.env.PATH = `${join(b.path, '..', 'bin')}:${path}`
    const flushes = await watchFlushes(b)
    expect((await pass(b)).problem).toBeNull()
    const rendered = flushes.filter((one) => one.path.startsWith('.git/gitsync/rendered/many/'))
    expect(rendered).toHaveLength(100)
    expect(existsSync(b.at('many/99.txt'))).toBe(true)
  })
})
