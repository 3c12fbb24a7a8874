import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  closeWorlds,
  inHistory,
  killPass,
  openPair,
  remoteChanges,
} from '../../support/mid-move.js'
import { tryGit } from '../../support/temp-repositories.js'
import { faultsOf, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'

afterEach(closeWorlds)

const inProgress = { kind: 'operation-in-progress' }

/** Both sides have gone on, and a pass of the second is killed. */
const killMerge = async (step: string): Promise<readonly [Machine, Machine]> => {
  const { a, b } = openPair('')
  await remoteChanges(a)
  b.write('d/stays.txt', 'edited here\n')
  killPass(b, step)
  expect(existsSync(b.at('.git/index.lock'))).toBe(true)
  return [a, b]
}

const expectLevel = async (machines: readonly Machine[]): Promise<void> => {
  expect(await settle(machines)).not.toBeNull()
  for (const machine of machines) {
    expect(faultsOf(machine), machine.name).toEqual([])
    const tree = treeOf(machine)
    expect(tree['d/edited.txt']).toBe('edited by the remote')
    expect(tree['d/new.txt']).toBe('new from the remote')
    expect(tree['d/stays.txt']).toBe('edited here')
    expect(tree).not.toHaveProperty('d/gone.txt')
  }
}

/** git notes a merge that it cannot carry out where another's lock of the index stands in its way. */
describe('a merge that a person begins beside the lock of a killed move', () => {
  it.each([
    ['is concluded', ['commit', '-q', '--no-edit', '--allow-empty']],
    ['is given up', ['merge', '--abort']],
  ] as const)('takes nothing back when it %s', async (_, args) => {
    const [a, b] = await killMerge('journal-written')
    expect(tryGit(b.path, ['pull', '-q', '--no-rebase', '--no-edit']).code).not.toBe(0)
    expect(existsSync(b.at('.git/MERGE_HEAD'))).toBe(true)
    expect((await pass(b)).problem).toMatchObject(inProgress)
    b.git(...args)
    await expectLevel([b, a, b])
  })

  it.each(['placed', 'index-moved', 'published'])(
    'can be given up after an edit (%s)',
    async (step) => {
      const [a, b] = await killMerge(step)
      writeFileSync(b.at('.git/MERGE_HEAD'), `${b.git('rev-parse', 'origin/main')}\n`)
      appendFileSync(b.at('d/new.txt'), 'and edited here\n')
      expect((await pass(b)).problem).toMatchObject(inProgress)
      b.git('merge', '--abort')
      expect(await settle([b, a, b])).not.toBeNull()
      for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
      expect(inHistory(a)).toContain('+and edited here')
      expect(treeOf(a)['d/edited.txt']).toBe('edited by the remote')
    },
  )
})
