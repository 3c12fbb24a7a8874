import { both, freshFolder, git, homeFolder } from '../git/transport/playground.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/index.js'
import { anyFault, clear } from '../support/any-fault.js'
import { endAll, outcomesOf, start, until } from '../support/program.js'
import type { Finished, Running } from '../support/program.js'
import { chanceOf } from '../simulation/chance.js'
import { isSoak, lines, protocols, secondWay } from '../git/transport/lines.js'
import type { Line, Protocol } from '../git/transport/lines.js'

afterEach(endAll)

beforeAll(() => {
  const config = join(homeFolder, '.gitconfig')
  writeFileSync(config, '[user]\n\tname = Ann\n\temail = ann@example.org\n')
  Object.assign(process.env, { HOME: homeFolder, GIT_CONFIG_GLOBAL: config })
})

/** What each transport can speak; libgit2 over http alone, but with SOAK=1. */
const ways = both.flatMap((transport) =>
  protocols
    .filter((protocol) => isSoak || transport === 'git' || protocol === 'http')
    .map((protocol) => ({ transport, protocol })),
)

interface Machine {
  readonly line: Line
  readonly path: string
  readonly flags: readonly string[]
  readonly state: string
}

const machineAt = (line: Line, transport: string, timeout: string): Machine => {
  const path = freshFolder('machine')
  git(path, 'clone', '--quiet', line.bare, '.')
  git(path, 'remote', 'set-url', 'origin', line.url)
  const { sshKey, knownHosts } = line.wishes
  return {
    line,
    path,
    state: freshFolder('state'),
    flags: [
      ...['--json', '-v', '--transport', transport, '--network-timeout', timeout],
      ...['--debounce', '100ms', '--fetch-interval', '1s'],
      ...(sshKey === undefined ? [] : ['--ssh-key', sshKey]),
      ...(knownHosts === undefined ? [] : ['--known-hosts', knownHosts]),
    ],
  }
}

const begin = ({ path, flags, state }: Machine, command: 'run' | 'once'): Running =>
  start([command, path, ...flags], { XDG_STATE_HOME: state })

/** Signing in with ssh takes its silent seconds on a busy machine. */
const timeouts = { http: '1500ms', git: '1500ms', ssh: '6s' } as const

const headOf = (place: string): string => git(place, 'rev-parse', 'main')

/** A remote with one commit, and two machines, each behind a bad network of its own. */
const worldOf = async (
  protocol: Protocol,
  transport: string,
): Promise<readonly [Machine, Machine]> => {
  const line = await lines[protocol]()
  const seed = freshFolder('seed')
  git(seed, 'clone', '--quiet', line.bare, '.')
  git(seed, 'checkout', '--quiet', '-B', 'main')
  writeFileSync(join(seed, 'shared'), 'seed\n')
  git(seed, 'add', '.')
  git(seed, 'commit', '--quiet', '-m', 'seed')
  git(seed, 'push', '--quiet', 'origin', 'main')
  const patience = timeouts[protocol]
  return [
    machineAt(line, transport, patience),
    machineAt(await secondWay(line), transport, patience),
  ]
}

/** Every commit that was told is there once, and nobody else's; all are equal and whole. */
const expectWhole = (machines: readonly Machine[], told: readonly SyncOutcome[]): void => {
  const [{ bare }] = machines.map(({ line }) => line) as [Line]
  const commits = told.filter((one) => one.type === 'CommitCreated')
  const there = git(bare, 'rev-list', '--no-merges', 'main').split('\n')
  const merges = git(bare, 'rev-list', '--merges', 'main').split('\n').filter(Boolean)
  const seed = git(bare, 'rev-list', '--max-parents=0', 'main')
  expect(new Set(there)).toEqual(new Set([seed, ...commits.map(({ oid }) => oid)]))
  const merged = told.filter((one) => one.type === 'MergeCommitted').map(({ oid }) => oid)
  for (const oid of merges) expect(merged).toContain(oid)
  expect(there).toHaveLength(commits.length + 1)
  for (const { path } of machines) {
    expect(git(path, 'status', '--porcelain')).toBe('')
    git(path, 'fsck', '--strict', '--no-dangling')
    expect(headOf(path)).toBe(headOf(bare))
  }
  git(bare, 'fsck', '--strict', '--no-dangling')
}

/** Every text that was written is in a commit. */
const expectKept = (bare: string, written: readonly string[]): void => {
  const blobs = git(bare, 'log', '--format=', '-m', '-p', '--root', 'main')
  for (const text of written) expect(blobs).toContain(`+${text}`)
}

/** One line when an outage begins, one when it ends: never two of a kind in a row. */
const expectQuiet = ({ stderr }: Finished): void => {
  const lines = stderr.split('\n')
  const told = lines.flatMap((line) =>
    /^\S+ warn [^ ]+: (?:fetch|push): /.test(line)
      ? ['begins']
      : line.endsWith('the remote is back')
        ? ['ends']
        : [],
  )
  told.forEach((one, n) => {
    expect(one, lines.join('\n')).toBe(n % 2 === 0 ? 'begins' : 'ends')
  })
}

/** Milliseconds in which a save is committed, whatever the network does: a silent remote gives way to it first. */
const commitBound = 20_000

