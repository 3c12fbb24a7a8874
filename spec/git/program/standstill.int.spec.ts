import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { filtering } from '../../../src/git/program/filtering.js'
import { runGit } from '../../../src/git/program/git-program.js'
import { workOf } from '../../../src/git/program/group-work.js'
import { failure } from '../../../src/git/problem/problem.js'
import { atStandstill } from '../../../src/git/program/standstill.js'
import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'

const groups: ChildProcess[] = []

afterEach(() => {
  for (const { pid } of groups.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
})

/** A process group of its own, as git is started in. */
const start = (script: string): number => {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' })
  groups.push(child)
  return child.pid ?? 0
}

const ticks = async (group: number): Promise<number> => (await workOf(group)) ?? -1

const doubt = (longest = 1000) =>
  atStandstill({ after: 10, longest, failureOf: (why) => failure('timeout', why) })

const verdictOf = async (found: Promise<{ readonly message: string } | null>) =>
  (await found)?.message ?? null

/** What a process does is told by /proc, which only Linux has. */
describe.runIf(existsSync('/proc/self/stat'))('what a group of processes does', () => {
  it('is all that its members and their ended children do', async () => {
    const busy = start(
      'while :; do sh -c "n=0; while [ \\$n -lt 99999 ]; do n=\\$((n + 1)); done"; done',
    )
    await expect.poll(() => ticks(busy), { timeout: 20_000 }).toBeGreaterThan(5)
    const before = await ticks(busy)
    await expect.poll(() => ticks(busy), { timeout: 20_000 }).toBeGreaterThan(before)
  })

  it('that waits is nothing, and is given up at the second look', async () => {
    const idle = start('sleep 600 & wait')
    await expect.poll(() => ticks(idle)).toBeGreaterThanOrEqual(0)
    const { reason } = doubt()
    let looks = 0
    await expect
      .poll(async () => verdictOf(reason((looks += 1), idle)), { timeout: 20_000 })
      .toBe('stands still')
    expect(looks).toBeGreaterThan(1)
  })

  it('that computes is given up only when its time is over', async () => {
    const busy = start('while :; do :; done & while :; do :; done')
    const { reason } = doubt()
    for (const elapsed of [10, 20, 40]) {
      expect(await reason(elapsed, busy)).toBeNull()
      const before = await ticks(busy)
      await expect.poll(() => ticks(busy), { timeout: 20_000 }).toBeGreaterThan(before)
    }
    expect(await verdictOf(reason(1000, busy))).toBe('takes too long')
  })

  it('is not told of a group that is gone', async () => {
    expect(await workOf(2 ** 22)).toBeNull()
  })
})

describe('a filter that waits for ever', () => {
  it('is ended with git, and said to be the cause', async () => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['config', 'filter.slow.clean', 'sleep 600; cat'])
    writeFiles(dir, { '.gitattributes': '*.slow filter=slow\n', 'b.slow': 'b\n' })
    const room = { workTree: dir, closing: new AbortController().signal, networkTimeout: null }
    const patience = { after: 200, longest: 60_000 }
    const found = runGit(['hash-object', 'b.slow'], filtering(room, {}, patience))
    await expect(found).rejects.toMatchObject({
      problem: { kind: 'unexpected', message: expect.stringContaining('filter') as string },
    })
  })
})
