import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  temporaryFolder,
  git,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, start, until, untilWatched } from '../support/program.js'
import type { Running } from '../support/program.js'
import { seeded } from '../support/hostile-tree.js'
import { serveNothing } from '../git/transport/http-server.js'

afterEach(endAll)

const quick = ['--json', '--debounce', '200ms', '--fetch-interval', '500ms'] as const

const run = (dir: string, ...more: readonly string[]): Running =>
  start(['run', dir, ...quick, ...more])

const stop = async (running: Running): Promise<number | null> => {
  running.child.kill('SIGTERM')
  return (await running.finished).code
}

const read = (dir: string, path: string): string =>
  existsSync(join(dir, path)) ? readFileSync(join(dir, path), 'utf8') : ''

/** Whether the process has a handler of its own for that signal; see proc_pid_status(5). */
const catches = ({ child }: Running, signal: number): boolean => {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'latin1')
  const mask = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)?.[1] ?? '0'}`)
  return ((mask >> BigInt(signal - 1)) & 1n) === 1n
}

const hasLibgit2 = ({ child }: Running): boolean =>
  readFileSync(`/proc/${String(child.pid)}/maps`, 'latin1').includes('nodegit.node')

/** Clones of one remote with a first commit, in which everything is level. */
const pair = (): readonly [string, string, string] => {
  const remote = bareRemote()
  const a = cloneOf(remote)
  writeFiles(a, { 'README.md': 'hello\n' })
  commitAll(a, 'First')
  git(a, ['push', '-q', '-u', 'origin', 'main'])
  return [a, cloneOf(remote), remote]
}

describe('gitsync run', () => {
  it('says in one line that everything is watched, and settles on a signal with exit code 0', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const running = run(repo)
    await untilWatched(running)
    await until('the line', () => running.stderr().includes('Watching 1 repository.'))
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => running.outcomes.some(({ type }) => type === 'CommitCreated'))
    running.child.kill('SIGINT')
    const { code, stderr } = await running.finished
    expect(code).toBe(0)
    expect(stderr.match(/Watching/g)).toHaveLength(1)
    expect(running.outcomes.at(-1)?.type).toBe('Stopped')
    expect(git(repo, ['status', '--porcelain'])).toBe('')
    expect(existsSync(join(repo, '.git', 'index.lock'))).toBe(false)
  })

  it('settles what was saved right before the signal, though the burst is not over', async () => {
    const repo = cloneOf(bareRemote())
    writeFiles(repo, { 'a.txt': 'one\n' })
    const running = start(['run', repo, '--json', '--debounce', '30s', '--max-wait', '1m'])
    await until('the watch', () => running.outcomes.some(({ type }) => type === 'WatchStarted'))
    writeFiles(repo, { 'b.txt': 'two\n' })
    await sleep(500)
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expect(git(repo, ['status', '--porcelain', '--branch'])).toBe('## main...origin/main')
    expect(git(repo, ['ls-files'])).toBe('a.txt\nb.txt')
  })

  it('settles what was saved during a cycle, right before the signal', async () => {
    const [repo, , remote] = pair()
    const running = run(repo, '--debounce', '300ms')
    await untilWatched(running)
    const pushing = join(remote, 'pushing')
    const hook = join(remote, 'hooks', 'pre-receive')
    writeFileSync(hook, `#!/bin/sh\ntouch '${pushing}'\nsleep 2\n`, { mode: 0o755 })
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the push', () => existsSync(pushing))
    writeFiles(repo, { 'c.txt': 'three\n' })
    await sleep(50)
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expect(git(repo, ['status', '--porcelain', '--branch'])).toBe('## main...origin/main')
    expect(git(remote, ['ls-tree', '--name-only', 'main'])).toBe('README.md\nb.txt\nc.txt')
  })

  it('ends on a signal that comes while it starts', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    for (let delay = 40; delay <= 600; delay += 40) {
      const running = run(repo)
      await sleep(delay)
      running.child.kill('SIGTERM')
      const late = sleep(20_000, 'late', { ref: false })
      const { code } = await Promise.race([running.finished, late.then(() => ({ code: -1 }))])
      expect([0, 143, null], `after ${String(delay)} ms`).toContain(code)
    }
  })

  it('commits what is saved while the remote is silent', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const port = await serveNothing()
    git(repo, ['remote', 'add', 'origin', `http://127.0.0.1:${String(port)}/x.git`])
    const running = run(repo, '--network-timeout', '12s', '--fetch-interval', '1s')
    const fetching = (): number =>
      running.outcomes.filter(({ type }) => type === 'CycleStarted').length -
      running.outcomes.filter(({ type }) => type === 'CycleSettled').length
    await untilWatched(running)
    await until('it asks again', () => fetching() === 1)
    await sleep(1_000)
    const saved = Date.now()
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => running.outcomes.some(({ type }) => type === 'CommitCreated'))
    expect(Date.now() - saved).toBeLessThan(6_000)
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
  })

  it('takes a wish to sync that comes while it starts, and ends well from then on', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    for (const last of ['SIGHUP', 'SIGTERM'] as const) {
      const running = run(repo)
      await until('it hears of the wish', () => catches(running, constants.signals.SIGHUP))
      expect(hasLibgit2(running), 'before the longest part of the start').toBe(false)
      await until('libgit2 is loaded', () => running.child.kill('SIGHUP') && hasLibgit2(running))
      if (last === 'SIGHUP') await untilWatched(running)
      running.child.kill('SIGTERM')
      expect((await running.finished).code).toBe(0)
    }
  })

  it('commits a burst once, after it has gone quiet', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const running = run(repo)
    await untilWatched(running)
    for (let n = 0; n < 20; n += 1) writeFiles(repo, { [`burst/${String(n)}.txt`]: 'x\n' })
    await until('the commit', () => git(repo, ['ls-files']).split('\n').length === 21)
    await stop(running)
    expect(running.outcomes.filter(({ type }) => type === 'CommitCreated')).toHaveLength(1)
  })

  it('carries an edit from one machine to the other, and a merge back', async () => {
    const [a, b] = pair()
    const [onA, onB] = [run(a), run(b)]
    await Promise.all([untilWatched(onA), untilWatched(onB)])
    writeFiles(a, { 'notes/todo.md': 'one\ntwo\nthree\n' })
    await until('the edit on b', () => read(b, 'notes/todo.md') === 'one\ntwo\nthree\n')
    writeFiles(a, { 'notes/todo.md': 'ONE\ntwo\nthree\n' })
    writeFiles(b, { 'notes/todo.md': 'one\ntwo\nTHREE\n' })
    const merged = 'ONE\ntwo\nTHREE\n'
    await until('the merge', () => [a, b].every((dir) => read(dir, 'notes/todo.md') === merged))
    expect(await Promise.all([stop(onA), stop(onB)])).toEqual([0, 0])
  })

  it('pushes after an outage without a new edit', async () => {
    const [a, , remote] = pair()
    const running = run(a)
    await untilWatched(running)
    renameSync(remote, `${remote}.away`)
    writeFiles(a, { 'offline.md': 'written offline\n' })
    await until('the outage', () =>
      running.outcomes.some((one) => one.type === 'CycleSettled' && one.outcome === 'offline'),
    )
    renameSync(`${remote}.away`, remote)
    await until('the push', () =>
      git(remote, ['ls-tree', '--name-only', 'main']).includes('offline.md'),
    )
    expect(await stop(running)).toBe(0)
  })

  it('waits for a person and notices the remedy without a restart', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    git(repo, ['checkout', '-q', '--detach'])
    const running = run(repo)
    await until('the halt', () => running.outcomes.some(({ type }) => type === 'Halted'))
    writeFiles(repo, { 'b.txt': 'two\n' })
    git(repo, ['checkout', '-q', 'main'])
    await until('the commit', () => git(repo, ['ls-files']).includes('b.txt'))
    await stop(running)
    const told = running.outcomes.map(({ type }) => type)
    expect(told.filter((type) => type === 'Halted')).toHaveLength(1)
    expect(told.filter((type) => type === 'Resumed')).toHaveLength(1)
  })

  it('refuses a second gitsync on the same work tree and names the first', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const first = run(repo)
    await untilWatched(first)
    const second = start(['once', repo, '--json'])
    expect((await second.finished).code).toBe(1)
    const halted = second.outcomes.find((one) => one.type === 'Halted')
    expect(halted?.problem.kind).toBe('already-running')
    expect(halted?.problem.message).toContain(String(first.child.pid))
    first.child.kill('SIGKILL')
    await first.finished
    expect((await start(['once', repo]).finished).code).toBe(0)
  })

  it('keeps one row of seq in the journal while a second gitsync is refused', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const state = temporaryFolder()
    const first = start(['run', repo, ...quick], { XDG_STATE_HOME: state })
    await untilWatched(first)
    expect((await gitsync(['once', repo], { XDG_STATE_HOME: state })).code).toBe(1)
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => git(repo, ['ls-files']).includes('b.txt'))
    await stop(first)
    const folder = join(state, 'gitsync')
    const lines = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8').trimEnd()
    const seqs = lines.split('\n').map((line) => (JSON.parse(line) as { readonly seq: number }).seq)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
  })

  it('settles its cycle after one SIGTERM in the middle of a push', async () => {
    const remote = bareRemote()
    const hook = join(remote, 'hooks', 'pre-receive')
    const begun = join(remote, 'begun')
    writeFileSync(hook, `#!/bin/sh\ntouch '${begun}'\nsleep 2\n`)
    chmodSync(hook, 0o755)
    const clone = cloneOf(remote)
    writeFiles(clone, { 'a.txt': 'one\n' })
    const running = run(clone)
    await until('the push to begin', () => existsSync(begun))
    expect(await stop(running)).toBe(0)
    const told = running.outcomes.map(({ type }) => type)
    expect(told.slice(-3)).toEqual(['Pushed', 'CycleSettled', 'Stopped'])
  })

  it('polls where it is told to', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const running = run(repo, '--watch', 'poll', '--poll-interval', '300ms')
    await untilWatched(running)
    expect(running.outcomes).toContainEqual(
      expect.objectContaining({ type: 'WatchStarted', source: 'poll' }),
    )
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => git(repo, ['ls-files']).includes('b.txt'))
    expect(await stop(running)).toBe(0)
  })
})

