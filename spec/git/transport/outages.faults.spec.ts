import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { startFaultyProxy } from '../../support/faulty-proxy.js'
import type { Fault, FaultyProxy } from '../../support/faulty-proxy.js'
import { chanceOf } from '../../simulation/chance.js'
import type { Chance } from '../../simulation/chance.js'
import { serveHttp } from './http-server.js'
import {
  advance,
  bareRepository,
  cloneOf,
  freePort,
  git,
  requestFor,
  serve,
  tipOf,
  transportFor,
} from './playground.js'
import type { Clone } from './playground.js'
import { GitFailure } from '../../../src/git/problem.js'
import { classOf } from '../../../src/actors/problem.js'
import { answers, makeKey, startDaemon } from './ssh-daemon.js'

/** Milliseconds without a byte, after which a transfer ends. */
const networkTimeout = 1_500

/** What it may take at most: the silence of several steps, and what it takes to end processes on a busy machine. */
const bound = 4 * networkTimeout + 15_000

const proxies: FaultyProxy[] = []
afterAll(() => {
  for (const proxy of proxies) proxy.close()
})

/** A repository behind a server behind a proxy. */
interface Line {
  readonly bare: string
  readonly proxy: FaultyProxy
  readonly url: string
  readonly wishes: { readonly sshKey?: string; readonly knownHosts?: string }
}

const behindProxy = async (port: number): Promise<FaultyProxy> => {
  const proxy = await startFaultyProxy(port)
  proxies.push(proxy)
  return proxy
}

const httpLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const proxy = await behindProxy(await serveHttp(dirname(bare)))
  return { bare, proxy, url: `http://127.0.0.1:${String(proxy.port)}/x.git`, wishes: {} }
}

const daemonLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const port = await freePort()
  const flags = ['--reuseaddr', '--export-all', '--enable=receive-pack', '--listen=127.0.0.1']
  serve('git', ['daemon', ...flags, `--port=${String(port)}`, `--base-path=${dirname(bare)}`])
  for (let n = 0; n < 100 && !(await answers(port)); n += 1) await sleep(100)
  const proxy = await behindProxy(port)
  return { bare, proxy, url: `git://127.0.0.1:${String(proxy.port)}/x.git`, wishes: {} }
}

const sshLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const server = await startDaemon()
  const sshKey = makeKey('mine')
  server.authorize(sshKey)
  const proxy = await behindProxy(server.port)
  const knownHosts = server.knownHosts()
  const name = `[127.0.0.1]:${String(proxy.port)}`
  writeFileSync(knownHosts, server.line('ed25519').replace(server.host, name))
  const url = `ssh://${server.user}@127.0.0.1:${String(proxy.port)}${bare}`
  return { bare, proxy, url, wishes: { sshKey, knownHosts } }
}

const lines = { http: httpLine, git: daemonLine, ssh: sshLine } as const
type Protocol = keyof typeof lines

/** Settles in time, and with an outage where it fails: nothing that would stop the repository. */
const attempt = async (
  name: string,
  fault: Fault,
  transfer: () => Promise<unknown>,
): Promise<boolean> => {
  const what = `${name} ${JSON.stringify(fault)}`
  const late = Symbol('late')
  const timer = sleep(bound, late, { ref: false })
  const ended = await Promise.race([
    transfer().then(
      () => null,
      (error: unknown) => error,
    ),
    timer,
  ])
  expect(ended, `${what} hangs`).not.toBe(late)
  if (ended === null) return true
  if (!(ended instanceof GitFailure)) throw ended as Error
  const told = `${what}: ${ended.problem.kind}: ${ended.problem.message}`
  // A server that was asked garbled may deny what it was asked for, which stops no commit either.
  expect(fault.kind === 'garbage' ? ['outage', 'refusal'] : ['outage'], told).toContain(
    classOf(ended.problem),
  )
  return false
}

/** Every commit that was made is there once, in order, and both repositories are whole. */
const expectWhole = ({ bare }: Line, clone: Clone, made: readonly string[]): void => {
  expect(tipOf(bare)).toBe(git(clone.path, 'rev-parse', 'HEAD'))
  const subjects = git(bare, 'log', '--reverse', '--format=%s', 'main').split('\n')
  expect(subjects).toEqual(made)
  for (const place of [bare, clone.path]) git(place, 'fsck', '--strict', '--no-dangling')
  for (const name of made) expect(readFileSync(`${clone.path}/${name}`, 'utf8')).toBe(`${name}\n`)
}

const clear: Fault = { kind: 'none' }

const kinds = ['refuse', 'delay', 'cut', 'stall', 'garbage', 'half-open', 'none'] as const

