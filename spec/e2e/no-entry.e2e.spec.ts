import { bareRemote, cloneOf, commitAll, git, temporaryFolder, writeFiles } from '../support/temp-repositories.js' // prettier-ignore
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { asNobody, giveToNobody } from '../support/nobody.js'
import { endAll, start, until, untilWatched } from '../support/program.js'
import type { Finished, Running } from '../support/program.js'

/** What was shut, so that it is opened again whatever becomes of the test. */
const shut: string[] = []

const open = (): void => {
  for (const folder of shut.splice(0).reverse()) chmodSync(folder, 0o755)
}

afterEach(() => {
  open()
  endAll()
})

const close = (folder: string): void => {
  shut.push(folder)
  chmodSync(folder, 0)
}

/** A clone with one published commit that belongs to whom rights bind, in a folder of its own. */
const theirClone = () => {
  const remote = bareRemote()
  const clone = cloneOf(remote)
  writeFiles(clone, { 'a.txt': 'one\n', 'dir/b.txt': 'two\n' })
  commitAll(clone, 'First')
  git(clone, ['push', '-q', '-u', 'origin', 'main'])
  const state = temporaryFolder()
  for (const folder of [remote, clone, state]) giveToNobody(folder)
  const run = (...args: readonly string[]): Running =>
    start(args, { XDG_STATE_HOME: state, XDG_RUNTIME_DIR: state }, '/', asNobody)
  return { clone, remote, run, say: (...args: readonly string[]) => run(...args).finished }
}

const wordsOf = ({ stdout, stderr }: Finished): string => `${stdout}${stderr}`

const quick = ['--json', '--debounce', '200ms', '--fetch-interval', '300ms', '--rescan-interval', '1s'] // prettier-ignore

describe('a folder that may not be entered', { timeout: 120_000 }, () => {
  it.each(['', '.git'])('is named by every command, with the remedy (%j)', async (name) => {
    const { clone, remote, say } = theirClone()
    const barred = join(clone, name)
    close(barred)
    const remedy = `chmod u+rwx ${barred}`
    const told = {
      once: await say('once', clone),
      status: await say('status', clone),
      doctor: await say('doctor', clone),
      history: await say('history', join(clone, 'a.txt')),
      undo: await say('undo', clone),
      init: await say('init', clone),
      clone: await say('clone', remote, clone),
    }
    for (const [command, finished] of Object.entries(told)) {
      expect(wordsOf(finished), command).toContain(`${barred} may not be entered`)
      expect(wordsOf(finished), command).toContain(remedy)
      expect(finished.code, command).toBe(1)
    }
    open()
    expect((await say('once', clone)).code).toBe(0)
    expect(git(clone, ['rev-list', '--count', 'HEAD'])).toBe('1')
  })

  it.each(['', '.git'])('stops a run, which goes on when it may be (%j)', async (name) => {
    const { clone, remote, run } = theirClone()
    const running = run('run', clone, ...quick)
    await untilWatched(running)
    const ofType = (type: string) => running.outcomes.filter((outcome) => outcome.type === type)
    writeFileSync(join(clone, 'a.txt'), 'edited\n')
    close(join(clone, name))
    await until('it waits', () => ofType('Halted').length > 0)
    expect(ofType('Halted')).toMatchObject([
      { problem: { kind: 'unexpected', message: `${join(clone, name)} may not be entered: permission denied.` } }, // prettier-ignore
    ])
    for (const degraded of ofType('WatchDegraded'))
      expect(degraded).toMatchObject({ reason: expect.stringContaining('permission denied') as string }) // prettier-ignore
    await sleep(1_000)
    expect(ofType('Halted'), 'said once').toHaveLength(1)
    open()
    await until('it is pushed', () => git(remote, ['log', '-1', '--format=%s', 'main']) !== 'First')
    expect(git(remote, ['ls-tree', '-r', '--name-only', 'main']).split('\n')).toEqual(['a.txt', 'dir/b.txt']) // prettier-ignore
    // What was asked while it was shut may answer when it is open, and is then told for a moment.
    const told = running.outcomes.filter(({ type }) => type === 'Halted' || type === 'Resumed')
    expect(told.at(-1)?.type).toBe('Resumed')
  })

  it('is left out by the first pass after a boot too', async () => {
    const { clone, remote, say } = theirClone()
    close(join(clone, 'dir'))
    appendFileSync(join(clone, 'a.txt'), 'more\n')
    const { code, stderr } = await say('once', clone)
    expect([code, stderr]).toEqual([0, expect.stringContaining('left out dir (unreadable)')])
    expect(git(remote, ['show', 'main:a.txt'])).toContain('more')
    expect(git(remote, ['show', 'main:dir/b.txt'])).not.toBe('')
  })

  it('is left out where it is one of many, and stops nothing for a moment', async () => {
    const { clone, remote, run } = theirClone()
    const running = run('run', clone, ...quick)
    await untilWatched(running)
    const ofType = (type: string) => running.outcomes.filter((outcome) => outcome.type === type)
    writeFileSync(join(clone, 'dir/b.txt'), 'two, edited\n')
    close(join(clone, 'dir'))
    appendFileSync(join(clone, 'a.txt'), 'more\n')
    await until('the rest is pushed', () => git(remote, ['show', 'main:a.txt']).includes('more'))
    await until('it is told', () => ofType('PathSkipped').length > 0)
    expect(ofType('Halted')).toEqual([])
    open()
    mkdirSync(join(clone, 'new'))
    await until('it is pushed', () => git(remote, ['show', 'main:dir/b.txt']).includes('edited'))
  })
})