const rounds = 5

/** Passes of one machine, once the network is well. */
const passBound = 5

describe.each(ways)('two machines with a bad network over $protocol by $transport', (way) => {
  it.each(isSoak ? [1, 2, 3, 4] : [1])(
    'work on, lose nothing and become equal (seed %i)',
    async (seed) => {
      const machines = await worldOf(way.protocol, way.transport)
      const [{ line }] = machines
      const chance = chanceOf(seed + ways.indexOf(way))
      const running = machines.map((machine) => begin(machine, 'run'))
      const commitsOf = (n: number) =>
        running[n]?.outcomes.filter(({ type }) => type === 'CommitCreated').length ?? 0
      await Promise.all(
        running.map((one) =>
          until('it is watched', () => one.outcomes.some(({ type }) => type === 'WatchStarted')),
        ),
      )
      const written: string[] = []
      for (let round = 0; round < rounds; round += 1) {
        machines.forEach((machine) => {
          machine.line.proxy.set(anyFault(chance, 3_000))
        })
        const before = machines.map((_, n) => commitsOf(n))
        machines.forEach(({ path }, n) => {
          const text = `${String(n)}-${String(round)}`
          written.push(text, `shared ${text}`)
          writeFileSync(join(path, `own-${text}`), `${text}\n`)
          if (round % 2 === n) writeFileSync(join(path, 'shared'), `shared ${text}\n`)
          else written.pop()
        })
        const saved = performance.now()
        await until('each save is committed', () =>
          machines.every((_, n) => commitsOf(n) > (before[n] ?? 0)),
        )
        expect(performance.now() - saved).toBeLessThan(commitBound)
        await sleep(chance.within(100, 2_000))
      }
      machines.forEach((machine) => {
        machine.line.proxy.set(clear)
      })
      // The remote's before and after the machines': in between it must not have moved.
      const areEqual = (): boolean =>
        new Set([line.bare, ...machines.map(({ path }) => path), line.bare].map(headOf)).size === 1
      const level = (): boolean =>
        areEqual() &&
        written.every((text) =>
          git(line.bare, 'log', '--format=', '-m', '-p', 'main').includes(`+${text}`),
        )
      // Sync now, as often as a person would ask.
      const asking = setInterval(() => {
        for (const { child } of running) child.kill('SIGHUP')
      }, 2_000)
      await until('all are equal', level).finally(() => {
        clearInterval(asking)
      })
      for (const { child } of running) child.kill('SIGTERM')
      const finished = await Promise.all(running.map((one) => one.finished))
      for (const one of finished) {
        expect(one.code, one.stderr).toBe(0)
        expectQuiet(one)
      }
      expectWhole(machines, finished.flatMap(outcomesOf))
      expectKept(line.bare, written)
    },
  )

  it('end within ten seconds of a SIGTERM while the network stalls', async () => {
    const [machine] = await worldOf(way.protocol, way.transport)
    const patient = machineAt(machine.line, way.transport, '60s')
    const running = begin(patient, 'run')
    await until('it is watched', () => running.outcomes.some(({ type }) => type === 'WatchStarted'))
    machine.line.proxy.set({ kind: 'stall', way: 'down', at: 0 })
    const talks = machine.line.proxy.passed
    await until('it asks', () => talks.up > 0)
    writeFileSync(join(patient.path, 'saved'), 'saved\n')
    const asked = performance.now()
    running.child.kill('SIGTERM')
    const { code } = await running.finished
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(code).toBe(0)
    git(patient.path, 'fsck', '--strict', '--no-dangling')
  })

  it('make passes, each of which ends, until all is there', async () => {
    const machines = await worldOf(way.protocol, way.transport)
    const [{ line }] = machines
    const chance = chanceOf(7 + ways.indexOf(way))
    const told: SyncOutcome[] = []
    const written: string[] = []
    const pass = async (machine: Machine): Promise<number | null> => {
      const one = await begin(machine, 'once').finished
      told.push(...outcomesOf(one))
      return one.code
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [n, machine] of machines.entries()) {
        const fault = anyFault(chance, 3_000)
        machine.line.proxy.set(fault)
        const text = `${String(n)}-${String(round)}`
        written.push(text)
        writeFileSync(join(machine.path, `own-${text}`), `${text}\n`)
        const code = await pass(machine)
        // A server that was asked garbled may deny what it was asked for.
        expect(fault.kind === 'garbage' ? [0, 1, 75] : [0, 75], JSON.stringify(fault)).toContain(
          code,
        )
        expect(git(machine.path, 'status', '--porcelain')).toBe('')
      }
    }
    for (const { line: each } of machines) each.proxy.set(clear)
    // A busy machine may be silent for long: a pass may fail for that, though not each.
    const settle = async (machine: Machine): Promise<number | null> => {
      let code: number | null = null
      for (let n = 0; n < passBound && code !== 0; n += 1) code = await pass(machine)
      return code
    }
    for (const machine of [...machines, ...machines]) expect(await settle(machine)).toBe(0)
    expectWhole(machines, told)
    expectKept(line.bare, written)
    expect(readFileSync(join(machines[0].path, 'own-1-0'), 'utf8')).toBe('1-0\n')
  })
})
