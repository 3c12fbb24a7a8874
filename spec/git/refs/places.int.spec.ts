import { afterEach, describe, expect, it } from 'vitest'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { closeWorlds, keepWorld } from '../../support/mid-move.js'
import { bareRemote, git, tryGit, writeFiles } from '../../support/temp-repositories.js'
import {
  faultsOf,
  machineAt,
  openWorld,
  pass,
  settle,
  treeOf,
} from '../../support/three-machines.js'
import type { Machine, World } from '../../support/three-machines.js'

const machines: Machine[] = []

afterEach(() => {
  for (const machine of machines.splice(0)) machine.workTree.close()
  closeWorlds()
})

interface Fork {
  readonly world: World
  readonly fork: string
  /** A clone that also knows the fork. */
  readonly machine: (
    name: string,
    config?: readonly string[],
    own?: Partial<RepoSettings>,
  ) => Machine
}

/** As a person has it who may not push to the project, or does not want to. */
const openFork = (): Fork => {
  const world = openWorld((folder) => writeFiles(folder, { 'a.txt': 'first\n' }))
  keepWorld(world)
  const fork = bareRemote()
  return {
    world,
    fork,
    machine: (name, config = [], own = {}) => {
      const { path } = world.machine(name)
      git(path, ['remote', 'add', 'fork', fork])
      for (const setting of config) git(path, ['config', ...setting.split('=')])
      const machine = machineAt(path, own)
      machines.push(machine)
      return machine
    },
  }
}

const tip = (repository: string, branch = 'main'): string | null => {
  const { code, text } = tryGit(repository, ['rev-parse', '-q', '--verify', `refs/heads/${branch}`])
  return code === 0 ? text.trim() : null
}

const head = (machine: Machine): string => machine.git('rev-parse', 'HEAD')

const pushedBy = async (machine: Machine): Promise<unknown> => {
  const { reports, problem } = await pass(machine)
  expect(problem).toBeNull()
  return reports.flatMap((one) => (one.type === 'PushDone' ? [one.pushed] : []))
}

describe('a branch that git pushes elsewhere', () => {
  it.each([
    ['remote.pushDefault', ['remote.pushDefault=fork']],
    ['branch.*.pushRemote', ['remote.pushDefault=origin', 'branch.main.pushRemote=fork']],
  ])('goes there by %s, and the upstream stays as it is', async (_, config) => {
    const { world, fork, machine } = openFork()
    const b = machine('b', config)
    const before = tip(world.remote)
    b.write('b.txt', 'mine\n')
    expect(await pushedBy(b)).toMatchObject([{ remote: 'fork', branch: 'main', to: head(b) }])
    expect(tip(world.remote)).toBe(before)
    expect(tip(fork)).toBe(head(b))
    expect(await pushedBy(b)).toEqual([])
    expect(b.git('config', 'branch.main.remote')).toBe('origin')
  })

  it.each(['merge', 'rebase'] as const)(
    'brings in both what the upstream has and what another machine pushed (%s)',
    async (integrate) => {
      const { world, fork, machine } = openFork()
      const project = world.machine('project')
      const [b, c] = ['b', 'c'].map((name) =>
        machine(name, ['remote.pushDefault=fork'], { integrate }),
      ) as [Machine, Machine]
      b.write('b.txt', 'of b\n')
      await pass(b)
      c.write('c.txt', 'of c\n')
      await pass(c)
      project.write('a.txt', 'second\n')
      await pass(project)
      b.write('b.txt', 'of b, again\n')
      expect(await settle([b, c, b, c])).not.toBeNull()
      for (const one of [b, c]) {
        expect(faultsOf(one), one.name).toEqual([])
        expect(treeOf(one)).toMatchObject({
          'a.txt': 'second',
          'b.txt': 'of b, again',
          'c.txt': 'of c',
        })
      }
      expect(tip(fork)).toBe(head(b))
      expect(tip(world.remote)).toBe(head(project))
      const subjects = b.git('log', '--no-merges', '--format=%s').split('\n')
      expect(subjects, 'none was made twice').toHaveLength(new Set(subjects).size)
    },
  )

  it('goes to the remote that the configuration of gitsync names', async () => {
    const { world, fork, machine } = openFork()
    const b = machine('b', ['remote.pushDefault=fork'], { remote: 'origin' })
    b.write('b.txt', 'mine\n')
    await pushedBy(b)
    expect(tip(world.remote)).toBe(head(b))
    expect(tip(fork)).toBeNull()
  })

  it.each(['remote.pushDefault', 'branch.main.remote', 'branch.main.pushRemote'])(
    'is committed, and goes nowhere, where git knows no remote that %s names',
    async (key) => {
      const { world, machine } = openFork()
      const b = machine('b', [`${key}=nowhere`])
      const before = tip(world.remote)
      b.write('b.txt', 'mine\n')
      const { problem } = await pass(b)
      expect(problem?.kind).toBe('not-found')
      expect(problem?.message).toContain('nowhere')
      expect(treeOf(b)['b.txt']).toBe('mine')
      expect(tip(world.remote)).toBe(before)
    },
  )
})

describe('a branch that follows an address', () => {
  it.each(['branch.main.remote', 'branch.main.pushRemote'])(
    'goes by %s to the remote that has it',
    async (key) => {
      const { world, fork, machine } = openFork()
      const b = machine('b', [`${key}=${fork}`])
      const before = tip(world.remote)
      b.write('b.txt', 'mine\n')
      expect(await pushedBy(b)).toMatchObject([{ remote: 'fork', branch: 'main', to: head(b) }])
      expect(tip(world.remote)).toBe(before)
      expect(tip(fork)).toBe(head(b))
    },
  )

  it.each(['/nowhere/x.git', 'https://bob:hunter2@127.0.0.1:9/x.git', 'git@host:x.git'])(
    'is committed, and goes nowhere, where no remote has %s',
    async (url) => {
      const { world, machine } = openFork()
      const b = machine('b', [`branch.main.remote=${url}`])
      const before = tip(world.remote)
      b.write('b.txt', 'mine\n')
      const { problem } = await pass(b)
      expect(problem?.kind).toBe('not-found')
      expect(problem?.remedy).toContain('git remote add NAME')
      expect(problem?.remedy).toContain('git config branch.main.remote NAME')
      expect(JSON.stringify(problem)).not.toContain('hunter2')
      expect(treeOf(b)['b.txt']).toBe('mine')
      expect(tip(world.remote)).toBe(before)
    },
  )

  it('goes to origin where that is this very repository', async () => {
    const { world, machine } = openFork()
    const b = machine('b', ['branch.main.remote=.'])
    b.write('b.txt', 'mine\n')
    await pushedBy(b)
    expect(tip(world.remote)).toBe(head(b))
  })
})

describe('a branch whose upstream has another name', () => {
  it.each([
    ['current', 'topic'],
    ['matching', 'topic'],
    ['simple', 'main'],
    ['upstream', 'main'],
    ['nothing', 'main'],
  ])('goes with push.default=%s to %s', async (value, there) => {
    const { world, machine } = openFork()
    const b = machine('b', [`push.default=${value}`])
    const before = tip(world.remote)
    b.git('switch', '-qc', 'topic', '--track', 'origin/main')
    b.write('b.txt', 'mine\n')
    expect(await pushedBy(b)).toMatchObject([{ remote: 'origin', branch: there }])
    expect(tip(world.remote, there)).toBe(head(b))
    if (there === 'topic') expect(tip(world.remote)).toBe(before)
    else expect(tip(world.remote, 'topic')).toBeNull()
    expect(await pushedBy(b)).toEqual([])
  })
})
