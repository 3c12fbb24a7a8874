import {
  copyName,
  faultsOf,
  openWorld,
  pass,
  settle,
  treeOf,
} from '../../support/three-machines.js'
import type { Machine, Pass, World } from '../../support/three-machines.js'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ConflictKept } from '../../../src/actors/outcome.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import type { Case, CopyOf } from '../../support/conflict-cases.js'
import { cases } from '../../support/conflict-cases.js'
import { writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterAll(() => {
  for (const world of worlds) world.close()
})

const folderOf = (one: Case): string => `case ${cases.indexOf(one)}`

/** The same machine, seen from a folder of its own for each case. */
const within = (machine: Machine, folder: string): Machine => ({
  ...machine,
  at: (path) => machine.at(`${folder}/${path}`),
  write: (path, content) => machine.write(`${folder}/${path}`, content),
  remove: (path) => machine.remove(`${folder}/${path}`),
})

type Policy = RepoSettings['conflict']

const openAll = (
  chosen: readonly Case[],
  conflict: Policy,
): readonly [Machine, Machine, Machine] => {
  const world = openWorld((folder) => {
    for (const one of chosen) writeFiles(join(folder, folderOf(one)), one.seed)
  })
  worlds.push(world)
  const open = (name: string): Machine => {
    const machine = world.machine(name, { conflict })
    machine.git('config', 'filter.up.clean', 'sed s/shown/stored/')
    machine.git('config', 'filter.up.smudge', 'sed s/stored/shown/')
    machine.git('rm', '-rq', '--cached', '.')
    machine.git('checkout', '-q', '-f', 'HEAD', '--', '.')
    return machine
  }
  return [open('a'), open('b'), open('c')]
}

interface Played {
  readonly machines: readonly Machine[]
  readonly passes: readonly Pass[]
  readonly rounds: number | null
  readonly tree: Readonly<Record<string, string>>
  /** What a pass said was kept. */
  readonly told: readonly ConflictKept[]
}

/** Three machines, each case in a folder of its own; the third machine adds a file. */
const play = async (chosen: readonly Case[], conflict: Policy): Promise<Played> => {
  const machines = openAll(chosen, conflict)
  const [a, b, c] = machines
  for (const one of chosen) {
    one.first(within(a, folderOf(one)))
    one.second(within(b, folderOf(one)))
  }
  c.write('third', 'third\n')
  const passes = [await pass(a), await pass(b), await pass(c)]
  const rounds = await settle(machines)
  const told = passes.flatMap(({ reports }) =>
    reports.flatMap((report) => (report.type === 'Integrated' ? report.conflicts : [])),
  )
  return { machines, passes, rounds, tree: treeOf(a), told }
}

/** Played when the first test asks. */
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | null = null
  return () => (made ??= make())
}

const subtree = ({ tree }: Played, one: Case): Readonly<Record<string, string>> => {
  const start = `${folderOf(one)}/`
  return Object.fromEntries(
    Object.entries(tree).flatMap(([path, content]) =>
      path.startsWith(start) ? [[path.slice(start.length), content]] : [],
    ),
  )
}

const expectLevel = ({ machines, passes, rounds }: Played): void => {
  expect(passes.map(({ problem }) => problem)).toEqual([null, null, null])
  expect(rounds, 'rounds until nothing changes any more').not.toBeNull()
  const tips = machines.map((machine) => machine.git('rev-parse', 'HEAD'))
  expect(new Set(tips).size).toBe(1)
  for (const machine of machines) {
    expect(faultsOf(machine), machine.name).toEqual([])
    // Every version that was ever committed is reachable.
    for (const { committed } of passes)
      machine.git('merge-base', '--is-ancestor', committed ?? '', 'HEAD')
  }
}

describe('keep-both', () => {
  const played = once(() => play(cases, 'keep-both'))

  it('brings three machines level', async () => {
    expectLevel(await played())
  })

  it.each(cases)('$name', async (one) => {
    const { machines, passes } = await played()
    const nameIn =
      (n: number): CopyOf =>
      (path) => {
        const start = `${folderOf(one)}/`
        const [machine] = machines
        if (machine === undefined) throw new Error('no machine')
        return copyName(machine, passes[n]?.committed ?? '', start + path).slice(start.length)
      }
    expect(subtree(await played(), one)).toEqual(one.then(nameIn(1), nameIn(0)))
  })

  it('tells each copy once', async () => {
    const { told, tree } = await played()
    const copies = told.flatMap(({ copy }) => copy ?? [])
    expect([...copies].sort()).toEqual(
      Object.keys(tree)
        .filter((path) => /sync-conflict-2(?!0200101-000000-1234567\.txt)/.test(path))
        .sort(),
    )
  })
})

describe.each(['ours', 'theirs'] as const)('%s', (policy) => {
  const played = once(() => play(cases, policy))
  const winner = policy === 'ours' ? 'second' : 'first'

  it('brings three machines level', async () => {
    expectLevel(await played())
  })

  it.each(
    cases.filter(({ name }) => /^(?:edit against|added on|binary|the name|a conflict)/.test(name)),
  )('$name: one side wins', async (one) => {
    const contents = Object.values(subtree(await played(), one))
    expect(contents).toHaveLength(1)
    expect(contents[0]).toContain(winner)
  })
})

describe('halt', () => {
  it.each(cases.filter(({ name }) => /^(?:edit against|deleted first|binary)/.test(name)))(
    '$name: waits for a person and touches nothing',
    async (one) => {
      const { machines, passes } = await play([one], 'halt')
      const [a, b] = machines
      if (a === undefined || b === undefined) throw new Error('no machine')
      expect(passes.map(({ problem }) => problem?.kind)).toEqual([undefined, 'conflict', undefined])
      expect(b.git('rev-parse', 'HEAD')).toBe(passes[1]?.committed)
      expect(faultsOf(b)).toEqual([])
      b.git('merge', '-q', '-s', 'ours', 'origin/main')
      expect(await settle(machines)).not.toBeNull()
      expect(a.git('rev-parse', 'HEAD')).toBe(b.git('rev-parse', 'HEAD'))
    },
  )

  it('goes on by itself where both sides merge', async () => {
    const chosen = cases.filter(({ name }) => /^(?:edits of one text|the same edit)/.test(name))
    expectLevel(await play(chosen, 'halt'))
  })
})
