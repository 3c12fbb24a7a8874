import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { everything } from '../../../src/actors/changes.js'
import { closeWorlds, inHistory, openPair, remoteChanges } from '../../support/mid-move.js'
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

  it('and whose note was lost is kept under a name that says so', async () => {
    const { a, b } = openPair('')
    hold(b, 'd/edited.txt')
    await remoteChanges(a)
    await pass(b)
    for (const name of held(b))
      if (name.endsWith('.json')) writeFileSync(join(b.at('.git/gitsync/open'), name), '{"path":7}')
    await expectLevel(a, b)
    const [copy = ''] = copiesIn(a)
    expect(copy).toMatch(/^recovered\.sync-conflict-/)
    expect(treeOf(a)[copy]).toBe('base of edited')
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
