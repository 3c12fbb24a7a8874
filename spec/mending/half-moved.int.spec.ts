import { temporaryFolder } from '../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { restoreFile } from '../../src/mending/restore.js'
import { undoCommit } from '../../src/mending/undo.js'
import { noConfig, refusal } from '../support/mending.js'
import { closeWorlds, killPass, openPair, remoteChanges } from '../support/mid-move.js'
import { program } from '../support/program.js'
import { faultsOf, pass, settle, treeOf } from '../support/three-machines.js'
import type { Machine } from '../support/three-machines.js'

afterEach(closeWorlds)

const asks = [
  ['undo', ({ path }: Machine) => undoCommit(noConfig, path)],
  [
    'restore',
    (machine: Machine) => restoreFile(noConfig, machine.at('d/stays.txt'), { at: new Date() }),
  ],
] as const

const steps = ['journal-written', 'removed', 'placed', 'index-moved', 'published'] as const

/** What is half moved is nobody's edit: to save it first would take back what the remote had brought. */
describe.each(asks)('%s after a sync that was killed', (_, ask) => {
  it.each(
    steps.flatMap(
      (step) =>
        [
          [step, 'stands'],
          [step, 'was taken away'],
        ] as const,
    ),
  )('at %s, whose lock %s, changes nothing and says what comes first', async (step, lock) => {
    const { a, b } = openPair('')
    await remoteChanges(a)
    const brought = treeOf(a)
    b.write('d/stays.txt', 'edited here\n')
    killPass(b, step)
    appendFileSync(b.at('d/stays.txt'), 'and in mid-move\n')
    if (lock !== 'stands') rmSync(b.at('.git/index.lock'))
    const head = b.git('rev-parse', 'HEAD')
    const { message, remedy } = refusal(await ask(b))
    expect(message).toContain('nothing was changed')
    expect(remedy).toContain('gitsync once')
    expect(b.git('rev-parse', 'HEAD')).toBe(head)
    expect(existsSync(b.at('.git/index.lock'))).toBe(lock === 'stands')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    for (const machine of [a, b]) {
      expect(faultsOf(machine)).toEqual([])
      expect(treeOf(machine)).toEqual({ ...brought, 'd/stays.txt': 'edited here\nand in mid-move' })
    }
    expect(await ask(b)).not.toMatchObject({ type: 'Refused' })
  })
})

/** It cannot go on from where the branch is then: half of it would be committed as edits. */
it('what the remote sent is not brought in beside an undo that was killed', async () => {
  const { a, b } = openPair('')
  b.write('d/edited.txt', 'to be undone\n')
  b.remove('d/gone.txt')
  b.write('d/made.txt', 'made\n')
  expect((await pass(b)).problem).toBeNull()
  a.write('e/elsewhere.txt', 'of a\n')
  expect((await pass(a)).problem).toBeNull()
  const killUndo = (): void => {
    const env = {
      ...process.env,
      XDG_STATE_HOME: temporaryFolder(),
      GITSYNC_TEST_KILL_AT: 'placed',
    }
    const args = [program, 'undo', b.path]
    expect(spawnSync(process.execPath, args, { env }).signal).toBe('SIGKILL')
  }
  expect((await pass(b, killUndo)).problem).toBeNull()
  expect(await settle([b, a])).not.toBeNull()
  for (const machine of [a, b]) {
    expect(faultsOf(machine)).toEqual([])
    const { 'd/made.txt': made, ...tree } = treeOf(machine)
    expect(made).toBeUndefined()
    expect(tree).toMatchObject({
      'd/edited.txt': 'base of edited',
      'd/gone.txt': 'base of gone',
      'e/elsewhere.txt': 'of a',
    })
  }
})
