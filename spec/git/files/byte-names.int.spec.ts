import { git, treeOf } from '../../support/temp-repositories.js'
import { faultsOf, openWorld, pass, settle } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'

/** A name out of an old archive: Latin-1, which is no UTF-8. */
const latin1 = (name: string): Buffer => Buffer.from(name, 'latin1')

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const at = (machine: Machine, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${machine.path}/`), latin1(name)])

const write = (machine: Machine, name: string, content: string): void => {
  const slash = name.lastIndexOf('/')
  if (slash > 0) mkdirSync(at(machine, name.slice(0, slash)), { recursive: true })
  writeFileSync(at(machine, name), content)
}

const read = (machine: Machine, name: string): string | null =>
  existsSync(at(machine, name)) ? readFileSync(at(machine, name), 'utf8') : null

/** Names in a folder, one character a byte. */
const namesIn = (machine: Machine, folder = '.'): readonly string[] =>
  readdirSync(at(machine, folder), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .filter((name) => name !== '.git')

const pair = (): readonly [Machine, Machine] => {
  const world = openWorld(() => undefined)
  worlds.push(world)
  return [world.machine('a'), world.machine('b')]
}

const expectLevel = async (...machines: readonly [Machine, Machine]): Promise<void> => {
  expect(await settle(machines)).not.toBeNull()
  const [a, b] = machines
  expect(treeOf(b.path)).toEqual(treeOf(a.path))
  expect(b.git('rev-parse', 'HEAD')).toBe(a.git('rev-parse', 'HEAD'))
  for (const machine of machines) expect(faultsOf(machine)).toEqual([])
}

describe('names that are no UTF-8', () => {
  it('arrive, change and go', async () => {
    const [a, b] = pair()
    write(a, 'caf\xe9', 'one\n')
    write(a, 'gr\xfc\xdfe/inner \xe4 name.txt', 'inner\n')
    write(a, 'gr\xfc\xdfe/plain.txt', 'plain\n')
    write(a, 'new\nline \xff "quoted"', 'odd\n')
    write(a, 'run\xe9.sh', '#!/bin/sh\n')
    chmodSync(at(a, 'run\xe9.sh'), 0o755)
    symlinkSync(latin1('caf\xe9'), at(a, 'l\xefnk'))
    await expectLevel(a, b)
    expect(read(b, 'caf\xe9')).toBe('one\n')
    expect(read(b, 'gr\xfc\xdfe/inner \xe4 name.txt')).toBe('inner\n')
    expect(read(b, 'new\nline \xff "quoted"')).toBe('odd\n')
    expect(lstatSync(at(b, 'run\xe9.sh')).mode & 0o111).not.toBe(0)
    expect(lstatSync(at(b, 'l\xefnk')).isSymbolicLink()).toBe(true)

    write(b, 'caf\xe9', 'two\n')
    rmSync(at(b, 'run\xe9.sh'))
    renameSync(at(b, 'gr\xfc\xdfe/plain.txt'), at(b, 'gr\xfc\xdfe/pl\xe4in.txt'))
    rmSync(at(b, 'l\xefnk'))
    write(b, 'l\xefnk', 'a file now\n')
    rmSync(at(b, 'new\nline \xff "quoted"'))
    write(b, 'new\nline \xff "quoted"/below', 'a folder now\n')
    await expectLevel(a, b)
    expect(read(a, 'caf\xe9')).toBe('two\n')
    expect(read(a, 'run\xe9.sh')).toBeNull()
    expect(read(a, 'l\xefnk')).toBe('a file now\n')
    expect(read(a, 'new\nline \xff "quoted"/below')).toBe('a folder now\n')
    expect(namesIn(a, 'gr\xfc\xdfe').toSorted()).toEqual(['inner \xe4 name.txt', 'pl\xe4in.txt'])

    rmSync(at(a, 'gr\xfc\xdfe'), { recursive: true })
    await expectLevel(a, b)
    expect(existsSync(at(b, 'gr\xfc\xdfe'))).toBe(false)
  })

  it('that look the same as text are two files', async () => {
    const [a, b] = pair()
    write(a, 'x\xe4', 'first\n')
    write(a, 'x\xf6', 'second\n')
    await expectLevel(a, b)
    write(b, 'x\xf6', 'second, changed\n')
    await expectLevel(a, b)
    expect([read(a, 'x\xe4'), read(a, 'x\xf6')]).toEqual(['first\n', 'second, changed\n'])
  })

  it('have both versions of a conflict kept', async () => {
    const [a, b] = pair()
    for (const name of ['both \xe4.txt', 'edited \xe4.txt', 'deleted \xe4.txt', 'merges \xe4.txt'])
      write(a, name, '1\n2\n3\n4\n5\n')
    await expectLevel(a, b)
    write(a, 'both \xe4.txt', 'of a\n')
    write(a, 'edited \xe4.txt', 'edited by a\n')
    rmSync(at(a, 'deleted \xe4.txt'))
    write(a, 'added \xe4.txt', 'added by a\n')
    write(a, 'merges \xe4.txt', 'a\n2\n3\n4\n5\n')
    write(a, 'utf8.txt', 'of a\n')
    write(b, 'both \xe4.txt', 'of b\n')
    rmSync(at(b, 'edited \xe4.txt'))
    write(b, 'deleted \xe4.txt', 'edited by b\n')
    write(b, 'added \xe4.txt', 'added by b\n')
    write(b, 'merges \xe4.txt', '1\n2\n3\n4\nb\n')
    write(b, 'utf8.txt', 'of b\n')
    expect((await pass(a)).problem).toBeNull()
    await expectLevel(a, b)
    expect(read(a, 'both \xe4.txt')).toBe('of a\n')
    expect(read(a, 'edited \xe4.txt')).toBe('edited by a\n')
    expect(read(a, 'deleted \xe4.txt')).toBe('edited by b\n')
    expect(read(a, 'added \xe4.txt')).toBe('added by a\n')
    expect(read(a, 'merges \xe4.txt')).toBe('a\n2\n3\n4\nb\n')
    const copies = namesIn(a).filter((name) => name.includes('.sync-conflict-'))
    const blobOf = (content: string): string =>
      git(a.path, ['hash-object', '--stdin'], { input: content }).slice(0, 7)
    const shapes = copies.map((name) => name.replace(/conflict-\d{8}-\d{6}-/, ''))
    expect(shapes.toSorted()).toEqual(
      [
        `added \xe4.sync-${blobOf('added by b\n')}.txt`,
        `both \xe4.sync-${blobOf('of b\n')}.txt`,
        `utf8.sync-${blobOf('of b\n')}.txt`,
      ].toSorted(),
    )
    expect(copies.map((name) => read(a, name)).toSorted()).toEqual([
      'added by b\n',
      'of b\n',
      'of b\n',
    ])
  })

  it('that are ignored here stay unpublished when the remote brings a file of their name', async () => {
    const [a, b] = pair()
    write(a, '.gitignore', '/caf?\n')
    await expectLevel(a, b)
    write(a, 'caf\xe9', 'of a\n')
    a.git('add', '-f', '.')
    a.git('commit', '-qm', 'forced')
    expect((await pass(a)).problem).toBeNull()
    write(b, 'caf\xe9', 'secret of b\n')
    await expectLevel(b, a)
    expect(read(b, 'caf\xe9')).toBe('of a\n')
    const copies = namesIn(b).filter((name) => name.includes('.sync-conflict-'))
    expect(copies.map((name) => read(b, name))).toEqual(['secret of b\n'])
    expect(a.git('log', '--all', '--format=%s', '-Ssecret of b')).toBe('')
  })

  it('whose file was edited meanwhile are committed before they are replaced', async () => {
    const [a, b] = pair()
    write(a, 'caf\xe9.txt', 'one\n')
    await expectLevel(a, b)
    write(a, 'caf\xe9.txt', 'two\n')
    expect((await pass(a)).problem).toBeNull()
    const between = (machine: Machine): void => write(machine, 'caf\xe9.txt', 'of b, meanwhile\n')
    expect((await pass(b, between)).problem).toBeNull()
    await expectLevel(a, b)
    const contents = namesIn(a).map((name) => read(a, name))
    expect(contents).toEqual(expect.arrayContaining(['two\n', 'of b, meanwhile\n']))
  })
})