/** Early more often than late: what a talk is about is at its beginning. */
const anyFault = (chance: Chance, longest: number): Fault => {
  const kind = chance.pick(kinds)
  const way = chance.pick(['up', 'down'] as const)
  const at = Math.floor(longest * chance.next() ** 2)
  switch (kind) {
    case 'none':
    case 'refuse':
      return { kind }
    case 'delay':
      return { kind, ms: chance.within(5, 60) }
    case 'half-open':
      return { kind, at }
    case 'cut':
    case 'stall':
    case 'garbage':
      return { kind, way, at }
    default:
      return kind satisfies never
  }
}

const rounds = { http: 24, git: 24, ssh: 12 } as const
const longest = { http: 3_000, git: 2_000, ssh: 8_000 } as const

describe.each<Protocol>(['http', 'git', 'ssh'])('over %s through a bad network', (protocol) => {
  it.each([1, 2])('nothing hangs, is lost or comes twice (seed %i)', async (seed) => {
    const line = await lines[protocol]()
    const chance = chanceOf(seed)
    const clone = cloneOf(line.url)
    const wire = transportFor(clone, { networkTimeout, ...line.wishes })
    const made: string[] = []
    for (let n = 0; n < rounds[protocol]; n += 1) {
      const name = `f${String(n)}`
      const oid = clone.commit(name)
      made.push(name)
      const fault = anyFault(chance, longest[protocol])
      line.proxy.set(fault)
      await attempt(`ask ${String(n)}`, fault, () => wire.ask(requestFor(clone)))
      await attempt(`fetch ${String(n)}`, fault, () => wire.fetch(requestFor(clone)))
      await attempt(`push ${String(n)}`, fault, () => wire.push({ ...requestFor(clone), oid }))
    }
    line.proxy.set(clear)
    const oid = git(clone.path, 'rev-parse', 'HEAD')
    expect(await attempt('fetch', clear, () => wire.fetch(requestFor(clone)))).toBe(true)
    expect(await attempt('push', clear, () => wire.push({ ...requestFor(clone), oid }))).toBe(true)
    expectWhole(line, clone, made)
  })
})

/** Positions that are tried of all those of one push. */
const positions = { http: 40, git: 40, ssh: 12 } as const

describe.each<Protocol>(['http', 'git', 'ssh'])('a push over %s that is reset', (protocol) => {
  it.each(['up', 'down'] as const)('at any byte that goes %s is done once', async (way) => {
    const line = await lines[protocol]()
    const clone = cloneOf(line.url)
    const wire = transportFor(clone, { networkTimeout, ...line.wishes })
    const made = ['first']
    const first = clone.commit('first')
    line.proxy.set(clear)
    await wire.push({ ...requestFor(clone), oid: first })
    const total = line.proxy.passed[way]
    for (let n = 0; n < positions[protocol]; n += 1) {
      const at = Math.floor((total * n) / (positions[protocol] - 1))
      const name = `at-${String(at)}-${String(n)}`
      const oid = clone.commit(name)
      made.push(name)
      const fault = { kind: 'cut', way, at } as const
      line.proxy.set(fault)
      await attempt('push', fault, () => wire.push({ ...requestFor(clone), oid }))
      // What the server took before the line broke is not known here; it must not come twice.
      line.proxy.set(clear)
      expect((await wire.push({ ...requestFor(clone), oid })).kind).toBe('accepted')
      expect(tipOf(line.bare)).toBe(oid)
      expect(clone.tracked()).toBe(oid)
    }
    expectWhole(line, clone, made)
  })
})

describe.each<Protocol>(['http', 'git', 'ssh'])('a fetch over %s that is reset', (protocol) => {
  it('at any byte brings all of it the next time', async () => {
    const line = await lines[protocol]()
    advance(line.bare, 'zero')
    const clone = cloneOf(line.url)
    const wire = transportFor(clone, { networkTimeout, ...line.wishes })
    line.proxy.set(clear)
    await wire.fetch(requestFor(clone))
    const total = line.proxy.passed.down
    const count = positions[protocol] / 2
    for (let n = 0; n < count; n += 1) {
      const oid = advance(line.bare, `theirs-${String(n)}`)
      const at = Math.floor((total * n) / (count - 1))
      const fault = { kind: 'cut', way: 'down', at } as const
      line.proxy.set(fault)
      await attempt('fetch', fault, () => wire.fetch(requestFor(clone)))
      line.proxy.set(clear)
      expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    }
    git(clone.path, 'fsck', '--strict', '--no-dangling')
  })
})
