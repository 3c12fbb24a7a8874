import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { closeWorlds, killPass, openPair, remoteChanges } from '../../support/mid-move.js'
import { faultsOf, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'

afterEach(closeWorlds)

const expectNoCopy = async (a: Machine, b: Machine): Promise<void> => {
  expect(await settle([b, a, b])).not.toBeNull()
  for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
  expect(Object.keys(treeOf(a)).filter((path) => path.includes('sync-conflict'))).toEqual([])
  expect(readFileSync(b.at('d/edited.txt'), 'utf8')).toBe('edited by the remote\n')
}

/** The first new file is in its place, and no old one is taken away. */
const killEarly = (machine: Machine): void => {
  killPass(machine, 'placed')
  rmSync(machine.at('.git/index.lock'), { force: true })
}

it('a file whose rights git was told not to trust is no edit to a move that goes on after a kill', async () => {
  const { a, b } = openPair('')
  b.git('config', 'core.fileMode', 'false')
  for (const name of ['edited', 'gone', 'stays']) chmodSync(b.at(`d/${name}.txt`), 0o755)
  await remoteChanges(a)
  killEarly(b)
  await expectNoCopy(a, b)
})
