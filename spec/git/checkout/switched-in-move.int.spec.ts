import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { World } from '../../support/three-machines.js'
import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { forgetSteps, onceAt } from '../../support/marked-steps.js'

vi.mock('../../../src/git/step-mark.js', async () => {
  const { markedSteps } = await import('../../support/marked-steps.js')
  return markedSteps
})

const worlds: World[] = []

afterEach(() => {
  forgetSteps()
  for (const world of worlds.splice(0)) world.close()
})

/** It changes no file, and so waits for nobody's lock of the index. */
describe('a branch that a person begins while what the remote sent is brought in', () => {
  it.each(['journal-written', 'removed', 'placed', 'index-moved'] as const)(
    'begins where the other one was, and has nothing of it: at %s',
    async (wanted) => {
      const world = openWorld((folder) => {
        writeFileSync(`${folder}/f.txt`, 'first\n')
        writeFileSync(`${folder}/gone.txt`, 'goes\n')
      })
      worlds.push(world)
      const [a, b] = [world.machine('a'), world.machine('b')]
      a.write('f.txt', 'of a\n')
      a.write('new.txt', 'new\n')
      a.remove('gone.txt')
      expect((await pass(a)).problem).toBeNull()
      const [before, head] = [treeOf(b), b.git('rev-parse', 'HEAD')]
      onceAt(wanted, () => {
        b.git('switch', '-q', '-c', 'fresh')
      })
      expect((await pass(b)).problem).toBeNull()
      expect((await pass(b)).problem).toBeNull()
      expect(b.git('rev-parse', 'fresh')).toBe(head)
      expect(b.git('symbolic-ref', '--short', 'HEAD')).toBe('fresh')
      expect(treeOf(b)).toEqual(before)
      expect(faultsOf(b)).toEqual([])
      b.git('switch', '-q', 'main')
      expect(await settle([b, a])).not.toBeNull()
      expect(treeOf(b)).toEqual(treeOf(a))
      expect(treeOf(b)['f.txt']).toBe('of a')
    },
  )

  it.each([
    ['HEAD is detached', {}, ['switch', '-q', '--detach'], 'detached-head'],
    [
      'another branch is asked for',
      { branch: 'main' },
      ['switch', '-q', '-c', 'x'],
      'wrong-branch',
    ],
  ] as const)(
    'has nothing of it either where gitsync stops there: %s',
    async (_, own, args, kind) => {
      const world = openWorld((folder) => {
        writeFileSync(`${folder}/f.txt`, 'first\n')
      })
      worlds.push(world)
      const [a, b] = [world.machine('a'), world.machine('b', own)]
      a.write('f.txt', 'of a\n')
      a.write('new.txt', 'new\n')
      expect((await pass(a)).problem).toBeNull()
      const before = treeOf(b)
      onceAt('index-moved', () => {
        b.git(...args)
      })
      expect((await pass(b)).problem).toMatchObject({ kind })
      expect(b.git('status', '--porcelain')).toBe('')
      expect(treeOf(b)).toEqual(before)
      b.git('switch', '-q', 'main')
      expect(await settle([b, a])).not.toBeNull()
      expect(treeOf(b)).toEqual(treeOf(a))
    },
  )
})
