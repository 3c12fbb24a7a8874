import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../support/faulty-proxy.js'
import { anyFault, clear } from '../../support/any-fault.js'
import { chanceOf } from '../../simulation/chance.js'
import { isSoak, lines, partOf, protocols } from './lines.js'
import type { Line } from './lines.js'
import { advance, both, cloneOf, git, requestFor, tipOf, transportFor } from './playground.js'
import type { Clone } from './playground.js'
import { GitFailure } from '../../../src/git/problem/problem.js'
import { classOf } from '../../../src/actors/problem.js'

/** Milliseconds without a byte, after which a transfer ends. */
const networkTimeout = 1_500

/** Where nothing is wrong, a machine that has much to do is waited for. */
const patience = 60_000

/** What it may take at most: the silence of several steps, and what it takes to end processes on a busy machine. */
const bound = 4 * networkTimeout + 15_000

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
  const texts = git(bare, 'log', '--reverse', '--format=', '-p', '--root', 'main')
  expect(texts.match(/^\+(?!\+).*$/gm)).toEqual(made.map((name) => `+${name}`))
  expect(git(clone.path, 'status', '--porcelain')).toBe('')
}

const rounds = { http: 24, git: 24, ssh: 12 } as const
const longest = { http: 3_000, git: 2_000, ssh: 8_000 } as const

/** What each transport can speak; libgit2 over http alone, but with SOAK=1. */
const ways = both.flatMap((transport) =>
  protocols
    .filter((protocol) => isSoak || transport === 'git' || protocol === 'http')
    .map((protocol) => ({ transport, protocol })),
)

describe.each(ways)(
  'over $protocol by $transport through a bad network',
  ({ transport, protocol }) => {
    it.each([1, 2])('nothing hangs, is lost or comes twice (seed %i)', async (seed) => {
      const line = await lines[protocol]()
      const chance = chanceOf(seed)
      const clone = cloneOf(line.url)
      const wire = transportFor(clone, { transport, networkTimeout, ...line.wishes })
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
      const well = transportFor(clone, { transport, networkTimeout: patience, ...line.wishes })
      await well.fetch(requestFor(clone))
      expect((await well.push({ ...requestFor(clone), oid })).kind).toBe('accepted')
      expectWhole(line, clone, made)
    })
  },
)

/** Positions that are tried of all those of one push; with SOAK=1 every one of them, or those of one SLICE. */
const positions = { http: 40, git: 40, ssh: 12 } as const
const soakBound = 6 * 3_600_000

/** The bytes at which this one is reset: both ends of it, and what lies evenly between. */
const positionsOf = (total: number, count: number): readonly number[] =>
  isSoak
    ? partOf(Array.from({ length: total + 1 }, (_, at) => at))
    : Array.from({ length: count }, (_, n) => Math.floor((total * n) / (count - 1)))

describe.each(ways)(
  'a push over $protocol by $transport that is reset',
  ({ transport, protocol }) => {
    it.each(['up', 'down'] as const)(
      'at any byte that goes %s is done once',
      async (way) => {
        const line = await lines[protocol]()
        const clone = cloneOf(line.url)
        const wire = transportFor(clone, { transport, networkTimeout, ...line.wishes })
        const well = transportFor(clone, { transport, networkTimeout: patience, ...line.wishes })
        const made = ['at first', 'at second']
        // The first one meets an empty remote, and is shorter than those that follow.
        for (const name of made) {
          const oid = clone.commit(name, 'file')
          line.proxy.set(clear)
          await well.push({ ...requestFor(clone), oid })
        }
        const total = line.proxy.passed[way]
        const tried = positionsOf(total, positions[protocol])
        for (const at of tried) {
          const name = `at ${String(at).padStart(6, '0')}`
          // Always the same file, so that the last push is no longer than the first.
          const oid = clone.commit(name, 'file')
          made.push(name)
          const fault = { kind: 'cut', way, at } as const
          line.proxy.set(fault)
          await attempt('push', fault, () => wire.push({ ...requestFor(clone), oid }))
          // What the server took before the line broke is not known here; it must not come twice.
          line.proxy.set(clear)
          const again = () => well.push({ ...requestFor(clone), oid })
          const first = await again()
          // Cut behind its last byte, it may be taken after this one has looked and before it is: "is at …, but expected …".
          const taken = first.kind === 'rejected' && tipOf(line.bare) === oid
          const pushed = taken ? await again() : first
          expect(pushed.kind, `${name}: ${JSON.stringify(pushed)}`).toBe('accepted')
          expect(tipOf(line.bare)).toBe(oid)
          expect(clone.tracked()).toBe(oid)
        }
        expectWhole(line, clone, made)
        if (isSoak)
          process.stderr.write(
            `${protocol} ${transport} ${way}: ${String(tried.length)} of ${String(total + 1)} positions\n`,
          )
      },
      isSoak ? soakBound : undefined,
    )
  },
)

describe.each(ways)(
  'a fetch over $protocol by $transport that is reset',
  ({ transport, protocol }) => {
    it('at any byte brings all of it the next time', async () => {
      const line = await lines[protocol]()
      advance(line.bare, 'zero')
      const clone = cloneOf(line.url)
      const wire = transportFor(clone, { transport, networkTimeout, ...line.wishes })
      const well = transportFor(clone, { transport, networkTimeout: patience, ...line.wishes })
      line.proxy.set(clear)
      await well.fetch(requestFor(clone))
      const total = line.proxy.passed.down
      const count = positions[protocol] / 2
      for (let n = 0; n < count; n += 1) {
        const oid = advance(line.bare, `theirs-${String(n)}`)
        const at = Math.floor((total * n) / (count - 1))
        const fault = { kind: 'cut', way: 'down', at } as const
        line.proxy.set(fault)
        await attempt('fetch', fault, () => wire.fetch(requestFor(clone)))
        line.proxy.set(clear)
        expect((await well.fetch(requestFor(clone))).oid).toBe(oid)
      }
      git(clone.path, 'fsck', '--strict', '--no-dangling')
    })
  },
)

describe('by libgit2, an ssh line that breaks', () => {
  it.each(['up', 'down'] as const)(
    'while it signs in, by a byte that goes %s, is no refusal',
    async (way) => {
      const line = await lines.ssh()
      const clone = cloneOf(line.url)
      const wishes = { transport: 'libgit2', networkTimeout: patience, ...line.wishes } as const
      const wire = transportFor(clone, wishes)
      for (let at = 1_000; at <= 2_400; at += 100) {
        const fault = { kind: 'cut', way, at } as const
        line.proxy.set(fault)
        await attempt('fetch', fault, () => wire.fetch(requestFor(clone)))
      }
    },
  )
})
