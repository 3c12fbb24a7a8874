import {
  closeSync,
  existsSync,
  fstatSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { everything } from '../../../src/actors/changes.js'
import {
  closeWorlds,
  everyContent,
  inHistory,
  killPass,
  openPair,
  remoteChanges,
} from '../../support/mid-move.js'
import { faultsOf, pass, reportOf, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'

const files: number[] = []

afterEach(() => {
  for (const file of files.splice(0)) closeSync(file)
  closeWorlds()
})

/** As a program does that writes to the end of a file which it keeps open. */
const hold = (machine: Machine, path: string, flags = 'a'): number => {
  const file = openSync(machine.at(path), flags)
  files.push(file)
  return file
}

const letGo = (file: number): void => {
  files.splice(files.indexOf(file), 1)
  closeSync(file)
}

const held = (machine: Machine): readonly string[] => {
  const folder = machine.at('.git/gitsync/open')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Somebody removes the lock that a killed pass leaves. */
const killAndUnlock = (machine: Machine, step: string): void => {
  killPass(machine, step)
  rmSync(machine.at('.git/index.lock'), { force: true })
}

const copiesIn = (machine: Machine): readonly string[] =>
  Object.keys(treeOf(machine)).filter((path) => path.includes('.sync-conflict-'))

const expectLevel = async (a: Machine, b: Machine): Promise<void> => {
  expect(await settle([b, a, b])).not.toBeNull()
  for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
}

/** Who holds a file open is told by /proc, which only Linux has. */
describe.runIf(existsSync('/proc/self/fd'))('a file that a program holds open', () => {
  it('gets a conflict copy’s name when it is written to after it was replaced, and stays that file', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/edited.txt')
    await remoteChanges(a)
    expect((await pass(b)).problem).toBeNull()
    expect(copiesIn(b)).toEqual([])
    writeSync(file, 'written late\n')
    const { reports, problem } = await pass(b)
    expect(problem).toBeNull()
    expect(readFileSync(b.at('d/edited.txt'), 'utf8')).toBe('edited by the remote\n')
    const [copy = ''] = copiesIn(b)
    expect(copy).toMatch(/^d\/edited\.sync-conflict-.*\.txt$/)
    const told = reports.flatMap((one) => (one.type === 'Inspected' ? one.conflicts : []))
    expect(told).toEqual([
      {
        type: 'ConflictKept',
        path: 'd/edited.txt',
        copy,
        ours: b.git('rev-parse', `HEAD:${copy}`),
        theirs: b.git('rev-parse', 'HEAD:d/edited.txt'),
      },
    ])
    writeSync(file, 'and later still\n')
    await expectLevel(a, b)
    expect(treeOf(a)[copy]).toBe('base of edited\nwritten late\nand later still')
    expect(held(b)).toEqual([])
  })

  it('takes its place again where it had been deleted', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/gone.txt')
    await remoteChanges(a)
    expect((await pass(b)).problem).toBeNull()
    expect(existsSync(b.at('d/gone.txt'))).toBe(false)
    writeSync(file, 'written late\n')
    await expectLevel(a, b)
    expect(treeOf(a)['d/gone.txt']).toBe('base of gone\nwritten late')
    writeSync(file, 'and later still\n')
    await expectLevel(a, b)
    expect(treeOf(a)['d/gone.txt']).toBe('base of gone\nwritten late\nand later still')
    expect(copiesIn(a)).toEqual([])
  })

  it('and had been deleted with its folder, where a file stands now, is kept beside that', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/gone.txt')
    rmSync(a.at('d'), { recursive: true })
    a.write('d', 'a file of the remote\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    writeSync(file, 'written late\n')
    await expectLevel(a, b)
    const [copy = ''] = copiesIn(a)
    expect(copy).toMatch(/^gone\.sync-conflict-/)
    expect(treeOf(a)[copy]).toBe('base of gone\nwritten late')
  })

  it.each(['a', 'r'])(
    'and never written to (%s) leaves nothing once it is closed',
    async (flags) => {
      const { a, b } = openPair('')
      const file = hold(b, 'd/edited.txt', flags)
      await remoteChanges(a)
      await pass(b)
      await pass(b)
      expect(held(b)).toHaveLength(2)
      letGo(file)
      await pass(b)
      expect(existsSync(b.at('.git/gitsync/open'))).toBe(false)
      await expectLevel(a, b)
      expect(copiesIn(a)).toEqual([])
    },
  )

  it('and written to and closed while nobody looked is kept', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/edited.txt')
    await remoteChanges(a)
    await pass(b)
    writeSync(file, 'written late\n')
    letGo(file)
    await expectLevel(a, b)
    expect(inHistory(a)).toContain('+written late')
  })

  it('and written to and closed in the middle of a pass is kept', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/edited.txt')
    await remoteChanges(a)
    await pass(b)
    const seen = await reportOf(b.workTree.inspect())
    if (seen.type !== 'Inspected') throw new Error(seen.type)
    writeSync(file, 'written late\n')
    letGo(file)
    await reportOf(b.workTree.commit(everything, seen.position))
    await expectLevel(a, b)
    expect(inHistory(a)).toContain('+written late')
  })

  it('is kept with each of its versions, where it is replaced again and again', async () => {
    const { a, b } = openPair('')
    const written: string[] = []
    for (const n of ['first', 'second', 'third']) {
      const file = hold(b, 'd/edited.txt')
      a.write('d/edited.txt', `${n} of the remote\n`)
      await pass(a)
      await pass(b)
      writeSync(file, `${n} written late\n`)
      written.push(`+${n} written late`)
    }
    await expectLevel(a, b)
    const history = inHistory(a)
    for (const line of written) expect(history).toContain(line)
  })

  it('and has come back is asked about by what it is: its name is gone', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/gone.txt')
    await remoteChanges(a)
    await pass(b)
    writeSync(file, 'first\n')
    await expectLevel(a, b)
    a.remove('d/gone.txt')
    await pass(a)
    await pass(b)
    writeSync(file, 'second\n')
    await expectLevel(a, b)
    expect(treeOf(a)['d/gone.txt']).toBe('base of gone\nfirst\nsecond')
  })

  it('by a name that its owner has changed is asked about by what it is', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/stays.txt')
    linkSync(b.at('d/stays.txt'), b.at('d/moved.txt'))
    unlinkSync(b.at('d/stays.txt'))
    await expectLevel(a, b)
    a.write('d/moved.txt', 'edited by the remote\n')
    await pass(a)
    await pass(b)
    writeSync(file, 'written late\n')
    await expectLevel(a, b)
    expect(inHistory(a)).toContain('+written late')
  })

  it('and has two names is kept where both are replaced', async () => {
    const { a, b } = openPair('')
    linkSync(b.at('d/stays.txt'), b.at('d/twin.txt'))
    await expectLevel(a, b)
    const [first, second] = [hold(b, 'd/stays.txt'), hold(b, 'd/twin.txt')]
    letGo(first)
    for (const name of ['d/stays.txt', 'd/twin.txt']) a.write(name, 'edited by the remote\n')
    await pass(a)
    await pass(b)
    await pass(b)
    writeSync(second, 'written late\n')
    await expectLevel(a, b)
    expect(inHistory(a)).toContain('+written late')
  })

  it('and whose time was put back after a write of the same length is kept once it is closed', async () => {
    const { a, b } = openPair('')
    const file = hold(b, 'd/edited.txt', 'r+')
    await remoteChanges(a)
    await pass(b)
    const { atime, mtime } = fstatSync(file)
    writeSync(file, 'late', 0)
    futimesSync(file, atime, mtime)
    await pass(b)
    letGo(file)
    await expectLevel(a, b)
    expect(inHistory(a)).toContain('+late of edited')
  })

  it('and only touched is no other version', async () => {
    const { a, b } = openPair('')
    const files = ['d/edited.txt', 'd/gone.txt'].map((name) => hold(b, name))
    await remoteChanges(a)
    await pass(b)
    for (const file of files) futimesSync(file, 1, 1)
    await expectLevel(a, b)
    for (const file of files) letGo(file)
    await expectLevel(a, b)
    expect(held(b)).toEqual([])
    expect(
      Object.keys(treeOf(a))
        .filter((path) => path.startsWith('d/'))
        .toSorted(),
    ).toEqual(['d/edited.txt', 'd/new.txt', 'd/stays.txt'])
  })

  it('and kept out of commits by its owner stays out of them', async () => {
    const { a, b } = openPair('')
    const files = ['d/edited.txt', 'd/gone.txt'].map((name) => hold(b, name))
    b.git('update-index', '--skip-worktree', 'd/edited.txt', 'd/gone.txt')
    await remoteChanges(a)
    await pass(b)
    for (const file of files) writeSync(file, 'for nobody else\n')
    await expectLevel(a, b)
    expect(inHistory(a)).not.toContain('for nobody else')
    expect(everyContent(b).filter((content) => content.includes('for nobody else'))).toHaveLength(2)
  })

  it('and encrypted by a filter that names it alone is never recorded in plain', async () => {
    const { a, b } = openPair('')
    for (const machine of [a, b]) {
      machine.git('config', 'filter.shift.clean', 'tr a-y b-z')
      machine.git('config', 'filter.shift.smudge', 'tr b-z a-y')
    }
    a.write('.gitattributes', '/d/edited.txt filter=shift\n')
    await remoteChanges(a)
    await expectLevel(a, b)
    const file = hold(b, 'd/edited.txt')
    a.write('d/edited.txt', 'another version\n')
    await pass(a)
    await pass(b)
    writeSync(file, 'for nobody else\n')
    await expectLevel(a, b)
    expect(inHistory(a)).not.toContain('for nobody else')
    expect(everyContent(b).filter((content) => content.includes('for nobody else'))).toHaveLength(1)
  })

  it.each(['removed', 'placed', 'index-moved', 'published', 'ref-moved'])(
    'and kept out of commits by its owner stays out of them where the move is killed (%s)',
    async (step) => {
      const { a, b } = openPair('')
      const paths = ['d/edited.txt', 'd/gone.txt']
      const [soon, late] = [paths, paths].map((each) => each.map((path) => hold(b, path)))
      b.git('update-index', '--skip-worktree', ...paths)
      await remoteChanges(a)
      killAndUnlock(b, step)
      for (const file of soon ?? []) writeSync(file, 'for nobody else\n')
      await pass(b)
      for (const file of late ?? []) writeSync(file, 'nor is this\n')
      await expectLevel(a, b)
      expect(inHistory(a)).not.toMatch(/for nobody else|nor is this/)
      const mine = 'for nobody else\nnor is this\n'
      expect(everyContent(b).filter((content) => content.endsWith(mine))).toHaveLength(2)
    },
  )

  it.each([
    ['a person goes on from where it went', 'published', ['reset', '-q', '--hard', 'origin/main']],
    ['a person goes elsewhere', 'placed', ['switch', '-qfc', 'other', 'HEAD']],
  ] as const)('is kept where a move is killed, and %s', async (_, step, args) => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    const file = hold(b, 'd/edited.txt')
    killAndUnlock(b, step)
    b.git(...args)
    await pass(b)
    writeSync(file, 'written late\n')
    letGo(file)
    for (let n = 0; n < 2; n += 1) await pass(b)
    const there = everyContent(b).join('')
    expect(there.includes('written late') || inHistory(b).includes('+written late')).toBe(true)
  })

  it('is kept where a move is killed, and its record is lost', async () => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    const file = hold(b, 'd/edited.txt')
    killAndUnlock(b, 'ref-moved')
    rmSync(b.at('.git/gitsync/move.json'))
    await pass(b)
    expect(existsSync(b.at('recovered'))).toBe(false)
    writeSync(file, 'written late\n')
    await expectLevel(a, b)
    expect(treeOf(a).recovered).toBe('base of edited\nwritten late')
  })

  it('is kept where an undo is killed that took it away, and the move goes on', async () => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    killAndUnlock(b, 'placed:2')
    const file = hold(b, 'd/edited.txt')
    const [old = ''] = readdirSync(b.at('.git/gitsync/aside')).filter(
      (name) => readFileSync(b.at(`.git/gitsync/aside/${name}`), 'utf8') === 'base of edited\n',
    )
    renameSync(b.at('d/edited.txt'), b.at(`.git/gitsync/aside/${old}.new`))
    expect((await pass(b)).problem).toBeNull()
    expect(treeOf(b)['d/edited.txt']).toBe('edited by the remote')
    writeSync(file, 'written late\n')
    await expectLevel(a, b)
    expect(Object.values(treeOf(a))).toContain('edited by the remote\nwritten late')
  })

  it('and whose note was lost is kept under a name that says so', async () => {
    const { a, b } = openPair('')
    hold(b, 'd/edited.txt')
    await remoteChanges(a)
    await pass(b)
    for (const name of held(b))
      if (name.endsWith('.json')) writeFileSync(join(b.at('.git/gitsync/open'), name), '{"path":7}')
    await expectLevel(a, b)
    expect(treeOf(a).recovered).toBe('base of edited')
  })

  it('of which only the note is there is forgotten', async () => {
    const { b } = openPair('')
    mkdirSync(b.at('.git/gitsync/open'), { recursive: true })
    for (const name of ['77.json', '78.json', '78.json.new'])
      writeFileSync(join(b.at('.git/gitsync/open'), name), '{}')
    utimesSync(b.at('.git/gitsync/open/77.json'), 1, 1)
    utimesSync(b.at('.git/gitsync/open/78.json.new'), 1, 1)
    expect((await pass(b)).problem).toBeNull()
    expect(held(b), 'the file of a new one may be about to come').toEqual(['78.json'])
  })
})
