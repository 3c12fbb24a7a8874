import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/index.js'
import { endAll, gitsync, start, until, untilWatched } from '../support/program.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'

afterEach(endAll)

/** Milliseconds to the next try by itself, from which on it cannot be taken for what was asked for. */
const seldom = 10_000

const ways = [
  { name: 'SIGHUP', trigger: 'manual', call: ({ child }: Called) => child.kill('SIGHUP') },
  { name: 'gitsync sync', trigger: 'manual', call: ({ path }: Called) => gitsync(['sync', path]) },
  {
    name: 'what is saved',
    trigger: 'worktree-changed',
    call: ({ path }: Called) => {
      writeFileSync(join(path, 'saved'), 'saved\n')
    },
  },
] as const

interface Called {
  readonly path: string
  readonly child: { readonly kill: (signal: NodeJS.Signals) => boolean }
}

/** The last one that failed, and when its next try is due by itself. */
const dueOf = (outcomes: readonly SyncOutcome[]): number =>
  outcomes.reduce(
    (due, one) =>
      one.type === 'OperationFailed' && one.retryInMs !== null
        ? Date.parse(one.at) + one.retryInMs
        : due,
    0,
  )

describe('after an outage', () => {
  it.each(ways)('$name brings the next try forward', { timeout: 90_000 }, async (way) => {
    const remote = bareRemote()
    const path = cloneOf(remote)
    writeFiles(path, { first: 'first\n' })
    commitAll(path, 'First')
    git(path, ['push', '-q', '-u', 'origin', 'main'])
    const flags = ['--json', '--debounce', '200ms', '--fetch-interval', '1h']
    const running = start(['run', path, ...flags])
    await untilWatched(running)
    renameSync(remote, `${remote}.away`)
    writeFileSync(join(path, 'offline'), 'offline\n')
    await until('tries are seldom', () => dueOf(running.outcomes) - Date.now() > seldom)
    const before = running.outcomes.length
    const due = dueOf(running.outcomes)
    renameSync(`${remote}.away`, remote)
    await way.call({ path, child: running.child })
    await until('the push', () => running.outcomes.some(({ type }) => type === 'Pushed'))
    expect(Date.now()).toBeLessThan(due)
    const since = running.outcomes.slice(before)
    expect(since.find((one) => one.type === 'CycleStarted')?.trigger).toBe(way.trigger)
    expect(git(remote, ['ls-tree', '--name-only', 'main'])).toContain('offline')
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
  })
})
