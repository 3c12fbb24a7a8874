import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { ageLocks } from '../../support/later.js'
import { serveHttp } from './http-server.js'
import { bareRepository, both, cloneOf, git, requestFor, tipOf } from './playground.js'
import type { Clone } from './playground.js'

const script = fileURLToPath(new URL('../../support/transfer-child.mjs', import.meta.url))
const dist = fileURLToPath(new URL('../../../dist', import.meta.url))

const networkTimeout = 4_000
/** Bytes of noise that a commit holds, and of those that the line lets through at first. */
const size = 2_000_000
const held = 1_000_000

const servers: Server[] = []
const parents: ChildProcess[] = []

afterEach(() => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL')
})
afterAll(() => {
  for (const server of servers) server.close()
})

interface Line {
  readonly port: number
  /** Whether a transfer stands still in the middle of its pack. */
  isHeld(): boolean
  /** What comes from now on passes. */
  release(): void
}

/** A line to a server that passes so many bytes one way and then no more, as if a cable were pulled. */
const lineTo = async (target: number, way: 'fetch' | 'push'): Promise<Line> => {
  const state = { isHeld: false, isReleased: false }
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      socket.on('error', () => undefined)
      socket.on('close', () => [near, far].forEach((one) => one.destroy()))
    }
    const [from, to] = way === 'fetch' ? [far, near] : [near, far]
    let passed = 0
    from.on('data', (piece: Buffer) => {
      passed += piece.length
      if (state.isReleased || passed < held) to.write(piece)
      else state.isHeld = true
    })
    const back = to
    back.pipe(from)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    isHeld: () => state.isHeld,
    release: () => {
      state.isReleased = true
    },
  }
}

const noise = (clone: Clone): string => {
  writeFileSync(join(clone.path, 'noise'), randomBytes(size))
  return clone.commit('noisy')
}

/** A clone, its remote, and what is to come over the line. */
const setUp = async (way: 'fetch' | 'push') => {
  const bare = bareRepository()
  const theirs = cloneOf(bare)
  theirs.commit('base')
  git(theirs.path, 'push', '--quiet', 'origin', 'main')
  const line = await lineTo(await serveHttp(join(bare, '..')), way)
  const clone = cloneOf(bare)
  git(clone.path, 'pull', '--quiet', 'origin', 'main')
  const oid = noise(way === 'fetch' ? theirs : clone)
  if (way === 'fetch') git(theirs.path, 'push', '--quiet', 'origin', 'main')
  git(clone.path, 'remote', 'set-url', 'origin', `http://127.0.0.1:${String(line.port)}/x.git`)
  return { bare, clone, oid, line }
}

type SetUp = Awaited<ReturnType<typeof setUp>>

interface Parent {
  readonly process: ChildProcess
  readonly told: () => readonly string[]
  readonly ended: Promise<unknown>
}

const begin = (
  { clone, oid }: SetUp,
  way: 'fetch' | 'push',
  transport: (typeof both)[number],
): Parent => {
  const settings = { transport, sshKey: null, knownHosts: null, networkTimeout, path: clone.path }
  const request = { ...requestFor(clone), oid }
  const args = [script, dist, way, JSON.stringify(settings), JSON.stringify(request)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  parents.push(child)
  let text = ''
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
  return {
    process: child,
    told: () => text.split('\n').slice(0, -1),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  }
}

/** Those that this process has started itself, and still run. */
const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return Number(ppid) === parent && state !== 'Z'
      } catch {
        return false
      }
    })
    .map(Number)

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${String(pid)}`) &&
  !/\) [ZX]/.test(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'))

const expectSound = ({ bare, clone, oid }: SetUp, way: 'fetch' | 'push'): void => {
  for (const place of [bare, clone.path]) git(place, 'fsck', '--no-dangling', '--no-progress')
  expect(clone.tracked()).toBe(oid)
  if (way === 'push') expect(tipOf(bare)).toBe(oid)
  // libgit2 gives an unfinished index of a pack a name of its own: nobody waits for its lock, which goes with age.
  const locks = readdirSync(clone.gitDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lock'))
    .filter((name) => !name.startsWith('objects/pack/pack_git2_'))
  expect(locks).toEqual([])
}

const ways = ['fetch', 'push'] as const
const cases = both.flatMap((transport) => ways.map((way) => [transport, way] as const))

/** Whether the processes are there that are to be killed is told by /proc, which only Linux has. */
const hasProc = existsSync('/proc/self/stat')

describe.runIf(hasProc).each(cases)('a kill in the middle of a pack, %s, %s', (transport, way) => {
  const stuck = async (): Promise<SetUp & { parent: Parent; child: number }> => {
    const set = await setUp(way)
    const parent = begin(set, way, transport)
    await expect.poll(() => set.line.isHeld(), { timeout: 20_000 }).toBe(true)
    const [child = 0] = childrenOf(parent.process.pid ?? 0)
    expect(child).toBeGreaterThan(0)
    return { ...set, parent, child }
  }

  const goesOn = async (set: SetUp): Promise<void> => {
    const next = begin(set, way, transport)
    await next.ended
    expect(next.told().at(-1)).toContain('"result"')
    expectSound(set, way)
  }

  it('of the process that talks: it is a passing failure, and tried again it is done', async () => {
    const { parent, child, ...set } = await stuck()
    set.line.release()
    process.kill(child, 'SIGKILL')
    await parent.ended
    const [first = '', last = ''] = [parent.told()[0], parent.told().at(-1)]
    expect(JSON.parse(first)).toEqual({
      problem: expect.stringMatching(/^(network|timeout)$/) as string,
    })
    expect(last).toContain('"result"')
    expectSound(set, way)
  })

  it('of the one that asked: the other ends by itself, and the next start goes on', async () => {
    const { parent, child, ...set } = await stuck()
    const before = set.clone.tracked()
    process.kill(parent.process.pid ?? 0, 'SIGKILL')
    await parent.ended
    await expect.poll(() => isAlive(child), { timeout: 4 * networkTimeout }).toBe(false)
    expect(set.clone.tracked(), 'half a pack is none').toBe(before)
    set.line.release()
    await goesOn(set)
  })

  it('of both: the next start goes on', async () => {
    const { parent, child, ...set } = await stuck()
    process.kill(parent.process.pid ?? 0, 'SIGKILL')
    process.kill(child, 'SIGKILL')
    await parent.ended
    set.line.release()
    await goesOn(set)
  })

  it('at any moment: the next start goes on', async () => {
    for (let n = 0; n < 5; n += 1) {
      const set = await setUp(way)
      set.line.release()
      const parent = begin(set, way, transport)
      await sleep(200 + Math.random() * 800)
      const children = childrenOf(parent.process.pid ?? 0)
      for (const pid of [parent.process.pid ?? 0, ...children])
        if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await parent.ended
      ageLocks(set.clone.gitDir)
      await goesOn(set)
    }
  })
})
