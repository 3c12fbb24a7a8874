import { createHash } from 'node:crypto'
import {
  faultsOf,
  openWorld,
  pass,
  reportOf,
  settle,
  treeOf,
} from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { git, writeFiles } from '../../support/temp-repositories.js'
import { afterEach, describe, expect, it } from 'vitest'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

const blobOf = (content: string): string =>
  createHash('sha1')
    .update(`blob ${String(content.length)}\0${content}`)
    .digest('hex')

/** Two contents whose blobs have their first seven digits in common: about twenty thousand are tried. */
const twins = (): readonly [string, string] => {
  const seen = new Map<string, string>()
  for (let n = 0; n < 1_000_000; n += 1) {
    const content = `version ${String(n)}\n`
    const start = blobOf(content).slice(0, 7)
    const other = seen.get(start)
    if (other !== undefined) return [other, content]
    seen.set(start, content)
  }
  throw new Error('None were found.')
}

const moment = '2026-01-01T00:00:00Z'

/** By the same person on machines of the same name, in the same second. */
const saveAt = (machine: Machine, content: string): void => {
  machine.write('note.txt', content)
  const env = { GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment }
  git(machine.path, ['commit', '-qam', 'Save'], { env })
}

interface Opened {
  readonly machines: readonly [Machine, Machine, Machine]
  readonly contents: readonly string[]
}

/** Two of three machines have saved in the same second, and the third was first. */
const opened = async (): Promise<Opened> => {
  const world = openWorld((folder) => writeFiles(folder, { 'note.txt': 'base\n' }))
  worlds.push(world)
  const machines = [world.machine('a'), world.machine('b'), world.machine('c')] as const
  const [a, b, c] = machines
  const contents = twins()
  saveAt(a, contents[0])
  saveAt(b, contents[1])
  c.write('note.txt', 'of the third\n')
  expect((await pass(c)).problem).toBeNull()
  return { machines, contents: contents.toSorted() }
}

const copyNames = (machine: Machine): readonly string[] =>
  Object.keys(treeOf(machine)).filter((path) => path.includes('.sync-conflict-'))

const copiesIn = (machine: Machine): readonly string[] =>
  Object.entries(treeOf(machine))
    .filter(([path]) => path.includes('.sync-conflict-20260101-00000'))
    .map(([, content]) => `${content}\n`)
    .toSorted()

const expectAll = ({ machines, contents }: Opened): void => {
  for (const machine of machines) {
    expect(copiesIn(machine)).toEqual(contents)
    expect(treeOf(machine)['note.txt']).toBe('of the third')
    expect(faultsOf(machine)).toEqual([])
  }
}

/** Merges, and does not come to push. */
const mergeAlone = async ({ workTree }: Machine): Promise<void> => {
  const seen = await reportOf(workTree.inspect())
  if (seen.type !== 'Inspected') throw new Error(seen.type)
  const fetched = await reportOf(workTree.fetch(seen.position))
  if (fetched.type !== 'Fetched') throw new Error(fetched.type)
  const merged = await reportOf(workTree.integrate(fetched.position))
  expect(merged).toMatchObject({ type: 'Integrated', result: { conflicts: 1 } })
}

describe('copies that want the same name in the same second', () => {
  it('are both kept where one machine resolves after the other', async () => {
    const world = await opened()
    expect(await settle(world.machines)).not.toBeNull()
    expectAll(world)
  })

  it('are both kept where both resolved before they knew of each other', async () => {
    const world = await opened()
    const [a, b] = world.machines
    await mergeAlone(a)
    await mergeAlone(b)
    expect(copyNames(a)).toEqual(copyNames(b))
    expect(await settle(world.machines)).not.toBeNull()
    expectAll(world)
  })
})
