import { faultsOf, openWorld, pass, settle } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const mine = 'password of b, in no commit\n'

/** A file that git was told not to look at, with an edit that is nobody else's. */
const setUp = (flag: string): { readonly a: Machine; readonly b: Machine } => {
  const world = openWorld((dir) => writeFiles(dir, { 'd/conf': 'base\n', g: 'g\n' }))
  worlds.push(world)
  const [a, b] = [world.machine('a'), world.machine('b')]
  b.git('update-index', flag, 'd/conf')
  b.write('d/conf', mine)
  return { a, b }
}

const contentsIn = (machine: Machine): readonly string[] =>
  readdirSync(machine.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/.git'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

describe.each(['--assume-unchanged', '--skip-worktree'])('an edit behind %s', (flag) => {
  it.each<readonly [string, (a: Machine) => void]>([
    ['edits the file', (a) => a.write('d/conf', 'edited by the remote\n')],
    ['deletes the file', (a) => a.remove('d/conf')],
    [
      'makes a file of its folder',
      (a) => {
        a.remove('d')
        a.write('d', 'a file\n')
      },
    ],
  ])('is kept and stays unpublished when the remote %s', async (_, change) => {
    const { a, b } = setUp(flag)
    change(a)
    expect((await pass(a)).problem).toBeNull()
    b.write('other', 'other\n')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    expect(contentsIn(b)).toContain(mine)
    expect(a.git('log', '--all', '--format=%s', '-Spassword')).toBe('')
    expect(b.git('log', '--all', '--format=%s', '-Spassword')).toBe('')
    for (const machine of [a, b])
      expect(faultsOf(machine).filter((fault) => !fault.startsWith('status'))).toEqual([])
  })

  it('is what git is told of later edits too', async () => {
    const { a, b } = setUp(flag)
    b.write('d/conf', 'base\n')
    a.write('d/conf', 'edited by the remote\n')
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(readFileSync(b.at('d/conf'), 'utf8')).toBe('edited by the remote\n')
    b.write('d/conf', mine)
    expect((await pass(b)).committed).toBeNull()
    expect(b.git('status', '--porcelain')).toBe('')
    expect(readdirSync(b.at('d'))).toEqual(['conf'])
  })
})