describe('what gitsync itself writes into the work tree', () => {
  it.each([
    ['native', []],
    ['fs.watch', []],
    ['poll', ['--poll-interval', '300ms']],
  ])('is neither recorded nor a reason to look again, with %s', async (watch, more) => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const log = join(repo, 'in', 'gs.log')
    mkdirSync(dirname(log))
    const state = { XDG_STATE_HOME: join(repo, '.local [x]', 'state') }
    const own = ['--log-file', log, '-v'] as const
    const running = start(
      ['run', repo, ...own, '--json', '--debounce', '200ms', '--watch', watch, ...more],
      state,
    )
    await untilWatched(running)
    writeFiles(repo, { 'in/b.txt': 'two\n' })
    await until('the commit', () => git(repo, ['ls-files']).includes('in/b.txt'))
    const cycles = (): number =>
      running.outcomes.filter(({ type }) => type === 'CycleStarted').length
    // A cycle that answered itself would never come to rest; how long the last honest one takes is up to the machine.
    let [count, since] = [cycles(), performance.now()]
    await until('no further cycle for two seconds', () => {
      if (cycles() !== count) [count, since] = [cycles(), performance.now()]
      return performance.now() - since > 2_000
    })
    expect(await stop(running)).toBe(0)
    expect(git(repo, ['ls-files'])).toBe('a.txt\nin/b.txt')
    const { stdout } = await gitsync(['once', repo, ...own, '--dry-run'], state)
    expect(stdout).toContain('would leave out .local [x]/state/gitsync/ (ignored-by-gitsync)')
    expect(stdout).toContain('would leave out in/gs.log (ignored-by-gitsync)')
    expect(stdout).not.toContain('would commit')
  })
})

