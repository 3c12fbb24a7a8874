import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { fileAt } from '../../../src/git/files/byte-name.js'
import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'

/** Made up here, and put together, so that nobody takes this file for one that holds a secret. */
const token = ['ghp', 'k3J9vQ2mX7pL4sT8wB6nR1yZ5cD0fG3hA9eU'].join('_')

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const open = (files: Readonly<Record<string, string | Buffer>>): World => {
  const world = openWorld((dir) => writeFiles(dir, files))
  worlds.push(world)
  return world
}

/** Contents of what stands beside a path under a conflict copy's name. */
const copiesIn = (machine: Machine, folder = '.'): readonly string[] =>
  readdirSync(machine.at(folder)).filter((name) => name.includes('.sync-conflict-'))

describe('what is ignored here', () => {
  it.each([
    ['/local.conf\n', 'local.conf'],
    ['/d/local.conf\n', 'd/local.conf'],
    ['/we?ird [x].conf\n/we[?]ird [[]x].conf\n', 'we?ird [x].conf'],
  ])('by %j stays unpublished when the remote brings a file of its name', async (rule, path) => {
    const world = open({ '.gitignore': rule, 'd/f': 'f\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.write(path, 'of a\n')
    a.git('add', '-f', path)
    a.git('commit', '-qm', 'forced')
    b.write(path, 'secret of b\n')
    expect((await pass(a)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    expect(readFileSync(b.at(path), 'utf8')).toBe('of a\n')
    const folder = path.includes('/') ? 'd' : '.'
    const copies = copiesIn(b, folder).map((name) => readFileSync(b.at(join(folder, name)), 'utf8'))
    expect(copies).toEqual(['secret of b\n'])
    expect(Object.values(treeOf(a))).not.toContain('secret of b')
    expect(a.git('log', '--all', '--format=%s', '-Ssecret of b')).toBe('')
    for (const machine of [a, b]) expect(faultsOf(machine)).toEqual([])
  })

  it('in a folder stays unpublished when the remote brings a file of the folder’s name', async () => {
    const world = open({ '.gitignore': '/proj/private/\n/proj/*.key\n', 'proj/a.md': 'a\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    b.write('proj/private/diary', 'secret of b\n')
    b.write('proj/ä.key', 'secret of b\n')
    a.remove('proj')
    a.write('proj', 'a file\n')
    expect((await pass(a)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    const [copy = ''] = copiesIn(b)
    for (const path of ['private/diary', 'ä.key'])
      expect(readFileSync(b.at(join(copy, path)), 'utf8')).toBe('secret of b\n')
    expect(Object.values(treeOf(a))).not.toContain('secret of b')
    for (const machine of [a, b]) expect(faultsOf(machine)).toEqual([])
  })

  it('as a whole folder stays unpublished when the remote brings a file of its name', async () => {
    const world = open({ '.gitignore': '/build/\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.write('build', 'a file\n')
    b.write('build/out/key', 'secret of b\n')
    expect((await pass(a)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    expect(readFileSync(b.at('build'), 'utf8')).toBe('a file\n')
    const [copy = ''] = copiesIn(b)
    expect(readFileSync(b.at(`${copy}/out/key`), 'utf8')).toBe('secret of b\n')
    expect(Object.values(treeOf(a))).not.toContain('secret of b')
    for (const machine of [a, b]) expect(faultsOf(machine)).toEqual([])
  })
})

describe('what gitsync holds back here', () => {
  const ignore = ['private.txt', 'priv/', '/proj/*.key', '/proj/keys/', '/proj/deep/diary']
  const secret = 'secret of b\n'

  const expectUnpublished = async (a: Machine, b: Machine): Promise<void> => {
    expect(await settle([b, a])).not.toBeNull()
    for (const machine of [a, b])
      expect(machine.git('rev-parse', 'HEAD')).toBe(a.git('rev-parse', 'HEAD'))
    expect(a.git('log', '--all', '--format=%s', `-S${secret.trim()}`)).toBe('')
    expect(faultsOf(a)).toEqual([])
  }

  it.each(['private.txt', 'priv', 'notes~', '.DS_Store', 'sub/desktop.ini'])(
    'stays unpublished when the remote brings a file at %s',
    async (path) => {
      const world = open({ 'sub/f': 'f\n' })
      const a = world.machine('a', { ignoreDefaults: false })
      const b = world.machine('b', { ignore })
      const held = path === 'priv' ? 'priv/diary' : path
      b.write(held, secret)
      expect((await pass(b)).problem).toBeNull()
      a.write(path, 'of a\n')
      expect((await pass(a)).problem).toBeNull()
      await expectUnpublished(a, b)
      expect(readFileSync(b.at(path), 'utf8')).toBe('of a\n')
      const folder = path.includes('/') ? 'sub' : '.'
      const [copy = ''] = copiesIn(b, folder)
      const at = join(folder, copy, held === path ? '' : 'diary')
      expect(readFileSync(b.at(at), 'utf8')).toBe(secret)
    },
  )

  it('in a folder stays unpublished when the remote brings a file of the folder’s name', async () => {
    const world = open({ 'proj/a.md': 'a\n' })
    const [a, b] = [world.machine('a'), world.machine('b', { ignore })]
    for (const path of ['keys/k', 'ä.key', 'deep/diary']) b.write(`proj/${path}`, secret)
    writeFileSync(Buffer.from(`${b.at('proj')}/\xff.key`, 'latin1'), secret)
    expect((await pass(b)).problem).toBeNull()
    a.remove('proj')
    a.write('proj', 'a file\n')
    expect((await pass(a)).problem).toBeNull()
    const between = () => {
      b.write('proj/deep/mine.md', 'mine\n')
    }
    expect((await pass(b, between)).problem).toBeNull()
    await expectUnpublished(a, b)
    const [copy = ''] = copiesIn(b)
    const held = execFileSync('grep', ['-rlF', secret.trim(), b.at(copy)], { encoding: 'latin1' })
    expect(held.trim().split('\n')).toHaveLength(4)
    expect(Object.values(treeOf(a))).toContain('mine')
  })

  it('below a file that the remote makes a folder of stays unpublished', async () => {
    const world = open({})
    const [a, b] = [world.machine('a'), world.machine('b', { ignore })]
    b.write('private.txt', secret)
    expect((await pass(b)).problem).toBeNull()
    a.write('private.txt/in', 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    await expectUnpublished(a, b)
    expect(copiesIn(b).map((name) => readFileSync(b.at(name), 'utf8'))).toEqual([secret])
  })

  it('is published when it is tracked, as every edit is', async () => {
    const world = open({ 'private.txt': 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b', { ignore })]
    a.write('private.txt', 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    b.write('private.txt', 'of b\n')
    expect(await settle([b, a])).not.toBeNull()
    expect(Object.values(treeOf(a))).toEqual(expect.arrayContaining(['of a', 'of b']))
  })
})

describe('an edit that is held back from commits', () => {
  it('is kept beside when the remote edits the file, and the rest goes on', async () => {
    const world = open({ f: 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b', { maxFileSize: 1_000 })]
    a.write('f', 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    b.write('f', 'x'.repeat(2_000))
    b.write('mine', 'mine\n')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    expect(readFileSync(b.at('f'), 'utf8')).toBe('of a\n')
    const [copy = ''] = copiesIn(b)
    expect(statSync(b.at(copy)).size).toBe(2_000)
    expect(treeOf(a)).toMatchObject({ f: 'of a', mine: 'mine' })
    expect(faultsOf(b).filter((fault) => !fault.includes('??'))).toEqual([])
  })

  it.each([
    ['too large', 'U+FFFD', 'N\u{FFFD}.txt', 'x'.repeat(2_000)],
    ['too large', 'a byte that is no UTF-8', 'N\u{DCFF}.txt', 'x'.repeat(2_000)],
    ['a secret', 'U+FFFD', 'N\u{FFFD}.txt', `key ${token}\n`],
    ['a secret', 'a byte that is no UTF-8', 'N\u{DCFF}.txt', `key ${token}\n`],
  ])('for %s, with %s in its name, is kept beside as well', async (_why, _what, name, edit) => {
    const world = open({})
    const a = world.machine('a')
    const b = world.machine('b', { maxFileSize: 1_000, guard: 'on' })
    const at = ({ path }: Machine) => fileAt(path, name)
    writeFileSync(at(a), 'base\n')
    expect(await settle([a, b])).not.toBeNull()
    writeFileSync(at(a), 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    writeFileSync(at(b), edit)
    b.write('mine', 'mine\n')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    expect(readFileSync(at(b), 'utf8')).toBe('of a\n')
    const copies = readdirSync(b.path, { encoding: 'buffer' }).filter((one) =>
      one.includes('.sync-conflict-'),
    )
    expect(copies.map((one) => readFileSync(Buffer.concat([Buffer.from(`${b.path}/`), one]), 'utf8'))).toEqual([edit]) // prettier-ignore
    expect(treeOf(a)).toMatchObject({ mine: 'mine' })
    expect(a.git('log', '--all', '--format=%s', `-S${edit.trim()}`)).toBe('')
  })

  it('stays when the remote deletes the file', async () => {
    const world = open({ f: 'base\n' })
    const [a, b] = [world.machine('a'), world.machine('b', { maxFileSize: 1_000 })]
    a.remove('f')
    expect((await pass(a)).problem).toBeNull()
    b.write('f', 'x'.repeat(2_000))
    expect((await pass(b)).problem).toBeNull()
    expect(statSync(b.at('f')).size).toBe(2_000)
    expect(b.git('rev-parse', 'HEAD')).toBe(a.git('rev-parse', 'HEAD'))
  })

  it.each([
    ['an encoding that it is not in', 'f working-tree-encoding=UTF-16LE', Buffer.from('odd'), []],
    ['a filter that fails', 'f filter=no', Buffer.from('odd'), [['filter.no.clean', 'false'], ['filter.no.smudge', 'cat'], ['filter.no.required', 'true']]], // prettier-ignore
  ] as const)(
    'by %s is kept beside when the remote edits the file',
    async (_why, rule, odd, config) => {
      const world = open({ f: Buffer.from('o\0n\0e\0\n\0'), '.gitattributes': `${rule}\n` })
      for (const guard of ['on', 'off'] as const) {
        const [a, b] = [world.machine(`a-${guard}`), world.machine(`b-${guard}`, { guard })]
        for (const [key, value] of config) b.git('config', key, value)
        b.write('f', odd.toString())
        b.write(`mine-${guard}`, 'mine\n')
        writeFileSync(a.at('f'), Buffer.from(guard === 'on' ? 't\0w\0o\0\n\0' : 't\0r\0i\0\n\0'))
        expect((await pass(a)).problem).toBeNull()
        expect((await pass(b)).problem).toBeNull()
        const contents = [...copiesIn(b), 'f'].map((name) => readFileSync(b.at(name)))
        expect(contents).toEqual([odd, readFileSync(a.at('f'))])
        expect(treeOf(a)).not.toHaveProperty(copiesIn(b)[0] ?? '')
        expect((await pass(a)).problem).toBeNull()
        expect(treeOf(a)).toMatchObject({ [`mine-${guard}`]: 'mine' })
      }
    },
  )

  it('by line ends that git would not get back is kept beside when the remote edits the file', async () => {
    const world = open({ f: 'one\n', g: 'one\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    b.git('config', 'core.autocrlf', 'input')
    b.git('config', 'core.safecrlf', 'true')
    b.write('f', 'one\r\nof b\r\n')
    b.write('mine', 'mine\n')
    a.write('f', 'of a\n')
    a.write('g', 'two\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    const contents = [...copiesIn(b), 'f', 'g'].map((name) => readFileSync(b.at(name), 'utf8'))
    expect(contents).toEqual(['one\r\nof b\r\n', 'of a\n', 'two\n'])
    expect((await pass(a)).problem).toBeNull()
    expect(treeOf(a)).toMatchObject({ f: 'of a', mine: 'mine' })
    // Converted as its remedy says, the copy is recorded.
    b.write(copiesIn(b)[0] ?? '', 'one\nof b\n')
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)).toHaveProperty([copiesIn(b)[0] ?? ''], 'one\nof b')
  })

  it('by git-lfs that is not set up is kept beside when the remote edits the file', async () => {
    const pointer = (n: number) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${String(n).repeat(64)}\nsize 5\n`
    const world = open({ f: pointer(0), '.gitattributes': 'f filter=lfs\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    b.write('f', 'raw\n')
    a.write('f', pointer(1))
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect([...copiesIn(b), 'f'].map((name) => readFileSync(b.at(name), 'utf8'))).toEqual(['raw\n', pointer(1)]) // prettier-ignore
  })
})

describe('a submodule', () => {
  it('whose commit the remote moves is not moved back', async () => {
    const library = committedRepository({ lib: 'one\n' })
    const world = open({})
    const protocol = ['-c', 'protocol.file.allow=always']
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.git(...protocol, 'submodule', '--quiet', 'add', library, 'lib')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    b.git(...protocol, 'submodule', '--quiet', 'update', '--init')
    expect(await settle([a, b])).not.toBeNull()

    writeFiles(library, { lib: 'two\n' })
    git(library, ['commit', '-qam', 'two'])
    const two = git(library, ['rev-parse', 'HEAD'])
    git(a.at('lib'), ['pull', '-q'])
    expect((await pass(a)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    for (const machine of [a, b]) expect(machine.git('rev-parse', 'HEAD:lib')).toBe(two)
    // It is a person's to update it, and to move it on.
    b.git(...protocol, 'submodule', '--quiet', 'update')
    expect(await settle([b, a])).not.toBeNull()
    git(b.at('lib'), [
      '-c',
      'user.name=B',
      '-c',
      'user.email=b@c',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'three',
    ])
    const three = git(b.at('lib'), ['rev-parse', 'HEAD'])
    expect(await settle([b, a])).not.toBeNull()
    expect(a.git('rev-parse', 'HEAD:lib')).toBe(three)
    rmSync(library, { recursive: true })
  })

  const protocol = ['-c', 'protocol.file.allow=always']

  /** Two machines with a submodule of two versions, both at the first. */
  const pair = async () => {
    const library = committedRepository({ lib: 'one\n' })
    const one = git(library, ['rev-parse', 'HEAD'])
    writeFiles(library, { lib: 'two\n' })
    git(library, ['commit', '-qam', 'two'])
    const two = git(library, ['rev-parse', 'HEAD'])
    const world = open({})
    const [a, b] = [world.machine('a'), world.machine('b')]
    a.git(...protocol, 'submodule', '--quiet', 'add', library, 'lib')
    git(a.at('lib'), ['checkout', '-q', one])
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    b.git(...protocol, 'submodule', '--quiet', 'update', '--init')
    /** A person checks out a version in it; then everybody passes. */
    const put = async (machine: Machine, oid: string): Promise<void> => {
      git(machine.at('lib'), ['checkout', '-q', oid])
      expect((await pass(machine)).problem).toBeNull()
      expect(await settle([a, b])).not.toBeNull()
    }
    const recorded = () => [a, b].map((machine) => machine.git('rev-parse', 'HEAD:lib'))
    return { a, b, one, two, put, recorded }
  }

  it('that was updated, and put back on purpose, is recorded', async () => {
    const { a, b, one, two, put, recorded } = await pair()
    await put(a, two)
    expect(recorded()).toEqual([two, two])
    b.git(...protocol, 'submodule', '--quiet', 'update')
    expect(await settle([b, a])).not.toBeNull()
    await put(b, one)
    expect(recorded()).toEqual([one, one])
  })

  it('that the remote moved there and back is left behind no longer', async () => {
    const { a, b, one, two, put, recorded } = await pair()
    await put(a, two)
    await put(a, one)
    git(b.at('lib'), ['checkout', '-q', two])
    b.git('commit', '-qam', 'by hand')
    await put(b, one)
    expect(recorded()).toEqual([one, one])
  })
})

describe('a FIFO that took the place of a file', () => {
  it('is kept beside when the remote edits the file', async () => {
    const world = open({ log: 'one\n', other: 'one\n' })
    const [a, b] = [world.machine('a'), world.machine('b')]
    b.remove('log')
    execFileSync('mkfifo', [b.at('log')])
    a.write('log', 'two\n')
    a.write('other', 'two\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(readFileSync(b.at('log'), 'utf8')).toBe('two\n')
    const [copy = ''] = copiesIn(b)
    expect(lstatSync(b.at(copy)).isFIFO()).toBe(true)
    expect(await settle([b, a])).not.toBeNull()
    expect(treeOf(a)).toEqual(treeOf(b))
  })
})
