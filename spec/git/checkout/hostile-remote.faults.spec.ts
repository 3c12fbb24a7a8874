import { faultsOf, openWorld, pass } from '../../support/three-machines.js'
import type { Machine, Pass, World } from '../../support/three-machines.js'
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { blob, file, folder, literalTree, publish, rawTree } from '../../support/literal-tree.js'
import type { Entry } from '../../support/literal-tree.js'
import { git, writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

/** Names that some file system takes for `.git`, as the bytes of a tree. */
const gitNames = [
  ...['.git', '.GIT', '.gIt', 'git~1', 'GIT~1', '.git ', '.git.', '.git. .', '.git:x'],
  ...['.git::$INDEX_ALLOCATION', '.GIT::$index_allocation', '.git:$i30:$INDEX_ALLOCATION'],
  ...['.g\u200cit', '\ufeff.git', '.git\u200d', '.\u206agit', '.gi\u202et'],
].map((name) => Buffer.from(name).toString('latin1'))

const hook = (dir: string): Entry => file(dir, 'post-checkout', '#!/bin/sh\ntouch ran\n', '100755')

const hooks = (dir: string, name = 'hooks'): Entry => folder(dir, name, [hook(dir)])

const link = (dir: string, name: string, target: string): Entry => file(dir, name, target, '120000')

const gitlink = (name: string): Entry => ({ mode: '160000', name, oid: '1'.repeat(40) })

const modules = (
  dir: string,
  name: string,
  path: string,
  url = 'https://example.org/x',
): readonly Entry[] => [
  file(dir, '.gitmodules', `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n`),
  gitlink('m'),
]

/** What the remote holds at last: every case on top of `base`. */
type Content = (dir: string, outside: string) => readonly Entry[] | string

/** What no work tree may take. */
const refused: readonly (readonly [string, Content])[] = [
  ...gitNames.map((name, n): readonly [string, Content] => {
    const shown = JSON.stringify(name)
    switch (n % 3) {
      case 0:
        return [`${shown} with hooks`, (dir) => [folder(dir, name, [hooks(dir)])]]
      case 1:
        return [
          `${shown} further down`,
          (dir) => [folder(dir, 'd', [folder(dir, name, [hooks(dir)])])],
        ]
      default:
        return [`${shown} as a link`, (dir, outside) => [link(dir, name, outside)]]
    }
  }),
  ['HOOKS in .GIT', (dir) => [folder(dir, '.GIT', [hooks(dir, 'HOOKS')])]],
  ['.git as a submodule', () => [gitlink('.git')]],
  ['.GIT as a submodule', () => [gitlink('.GIT')]],
  ['a submodule below ..', (dir) => [folder(dir, '..', [gitlink('m')])]],
  ['a parent', (dir) => [folder(dir, '..', [file(dir, 'escaped')])]],
  ['a parent as a file', (dir) => [file(dir, '..')]],
  ['a dot', (dir) => [folder(dir, '.', [file(dir, 'escaped')])]],
  ['a parent inside of a name', (dir) => [file(dir, 'd/../../escaped')]],
  ['an absolute path', (dir, outside) => [file(dir, `${outside}/escaped`)]],
  ['an absolute folder', (dir, outside) => [folder(dir, outside, [file(dir, 'escaped')])]],
  [
    'a link, and a file below it',
    (dir, outside) => [link(dir, 'x', outside), folder(dir, 'x', [file(dir, 'escaped')])],
  ],
  [
    'a link to .git, and hooks below it',
    (dir) => [link(dir, 'x', '.git'), folder(dir, 'x', [hooks(dir)])],
  ],
  ['a submodule, and a file below it', (dir) => [gitlink('x'), folder(dir, 'x', [file(dir, 'f')])]],
  [
    'a link that leads out, and a file with its path for a name',
    (dir, outside) => [link(dir, 'x', outside), file(dir, 'x/escaped')],
  ],
  [
    '.gitmodules that runs a command',
    (dir) => [
      file(dir, '.gitmodules', '[submodule "m"]\n\tpath = m\n\tupdate = !touch ran\n'),
      gitlink('m'),
    ],
  ],
  [
    '.gitmodules that cannot be read',
    (dir) => [file(dir, '.gitmodules', '[submodule "m\npath\n'), gitlink('m')],
  ],
  ['.gitmodules as a link', (dir, outside) => [link(dir, '.gitmodules', outside), gitlink('m')]],
  [
    'hundreds of folders, one in the other',
    (dir) => [
      Array.from({ length: 400 }).reduce<Entry>((inner) => folder(dir, 'd', [inner]), hook(dir)),
    ],
  ],
]

/** What git itself takes, or takes in part; what it does must do no harm. */
const harmless: readonly (readonly [string, Content])[] = [
  ['a name twice', (dir) => rawTree(dir, [file(dir, 'x', 'one\n'), file(dir, 'x', 'two\n')])],
  [
    'a name twice, as a link and as a file',
    (dir, outside) => rawTree(dir, [link(dir, 'x', outside), file(dir, 'x', 'two\n')]),
  ],
  [
    'a folder twice',
    (dir) => rawTree(dir, [folder(dir, 'x', [file(dir, 'f')]), folder(dir, 'x', [file(dir, 'g')])]),
  ],
  [
    'a tree out of order',
    (dir) =>
      rawTree(dir, [
        file(dir, 'z'),
        folder(dir, 'm', [file(dir, 'f')]),
        file(dir, 'a'),
        file(dir, 'README'),
      ]),
  ],
  [
    'a name twice, far from each other',
    (dir) => rawTree(dir, [file(dir, 'x', 'one\n'), file(dir, 'a'), link(dir, 'x', 'a')]),
  ],
  ['an empty tree as a folder', (dir) => [folder(dir, 'x', [])]],
  ['a link into .git', (dir) => [link(dir, 'x', '.git/hooks')]],
  ['a link out', (dir, outside) => [link(dir, 'x', outside)]],
  ['a submodule -u', (dir) => modules(dir, 'm', '-u./ran', '-u./ran')],
  ['a submodule with a parent for a name', (dir) => modules(dir, '../../hooks', 'm')],
  ['a submodule outside', (dir, outside) => modules(dir, 'm', outside)],
  ['a submodule from ext::', (dir) => modules(dir, 'm', 'm', 'ext::sh -c touch% ran')],
]

/** Everything that a machine must not be brought to change: git's own besides objects, references, index and logs. */
const guarded = (machine: Machine): readonly string[] =>
  readdirSync(machine.at('.git'), { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^(?:objects|refs|logs|gitsync|lost-found)(?:\/|$)/.test(path))
    .filter(
      (path) => !/^(?:FETCH_HEAD|ORIG_HEAD|index|packed-refs|COMMIT_EDITMSG|.*\.lock)$/.test(path),
    )
    .map((path) => {
      const found = statSync(machine.at(join('.git', path)))
      return found.isFile()
        ? `${path}\n${readFileSync(machine.at(join('.git', path)), 'latin1')}`
        : path
    })
    .toSorted()

const ownFaultsOf = (machine: Machine): readonly string[] =>
  faultsOf(machine).filter((fault) => !fault.startsWith('fsck'))

const setUp = () => {
  const world = openWorld((dir) => writeFiles(dir, { 'd/f.txt': 'base\n' }))
  worlds.push(world)
  const outside = join(world.root, 'outside')
  writeFiles(outside, { bystander: 'bystander\n' })
  const a = world.machine('a')
  const b = world.machine('b', { transport: 'git' })
  const c = world.machine('c', { transport: 'libgit2' })
  const root = readdirSync(world.root).toSorted()
  const before = new Map([b, c].map((machine) => [machine, guarded(machine)]))
  const expectUnharmed = (machine: Machine): void => {
    expect(guarded(machine)).toEqual(before.get(machine))
    expect(readdirSync(outside)).toEqual(['bystander'])
    expect(readFileSync(join(outside, 'bystander'), 'utf8')).toBe('bystander\n')
    expect(readdirSync(world.root).toSorted()).toEqual(root)
    expect(ownFaultsOf(machine)).toEqual([])
  }
  return { a, b, c, outside, expectUnharmed }
}

/** A tree alone replaces all; entries come beside what is there. */
const put = (machine: Machine, content: readonly Entry[] | string, parent = 'HEAD'): string => {
  if (typeof content !== 'string') return publish(machine.path, content)
  const commit = machine.git('commit-tree', '-p', parent, '-m', 'hostile', content)
  machine.git('push', '-q', 'origin', `${commit}:refs/heads/main`)
  return commit
}

const takeBack = (a: Machine): void => {
  a.git('push', '-q', '-f', 'origin', 'HEAD:refs/heads/main')
}

const expectWorking = async (b: Machine, n: number): Promise<Pass> => {
  b.write('mine', `mine ${String(n)}\n`)
  const passed = await pass(b)
  expect(passed.committed, 'local work goes on').not.toBeNull()
  expect(b.git('show', 'HEAD:mine')).toBe(`mine ${String(n)}`)
  return passed
}

describe('by both transports, what is hostile', () => {
  it.each(refused)('stays out: %s', async (_, content) => {
    const { a, b, c, outside, expectUnharmed } = setUp()
    const bad = put(a, content(a.path, outside))
    for (const machine of [b, c]) {
      const files = readdirSync(machine.path)
      const { problem } = await expectWorking(machine, 0)
      expect(problem, 'a clear problem').not.toBeNull()
      expect(problem?.remedy).toMatch(/\w{3}/)
      expectUnharmed(machine)
      expect(readdirSync(machine.path).toSorted()).toEqual([...files, 'mine'].toSorted())
    }
    takeBack(a)
    for (const machine of [b, c]) {
      expect((await expectWorking(machine, 1)).problem).toBeNull()
      expect(machine.git('log', '--format=%H', 'HEAD')).not.toContain(bad)
    }
  })

  it.each(harmless)('does no harm: %s', async (_, content) => {
    const { a, b, c, outside, expectUnharmed } = setUp()
    put(a, content(a.path, outside))
    for (const machine of [b, c]) {
      const { problem } = await expectWorking(machine, 0)
      if (problem !== null) expect(problem.remedy).toMatch(/\w{3}/)
      expectUnharmed(machine)
    }
    // Taken or refused: a commit that takes it back ends it.
    a.git('fetch', '-q')
    const tree = a.git('rev-parse', 'HEAD^{tree}')
    const mended = a.git('commit-tree', '-p', 'origin/main', '-m', 'mended', tree)
    a.git('push', '-q', 'origin', `${mended}:refs/heads/main`)
    for (const machine of [b, c]) {
      expect((await expectWorking(machine, 1)).problem).toBeNull()
      expect(readFileSync(machine.at('d/f.txt'), 'utf8')).toBe('base\n')
      expectUnharmed(machine)
    }
  })
})

describe('a link that leads out', () => {
  const escaping = (a: Machine, parent: string): string => {
    const others = a
      .git('ls-tree', 'HEAD')
      .split('\n')
      .map((line): Entry => {
        const [, mode = '', oid = '', name = ''] = /^0?(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? []
        return { mode, oid, name }
      })
    const tree = literalTree(a.path, [...others, folder(a.path, 'x', [file(a.path, 'escaped')])])
    return a.git('commit-tree', '-p', parent, '-m', 'below', tree)
  }

  it.each(['both at once', 'one after the other'])(
    'and then a folder in its place, %s: the file is in the work tree',
    async (how) => {
      const { a, b, outside, expectUnharmed } = setUp()
      const linked = put(a, [link(a.path, 'x', outside)])
      if (how === 'one after the other') expect((await pass(b)).problem).toBeNull()
      const next = escaping(a, linked)
      a.git('push', '-q', 'origin', `${next}:refs/heads/main`)
      expect((await expectWorking(b, 0)).problem).toBeNull()
      expect(readFileSync(b.at('x/escaped'), 'utf8')).toBe('hostile\n')
      expect(b.git('ls-files', 'x')).toBe('x/escaped')
      expectUnharmed(b)
    },
  )

  it.each<readonly [string, (outside: string) => string, (b: Machine) => void]>([
    ['committed', (outside) => outside, () => undefined],
    ['ignored', (outside) => outside, (b) => writeFiles(b.path, { '.git/info/exclude': 'x\n' })],
    ['into .git', () => '.git/hooks', () => undefined],
  ])('%s here, where the remote has a folder', async (_, target, prepare) => {
    const { a, b, outside } = setUp()
    prepare(b)
    symlinkSync(target(outside), b.at('x'))
    const before = guarded(b)
    a.git('push', '-q', 'origin', `${escaping(a, 'HEAD')}:refs/heads/main`)
    expect((await expectWorking(b, 0)).problem).toBeNull()
    expect(guarded(b).filter((one) => !one.startsWith('info/exclude'))).toEqual(
      before.filter((one) => !one.startsWith('info/exclude')),
    )
    expect(readdirSync(outside)).toEqual(['bystander'])
    expect(b.git('ls-files')).toContain('x/escaped')
    expect(readFileSync(b.at('x/escaped'), 'utf8')).toBe('hostile\n')
    expect(ownFaultsOf(b)).toEqual([])
  })

  it('on the way to what the remote deletes: nothing behind it goes', async () => {
    const { a, b, outside } = setUp()
    writeFiles(outside, { 'f.txt': 'base\n' })
    a.remove('d')
    a.write('e', 'e\n')
    expect((await pass(a)).problem).toBeNull()
    const passed = await pass(b, () => {
      b.remove('d')
      symlinkSync(outside, b.at('d'))
    })
    expect(passed.problem).toBeNull()
    expect(readFileSync(join(outside, 'f.txt'), 'utf8')).toBe('base\n')
    expect(ownFaultsOf(b)).toEqual([])
  })
})

it('what the remote calls a submodule is not what stands in a folder of that name', async () => {
  const { a, b, outside, expectUnharmed } = setUp()
  mkdirSync(b.at('m'))
  b.write('m/own', 'own\n')
  put(a, modules(a.path, '../../../outside', 'm', outside))
  await expectWorking(b, 0)
  const history = git(b.path, ['log', '--all', '-p', '--text', '-m', '--format='])
  expect(history).toContain('+own')
  expect(blob(b.path, 'own\n')).toMatch(/^\w{40}$/)
  expectUnharmed(b)
})
