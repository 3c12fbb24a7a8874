import { faultsOf, openWorld, pass, settle, treeOf } from '../support/three-machines.js'
import type { Machine, World } from '../support/three-machines.js'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import type * as promises from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { writeFiles } from '../support/temp-repositories.js'

/** Called before and after each call that changes a file: where a person’s hand slips in between. */
type Hook = (when: 'before' | 'after', call: string, paths: readonly string[]) => void
const hooked = vi.hoisted((): { hook: Hook } => ({ hook: () => undefined }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>()
  const wrap =
    <A extends readonly unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const paths = args.filter((arg) => typeof arg === 'string')
      hooked.hook('before', name, paths)
      const result = await call(...args)
      hooked.hook('after', name, paths)
      return result
    }
  return {
    ...real,
    open: wrap('open', real.open),
    rename: wrap('rename', real.rename),
    link: wrap('link', real.link),
    lstat: wrap('lstat', real.lstat),
  }
})

const worlds: World[] = []

afterEach(() => {
  hooked.hook = () => undefined
  for (const world of worlds.splice(0)) world.close()
})

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
const ends = (path: string | undefined, end: string): boolean => path?.endsWith(end) === true

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

const open = (
  ignored: string,
): { readonly a: Machine; readonly b: Machine; readonly outside: string } => {
  const world = openWorld((folder) =>
    writeFiles(folder, {
      'd/edited.txt': 'base of edited\n',
      'd/gone.txt': 'base of gone\n',
      'd/stays.txt': 'stays\n',
      '.gitignore': ignored,
    }),
  )
  worlds.push(world)
  const outside = join(world.root, 'outside')
  writeFiles(outside, { bystander: 'bystander\n', 'empty/.keep': '' })
  const [a, b] = [world.machine('a'), world.machine('b')]
  return { a, b, outside }
}

/** Machine a edits, deletes and adds. */
const remoteChanges = async (a: Machine): Promise<void> => {
  a.write('d/edited.txt', 'edited by the remote\n')
  a.remove('d/gone.txt')
  a.write('d/new.txt', 'new from the remote\n')
  expect((await pass(a)).problem).toBeNull()
}

const everyContent = (machine: Machine, folder = ''): readonly string[] =>
  readdirSync(machine.at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (path === '.git') return []
    if (entry.isDirectory()) return everyContent(machine, path)
    return entry.isFile() ? [readFileSync(machine.at(path), 'utf8')] : []
  })

const inHistory = (machine: Machine): string =>
  machine.git('log', '-p', '--text', '-m', '--format=')

const expectKept = (machine: Machine, contents: readonly string[]): void => {
  const there = everyContent(machine).join('\n')
  const history = inHistory(machine)
  for (const content of contents)
    for (const line of content.split('\n'))
      expect(there.includes(line) || history.includes(`+${line}`), line).toBe(true)
}

describe.each(moments)('$name', ({ due }) => {
  it.each(changes)('$name: nothing is lost', async ({ act }) => {
    const { a, b, outside } = open('')
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
    const { a, b, outside } = open('')
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
    const { a, b } = open('*.log\n')
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
    const { a, b } = open('')
    await remoteChanges(a)
    const moved = await pass(b, () => b.write('d/new.txt', 'new from the remote\n'))
    expect(moved.problem).toBeNull()
    expect(readdirSync(b.at('d')).sort()).toEqual(['edited.txt', 'new.txt', 'stays.txt'])
    expect(faultsOf(b)).toEqual([])
  })

  it('an empty folder in the way of a file is no content', async () => {
    const { a, b } = open('')
    await remoteChanges(a)
    mkdirSync(b.at('d/new.txt'))
    expect((await pass(b)).problem).toBeNull()
    expect(readdirSync(b.at('d')).sort()).toEqual(['edited.txt', 'new.txt', 'stays.txt'])
  })
})

it('what a program writes to a file it had open is kept', async () => {
  const { a, b } = open('')
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

describe('what is written late to a file whose folder became', () => {
  it.each<readonly [string, (a: Machine, outside: string) => void]>([
    ['a file', (a) => a.write('d', 'a file of the remote\n')],
    ['a link', (a, outside) => symlinkSync(join(outside, 'empty'), a.at('d'))],
    ['a link to nowhere', (a, outside) => symlinkSync(join(outside, 'none'), a.at('d'))],
  ])('%s is kept in the work tree', async (_, become) => {
    const { a, b, outside } = open('')
    a.git('rm', '-rq', 'd')
    become(a, outside)
    a.git('add', '-A')
    a.git('commit', '-qm', 'turned')
    a.git('push', '-q')
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

describe('a move that cannot be finished', () => {
  const late = 'written late, a good deal longer than it was before\n'

  /** Lets the move fail at the last file; what happens when the undo takes the new one away again is the test's. */
  const undone = async (
    happens: (b: Machine, file: number) => void,
  ): Promise<{ readonly a: Machine; readonly b: Machine }> => {
    const { a, b } = open('')
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
  const { a, b } = open('*.log\n')
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

it('a program that edits all the time loses nothing that it wrote last', async () => {
  const many = 600
  const name = (n: number): string => `d${n % 20}/f${n}.txt`
  const world = openWorld((folder) => {
    for (let n = 0; n < many; n += 1) writeFiles(folder, { [name(n)]: `base ${n}\n` })
  })
  worlds.push(world)
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
