import { faultsOf, openWorld, pass, settle } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type * as promises from 'node:fs/promises'
import type * as stats from '../../../src/git/files/stat-now.js'
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { writeFiles } from '../../support/temp-repositories.js'

import { hooked } from '../../support/hooked-files.js'
import {
  closeWorlds,
  ends,
  everyContent,
  expectKept,
  inHistory,
  keepWorld,
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

/** What the remote edits, deletes and adds. */
const touched = ['d/edited.txt', 'd/gone.txt', 'd/new.txt'] as const

interface Change {
  readonly name: string
  /** @returns the content that must exist somewhere afterwards, or null */
  readonly act: (machine: Machine, path: string, outside: string) => string | null
}

const mine = (path: string): string =>
  `written meanwhile to ${path}, a good deal longer than before\n`

const changes: readonly Change[] = [
  {
    name: 'edited in place',
    act: (machine, path) => {
      if (!existsSync(machine.at(path))) return null
      appendFileSync(machine.at(path), mine(path))
      return readFileSync(machine.at(path), 'utf8')
    },
  },
  {
    name: 'edited in place to the same length',
    act: (machine, path) => {
      if (!existsSync(machine.at(path))) return null
      const text = readFileSync(machine.at(path), 'utf8').toUpperCase()
      writeFileSync(machine.at(path), text)
      return text
    },
  },
  {
    name: 'deleted',
    act: (machine, path) => {
      rmSync(machine.at(path), { force: true, recursive: true })
      return null
    },
  },
  {
    name: 'replaced or made',
    act: (machine, path) => {
      mkdirSync(dirname(machine.at(path)), { recursive: true })
      const aside = join(machine.at('.git'), 'editor')
      writeFileSync(aside, mine(path))
      rmSync(machine.at(path), { force: true, recursive: true })
      renameSync(aside, machine.at(path))
      return mine(path)
    },
  },
  {
    name: 'made a folder',
    act: (machine, path) => {
      rmSync(machine.at(path), { force: true, recursive: true })
      machine.write(`${path}/inner`, mine(path))
      return mine(path)
    },
  },
  {
    name: 'made a link',
    act: (machine, path, outside) => {
      mkdirSync(dirname(machine.at(path)), { recursive: true })
      rmSync(machine.at(path), { force: true, recursive: true })
      symlinkSync(join(outside, 'bystander'), machine.at(path))
      return null
    },
  },
  {
    name: 'made executable',
    act: (machine, path) => {
      if (existsSync(machine.at(path))) chmodSync(machine.at(path), 0o755)
      return null
    },
  },
  {
    name: 'its folder made a link out of the tree',
    act: (machine, path, outside) => {
      const folder = dirname(machine.at(path))
      if (existsSync(join(outside, 'was'))) return null
      if (existsSync(folder)) renameSync(folder, join(outside, 'was'))
      else mkdirSync(join(outside, 'was'))
      symlinkSync(join(outside, 'empty'), folder)
      return null
    },
  },
]

interface Moment {
  readonly name: string
  /** The path that is due at this call; `all`: every one. */
  readonly due: (
    when: 'before' | 'after',
    call: string,
    paths: readonly string[],
    machine: Machine,
  ) => string | null
}

const all = 'all'

const moments: readonly Moment[] = [
  {
    name: 'after the survey',
    due: (when, call, [path]) =>
      when === 'before' && call === 'open' && ends(path, 'move.json.new') ? all : null,
  },
  {
    name: 'before it is taken away',
    due: (when, call, [from, to], machine) =>
      when === 'before' && call === 'rename' && to?.includes('gitsync/aside/') === true
        ? (from?.slice(machine.path.length + 1) ?? null)
        : null,
  },
  {
    name: 'after it was taken away',
    due: (when, call, [from, to], machine) =>
      when === 'after' && call === 'rename' && to?.includes('gitsync/aside/') === true
        ? (from?.slice(machine.path.length + 1) ?? null)
        : null,
  },
  {
    name: 'before the new one is rendered into place',
    due: (when, call, [path], machine) =>
      when === 'before' && call === 'lstat' && path?.includes('gitsync/rendered/') === true
        ? path.slice(machine.at('.git/gitsync/rendered/').length)
        : null,
  },
  {
    name: 'after it was put in place',
    due: (when, call, [from, to], machine) =>
      when === 'after' && call === 'link' && from?.includes('gitsync/rendered/') === true
        ? (to?.slice(machine.path.length + 1) ?? null)
        : null,
  },
  {
    name: 'before the index is published',
    due: (when, call, [from, to]) =>
      when === 'before' &&
      call === 'rename' &&
      ends(from, 'gitsync/index') &&
      ends(to, '.git/index')
        ? all
        : null,
  },
  {
    name: 'before the branch moves',
    due: (when, call, [from, to]) =>
      when === 'after' && call === 'rename' && ends(from, 'gitsync/index') && ends(to, '.git/index')
        ? all
        : null,
  },
]

describe.each(moments)('$name', ({ due }) => {
  it.each(changes)('$name: nothing is lost', async ({ act }) => {
    const { a, b, outside } = openPair('')
    await remoteChanges(a)
    const written: string[] = []
    const fired = new Set<string>()
    hooked.hook = (when, call, paths) => {
      const path = due(when, call, paths, b)
      if (path === null || fired.has(path)) return
      const chosen = path === all ? touched : touched.filter((one) => one === path)
      fired.add(path)
      for (const one of chosen) {
        const content = act(b, one, outside)
        if (content !== null) written.push(content)
      }
    }
    const moved = await pass(b)
    hooked.hook = () => undefined
    expect(fired.size).toBeGreaterThan(0)
    expect(moved.problem).toBeNull()
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    expect(a.git('rev-parse', 'HEAD')).toBe(b.git('rev-parse', 'HEAD'))
    expectKept(a, [...written, 'new from the remote\n', 'edited by the remote\n'])
    expect(readFileSync(join(outside, 'bystander'), 'utf8')).toBe('bystander\n')
    expect(readdirSync(join(outside, 'empty'))).toEqual(['.keep'])
  })
})

describe('between inspect and integrate', () => {
  it.each(changes)('$name: nothing is lost', async ({ act }) => {
    const { a, b, outside } = openPair('')
    await remoteChanges(a)
    const written: string[] = []
    const moved = await pass(b, () => {
      for (const path of touched) {
        const content = act(b, path, outside)
        if (content !== null) written.push(content)
      }
    })
    expect(moved.problem).toBeNull()
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    expectKept(a, [...written, 'new from the remote\n', 'edited by the remote\n'])
    expect(readdirSync(join(outside, 'empty'))).toEqual(['.keep'])
  })

  it('an ignored file in the way is kept under another name', async () => {
    const { a, b } = openPair('*.log\n')
    b.write('d/new.log', 'ignored, and nowhere else\n')
    a.write('d/new.log', 'from the remote\n')
    a.git('add', '-f', 'd/new.log')
    await pass(a)
    expect((await pass(b)).problem).toBeNull()
    expect(readFileSync(b.at('d/new.log'), 'utf8')).toBe('from the remote\n')
    expect(everyContent(b)).toContain('ignored, and nowhere else\n')
    expect(faultsOf(b)).toEqual([])
  })

  it('an untracked file that is the same already gets no copy', async () => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    const moved = await pass(b, () => b.write('d/new.txt', 'new from the remote\n'))
    expect(moved.problem).toBeNull()
    expect(readdirSync(b.at('d')).sort()).toEqual(['edited.txt', 'new.txt', 'stays.txt'])
    expect(faultsOf(b)).toEqual([])
  })

  it.each(['', 'of/empty', 'of/empty/folders'])(
    'an empty folder in the way of a file is no content (%j)',
    async (below) => {
      const { a, b } = openPair('')
      await remoteChanges(a)
      mkdirSync(b.at(`d/new.txt/${below}`), { recursive: true })
      if (below !== '') mkdirSync(b.at('d/new.txt/ä'))
      const moved = await pass(b)
      expect(moved.problem).toBeNull()
      expect(readdirSync(b.at('d')).sort()).toEqual(['edited.txt', 'new.txt', 'stays.txt'])
    },
  )

  it('a link to empty folders in the way of a file is kept, and they stay', async () => {
    const { a, b, outside } = openPair('')
    await remoteChanges(a)
    mkdirSync(join(outside, 'of/empty'), { recursive: true })
    symlinkSync(join(outside, 'of'), b.at('d/new.txt'))
    expect((await pass(b)).problem).toBeNull()
    expect(readdirSync(b.at('d'))).toHaveLength(4)
    expect(existsSync(join(outside, 'of/empty'))).toBe(true)
  })
})

