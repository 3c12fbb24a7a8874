import { mkdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { closeWorlds, keepWorld } from '../../support/mid-move.js'
import { tryGit, writeFiles } from '../../support/temp-repositories.js'
import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'

afterEach(closeWorlds)

const openPair = (files: Readonly<Record<string, string>>): readonly [Machine, Machine] => {
  const world = openWorld((folder) => writeFiles(folder, { a: 'a\n', ...files }))
  keepWorld(world)
  return [world.machine('a'), world.machine('b')]
}

const expectLevel = async (a: Machine, b: Machine): Promise<void> => {
  expect(await settle([b, a, b])).not.toBeNull()
  for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
  expect(Object.keys(treeOf(a)).filter((path) => path.includes('sync-conflict'))).toEqual([])
}

const linesOf = (machine: Machine, path: string): readonly string[] =>
  (treeOf(machine)[path] ?? '').split('\n').toSorted()

const submodule = (machine: Machine, path: string): string => {
  mkdirSync(machine.at(path), { recursive: true })
  machine.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${path}`)
  return `[submodule "${path}"]\n\tpath = ${path}\n\turl = https://example.org/${path}.git\n`
}

/** The version that lost would be a copy, whose rules nobody follows. */
describe('rules that both sides changed in the same place all hold', () => {
  it.each([
    ['that was there', { '.gitignore': '*.o\n' }],
    ['that both made', {}],
  ])('of a .gitignore %s: what is ignored stays at home', async (_, files) => {
    const [a, b] = openPair(files)
    const base = Object.values(files).join('')
    a.write('.gitignore', `${base}*.tmp\n`)
    await pass(a)
    b.write('.gitignore', `${base}diary/\n`)
    b.write('diary/today.md', 'for nobody else\n')
    await expectLevel(a, b)
    expect(linesOf(a, '.gitignore')).toEqual([`${base}*.tmp`, 'diary/'].join('\n').split('\n'))
    expect(treeOf(a)).not.toHaveProperty('diary/today.md')
  })

  it('of a .gitattributes in a folder', async () => {
    const [a, b] = openPair({ 'd/.gitattributes': '*.md text\n' })
    a.write('d/.gitattributes', '*.md text\n*.bin binary\n')
    await pass(a)
    b.write('d/.gitattributes', '*.md text\n*.key -diff\n')
    await expectLevel(a, b)
    expect(linesOf(a, 'd/.gitattributes')).toEqual(['*.bin binary', '*.key -diff', '*.md text'])
  })

  it('of a .gitmodules: each submodule has its place', async () => {
    const [a, b] = openPair({})
    a.write('.gitmodules', submodule(a, 'x'))
    await pass(a)
    b.write('.gitmodules', submodule(b, 'y'))
    await expectLevel(a, b)
    expect(tryGit(a.path, ['submodule', 'status']).code).toBe(0)
  })

  it('unless an owner’s own rule says how they merge', async () => {
    const [a, b] = openPair({ '.gitattributes': '.gitignore -merge\n', '.gitignore': '*.o\n' })
    a.write('.gitignore', '*.o\n*.tmp\n')
    await pass(a)
    b.write('.gitignore', '*.o\n*.log\n')
    expect(await settle([b, a, b])).not.toBeNull()
    expect(treeOf(a)['.gitignore']).toBe('*.o\n*.tmp')
  })
})
