import { faultsOf, machineAt, openWorld, pass, settle } from '../support/three-machines.js'
import type { Machine, World } from '../support/three-machines.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { git, identify, writeFiles } from '../support/temp-repositories.js'

const worlds: World[] = []
const opened: Machine[] = []

afterEach(() => {
  for (const { workTree } of opened.splice(0)) workTree.close()
  for (const world of worlds.splice(0)) world.close()
})

/** A machine whose history ends after one commit, beside one that has it all and goes on. */
const setUp = async (transport: 'git' | 'libgit2') => {
  const world = openWorld((dir) => writeFiles(dir, { f: 'base\n' }))
  worlds.push(world)
  const a = world.machine('a')
  for (const text of ['one\n', 'two\n']) {
    a.write('f', text)
    expect((await pass(a)).problem).toBeNull()
  }
  const path = join(world.root, 'shallow')
  git(world.root, ['clone', '-q', '--depth', '1', `file://${world.remote}`, path])
  identify(path)
  const b = machineAt(path, { transport })
  opened.push(b)
  a.write('f', 'of a\n')
  expect((await pass(a)).problem).toBeNull()
  b.write('f', 'of b\n')
  return { a, b }
}

describe('a shallow clone', () => {
  it('is merged and pushed from like any other by the git program', async () => {
    const { a, b } = await setUp('git')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    expect(b.git('rev-parse', 'HEAD')).toBe(a.git('rev-parse', 'HEAD'))
    const copy = a.git('ls-files', 'f.sync-conflict-*')
    expect(readFileSync(a.at(copy), 'utf8')).toBe('of b\n')
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
  })

  it('is refused by libgit2, which would forget where its history ends', async () => {
    const { b } = await setUp('libgit2')
    const end = readFileSync(b.at('.git/shallow'), 'utf8')
    const { committed, problem } = await pass(b)
    expect(committed).not.toBeNull()
    expect(problem?.remedy).toMatch(/--unshallow/)
    expect(readFileSync(b.at('.git/shallow'), 'utf8')).toBe(end)
    expect(faultsOf(b)).toEqual([])
  })
})