it('a program that edits all the time loses nothing that it wrote last', async () => {
  const many = 600
  const name = (n: number): string => `d${n % 20}/f${n}.txt`
  const world = openWorld((folder) => {
    for (let n = 0; n < many; n += 1) writeFiles(folder, { [name(n)]: `base ${n}\n` })
  })
  keepWorld(world)
  const [a, b] = [world.machine('a'), world.machine('b')]
  for (let n = 0; n < many; n += 1)
    if (n % 6 === 5) a.remove(name(n))
    else a.write(name(n), `remote ${n}\n`)
  expect((await pass(a)).problem).toBeNull()
  const record = join(world.root, 'record')
  // It notes a content before it writes it, and writes as editors do: in place, or by a rename.
  const racer = spawn(process.execPath, [
    '-e',
    `const fs = require('node:fs')
     const [dir, record, many] = [process.argv[1], process.argv[2], Number(process.argv[3])]
     const end = Date.now() + 8000
     let n = 7, turn = 0
     const tick = () => {
       const moving = fs.existsSync(dir + '/.git/gitsync/move.json')
       n = (n * 131 + 17) % many
       const path = dir + '/d' + (n % 20) + '/f' + n + '.txt'
       const text = 'racer ' + turn++ + ' of ' + n + ' '.repeat(turn % 9) + '.'
       try {
         if (turn % 2) fs.writeFileSync(path, text + '\\n', { flag: 'r+' })
         else { fs.writeFileSync(dir + '/.git/racer', text + '\\n'); fs.renameSync(dir + '/.git/racer', path) }
         fs.appendFileSync(record, n + '\\t' + text + '\\t' + moving + '\\n')
       } catch {}
       if (Date.now() < end) setTimeout(tick, turn % 15 ? 20 : 500)
     }
     tick()`,
    b.path,
    record,
    String(many),
  ])
  const ended = new Promise((resolve) => racer.once('exit', resolve))
  await vi.waitFor(() => expect(existsSync(record)).toBe(true), { timeout: 20_000 })
  await pass(b)
  await pass(b)
  racer.kill('SIGKILL')
  await ended
  expect(await settle([b, a, b])).not.toBeNull()
  for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
  const writes = readFileSync(record, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  const last = new Map(writes.map(([n = '', text = '']) => [n, text]))
  const during = writes.filter(([, , moving]) => moving === 'true').length
  console.info(`${writes.length} writes, ${during} of them during a move`)
  expect(last.size).toBeGreaterThan(10)
  const there = everyContent(a).join('\n') + inHistory(a)
  const lost = [...last.values()].filter((text) => !there.includes(text))
  expect(lost).toEqual([])
}, 120_000)
