import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConflictKept } from '../../../src/actors/outcome.js'
import { git, temporaryRepository, tryGit, writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

type Act = (machine: Machine) => void

/** Commits what lies there at a second that the test knows. */
const commitAt = (machine: Machine, seconds: number): void => {
  const date = `@${String(seconds)} +0000`
  machine.git('add', '-A')
  git(machine.path, ['commit', '-q', '-m', 'second'], {
    env: { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
  })
}

interface Duel {
  readonly machines: readonly [Machine, Machine]
  readonly told: readonly ConflictKept[]
}

/** One edit reaches the remote first, another second; both machines end level and clean. */
const duel = async (
  seed: Readonly<Record<string, string>>,
  first: Act,
  second: Act,
): Promise<Duel> => {
  const world = openWorld((folder) => writeFiles(folder, seed))
  worlds.push(world)
  const machines = [world.machine('a'), world.machine('b')] as const
  first(machines[0])
  second(machines[1])
  expect((await pass(machines[0])).problem).toBeNull()
  const { problem, reports } = await pass(machines[1])
  expect(problem).toBeNull()
  expect(await settle(machines)).not.toBeNull()
  for (const machine of machines) expect(faultsOf(machine), machine.name).toEqual([])
  const told = reports.flatMap((one) => (one.type === 'Integrated' ? one.conflicts : []))
  return { machines, told }
}

const seconds = 1_700_000_000
/** The copy of a `second` that was committed then. */
const copy = 'f.sync-conflict-20231114-221320-e019be0.txt'
const next = 'f.sync-conflict-20231114-221321-e019be0.txt'

describe('a copy whose name another file has', () => {
  it.each([
    ['on the remote', { 'f.txt': 'first\n', [copy]: 'precious\n' }, { 'f.txt': 'second\n' }],
    ['here', { 'f.txt': 'first\n' }, { 'f.txt': 'second\n', [copy]: 'precious\n' }],
  ] as const)('%s leaves it alone', async (_, first, second) => {
    const { machines, told } = await duel(
      { 'f.txt': 'base\n' },
      ({ path }) => writeFiles(path, first),
      (machine) => {
        writeFiles(machine.path, second)
        commitAt(machine, seconds)
      },
    )
    const expected = { README: 'first', 'f.txt': 'first', [copy]: 'precious', [next]: 'second' }
    expect(treeOf(machines[0])).toEqual(expected)
    expect(told.map((fact) => fact.copy)).toEqual([next])
  })

  it('in conflict itself is kept twice as well', async () => {
    const { machines, told } = await duel(
      { 'f.txt': 'base\n', [copy]: 'base of the copy\n' },
      ({ path }) => writeFiles(path, { 'f.txt': 'first\n', [copy]: 'first copy\n' }),
      (machine) => {
        writeFiles(machine.path, { 'f.txt': 'second\n', [copy]: 'second copy\n' })
        commitAt(machine, seconds)
      },
    )
    const tree = treeOf(machines[0])
    expect(tree).toMatchObject({ 'f.txt': 'first', [copy]: 'first copy', [next]: 'second' })
    expect(Object.values(tree)).toContain('second copy')
    expect(told).toHaveLength(2)
  })
})

describe('a submodule where the other side has a folder', () => {
  it.each(['the submodule', 'the folder'])('goes, where %s came first', async (first) => {
    const library = temporaryRepository()
    git(library, ['commit', '-q', '--allow-empty', '-m', 'one'])
    const add: Act = (machine) => {
      machine.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib')
    }
    const write: Act = (machine) => machine.write('lib/file', 'in a folder\n')
    const acts: readonly [Act, Act] = first === 'the folder' ? [write, add] : [add, write]
    const { machines, told } = await duel({}, ...acts)
    const { '.gitmodules': modules, ...tree } = treeOf(machines[1])
    expect(modules).toContain(library)
    expect(tree).toEqual({ README: 'first', 'lib/file': 'in a folder' })
    expect(told.map(({ path, copy: none }) => [path, none])).toEqual([['lib', null]])
    for (const { path } of machines) expect(tryGit(path, ['submodule', 'status']).code).toBe(0)
  })
})