/** What each machine wrote last at each path, while nothing else of its own came after. */
type Written = Map<string, string>

/** One random edit in a small name space, so that both sides meet often. Whatever is not possible just then is left. */
const edit = (dir: string, random: () => number, n: number, written: Written): void => {
  const pick = (count: number): number => Math.floor(random() * count)
  const path = `d${String(pick(6))}/${pick(3) === 0 ? 'deep/' : ''}f${String(pick(12))}.txt`
  const file = join(dir, path)
  const kind = pick(6)
  written.delete(file)
  try {
    if (kind === 0) rmSync(file, { force: true })
    else if (kind === 1) {
      const target = join(dir, `d${String(pick(6))}-moved-${String(n)}.txt`)
      if (existsSync(file)) renameSync(file, target)
    } else {
      mkdirSync(dirname(file), { recursive: true })
      if (kind === 2) appendFileSync(file, `line ${String(n)}\n`)
      else {
        const content = `content ${String(n)} of ${dir}\n`
        writeFileSync(file, content)
        written.set(file, content)
      }
    }
  } catch {
    // The other side's edit came in between; a person would shrug and go on.
  }
}

/** What git would call content. */
const blobOf = (content: string): string =>
  createHash('sha1')
    .update(`blob ${String(Buffer.byteLength(content))}\0${content}`)
    .digest('hex')

describe('a storm', () => {
  it('of a thousand random edits on both sides ends in equal work trees and heads', async () => {
    const seed = 20_261_122
    const [a, b, remote] = pair()
    const [onA, onB] = [run(a), run(b)]
    await Promise.all([untilWatched(onA), untilWatched(onB)])
    const random = seeded(seed)
    const written: Written = new Map()
    for (let n = 0; n < 1000; n += 1) {
      edit(random() < 0.5 ? a : b, random, n, written)
      if (n % 10 === 9) await sleep(30)
    }
    const heads = (): readonly string[] => [
      git(a, ['rev-parse', 'HEAD']),
      git(b, ['rev-parse', 'HEAD']),
      git(remote, ['rev-parse', 'main']),
    ]
    const clean = (): boolean => [a, b].every((dir) => git(dir, ['status', '--porcelain']) === '')
    await until(
      `the storm of seed ${String(seed)} to settle`,
      // In this order: what is dirty still when the heads are asked for may be committed before the rest is looked at.
      () => clean() && new Set(heads()).size === 1,
    )
    expect(await Promise.all([stop(onA), stop(onB)])).toEqual([0, 0])
    expect(new Set(heads()).size).toBe(1)
    expect(git(a, ['rev-parse', 'HEAD^{tree}'])).toBe(git(b, ['rev-parse', 'HEAD^{tree}']))
    const reachable = git(a, ['rev-list', '--objects', 'HEAD'])
    const lost = [...written].filter(([, content]) => !reachable.includes(blobOf(content)))
    expect(written.size).toBeGreaterThan(50)
    expect(lost).toEqual([])
    for (const dir of [a, b]) {
      expect(git(dir, ['status', '--porcelain'])).toBe('')
      expect(git(dir, ['fsck', '--strict'])).toBe('')
      expect(tryGit(dir, ['grep', '-l', '<<<<<<<', 'HEAD']).text).toBe('')
    }
  })
})
