import {
  faultsOf,
  openWorld,
  pass,
  reportOf,
  settle,
  treeOf,
} from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import type { Position, Report } from '../../../src/actors/reports.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { mend } from '../../../src/git/mend.js'
import { forgetSteps, onceAt } from '../../support/marked-steps.js'
import { settingsOf } from '../../support/settings.js'

vi.mock('../../../src/git/step-mark.js', async () => {
  const { markedSteps } = await import('../../support/marked-steps.js')
  return markedSteps
})

const worlds: World[] = []

afterEach(() => {
  forgetSteps()
  for (const world of worlds.splice(0)) world.close()
})

/** Two machines of which the first has pushed what the second has not. */
const openPair = async (
  own: Partial<RepoSettings> = {},
): Promise<readonly [a: Machine, b: Machine]> => {
  const world = openWorld((folder) => {
    writeFileSync(`${folder}/f.txt`, 'first\n')
    writeFileSync(`${folder}/g.txt`, 'second\n')
  })
  worlds.push(world)
  const [a, b] = [world.machine('a', own), world.machine('b', own)]
  for (const content of ['one\n', 'two\n']) {
    a.write('f.txt', content)
    a.write('in/new.txt', `new ${content}`)
    expect((await pass(a)).problem).toBeNull()
  }
  return [a, b]
}

const oursBeside = (b: Machine): void => {
  b.write('g.txt', 'ours\n')
  b.git('commit', '-qam', 'Ours')
}

const ways = [
  ['fast-forward', {}, () => undefined],
  ['merge', {}, oursBeside],
  ['rebase', { integrate: 'rebase' }, oursBeside],
] as const

/** As one does that had looked at the references before the fetch and the move wrote theirs. */
const pruneAsBefore = (machine: Machine): void => {
  const refs = ['refs/remotes/origin/main', 'refs/gitsync/moving/main']
  const known = refs.map((ref) => [ref, machine.git('rev-parse', ref)] as const)
  for (const ref of refs) machine.git('update-ref', '-d', ref)
  machine.git('gc', '--prune=now', '--quiet')
  for (const [ref, oid] of known) {
    mkdirSync(dirname(machine.at(`.git/${ref}`)), { recursive: true })
    writeFileSync(machine.at(`.git/${ref}`), `${oid}\n`)
  }
}

const positionOf = (report: Report): Position => {
  if ('position' in report) return report.position
  throw new Error(JSON.stringify(report))
}

const fetched = async ({ workTree }: Machine): Promise<Report> =>
  reportOf(workTree.fetch(positionOf(await reportOf(workTree.inspect()))))

/** Once, as the first try of a pass would. */
const integrate = async (machine: Machine): Promise<Report> => {
  const found = await fetched(machine)
  return found.type === 'Failed' ? found : reportOf(machine.workTree.integrate(positionOf(found)))
}

const expectLevel = async (machines: readonly Machine[]): Promise<void> => {
  expect(await settle(machines)).not.toBeNull()
  for (const machine of machines) {
    expect(faultsOf(machine), machine.name).toEqual([])
    expect(machine.git('fsck', '--strict', '--no-dangling')).toBe('')
  }
  expect(new Set(machines.map((machine) => machine.git('rev-parse', 'HEAD^{tree}'))).size).toBe(1)
}

describe.each(ways)('git gc --prune=now beside a %s', (_, own, before) => {
  it.each(['journal-written', 'placed', 'index-moved'] as const)(
    'that took what the branch is moved to, at %s, has it undone and done again',
    async (step) => {
      const [a, b] = await openPair(own)
      before(b)
      const [head, tree] = [b.git('rev-parse', 'HEAD'), treeOf(b)]
      onceAt(step, () => {
        pruneAsBefore(b)
      })
      expect(await integrate(b)).toMatchObject({
        problem: {
          kind: 'locked',
          message: 'What the branch was to be moved to was taken away by git gc.',
        },
      })
      expect(b.git('rev-parse', 'HEAD')).toBe(head)
      expect(b.git('status', '--porcelain')).toBe('')
      expect(treeOf(b)).toEqual(tree)
      await expectLevel([b, a])
      expect(treeOf(b)['f.txt']).toBe('two')
    },
  )

  it.each(['fetched', 'journal-written', 'placed', 'index-moved', 'published'] as const)(
    'that begins at %s takes nothing away',
    async (step) => {
      const [a, b] = await openPair(own)
      before(b)
      onceAt(step, () => {
        b.git('gc', '--prune=now', '--quiet')
      })
      expect(await integrate(b)).toMatchObject({ type: 'Integrated' })
      await expectLevel([b, a])
    },
  )
})

/** A git of which `gc.pid` tells. */
const collecting = async (machine: Machine): Promise<() => Promise<void>> => {
  const running = spawn('git', ['cat-file', '--batch'], {
    cwd: machine.path,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(running, 'spawn')
  writeFileSync(machine.at('.git/gc.pid'), `${running.pid ?? 0} ${hostname()}`)
  return async () => {
    running.stdin.end()
    await once(running, 'exit')
  }
}

const waits = {
  problem: { kind: 'locked', remedy: 'It is waited for.' },
}

describe('git gc', () => {
  it('is waited for by a fetch', async () => {
    const [, b] = await openPair()
    const end = await collecting(b)
    await expect.poll(() => integrate(b)).toMatchObject({ operation: 'fetch', ...waits })
    await end()
    expect(await integrate(b)).toMatchObject({ type: 'Integrated' })
  })

  it('that begins while a fetch is under way is waited for before anything is integrated', async () => {
    const [a, b] = await openPair()
    const position = positionOf(await fetched(b))
    const end = await collecting(b)
    await expect
      .poll(() => reportOf(b.workTree.integrate(position)))
      .toMatchObject({ operation: 'integrate', ...waits })
    expect(treeOf(b)['f.txt']).toBe('first')
    await end()
    await expectLevel([b, a])
  })

  it('is waited for by a restore, of which nothing is done', async () => {
    const [, b] = await openPair()
    await pass(b)
    const head = b.git('rev-parse', 'HEAD')
    const tree = b.git('rev-parse', 'HEAD~1^{tree}')
    const end = await collecting(b)
    const plan = () => Promise.resolve({ tree, verb: 'Restore', object: 'f.txt' })
    const mended = mend(settingsOf(b.path), everything, plan)
    await setTimeout(1500)
    expect(b.git('rev-parse', 'HEAD')).toBe(head)
    await end()
    expect((await mended).oid).toBe(b.git('rev-parse', 'HEAD'))
    expect(treeOf(b)['f.txt']).toBe('one')
  })

  it('that takes what a restore made has it made again', async () => {
    const [, b] = await openPair()
    await pass(b)
    const tree = b.git('rev-parse', 'HEAD~1^{tree}')
    const plan = () => Promise.resolve({ tree, verb: 'Restore', object: 'f.txt' })
    onceAt('index-moved', () => {
      pruneAsBefore(b)
    })
    const mended = await mend(settingsOf(b.path), everything, plan)
    expect(mended.oid).toBe(b.git('rev-parse', 'HEAD'))
    expect(treeOf(b)['f.txt']).toBe('one')
    expect(b.git('fsck', '--strict', '--no-dangling')).toBe('')
  })
})
