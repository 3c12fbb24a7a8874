import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { RepositoryStatus } from '../../src/index.js'
import { endAll, gitsync, program, start, until, untilWatched } from '../support/program.js'
import type { Finished, Running } from '../support/program.js'

afterEach(endAll)

const quick = ['--json', '--debounce', '200ms', '--fetch-interval', '300ms'] as const

const published = (): readonly [clone: string, remote: string] => {
  const remote = bareRemote()
  const clone = cloneOf(remote)
  writeFiles(clone, { 'a.txt': 'one\n' })
  commitAll(clone, 'First')
  git(clone, ['push', '-q', '-u', 'origin', 'main'])
  return [clone, remote]
}

const statusesIn = ({ stdout }: Pick<Finished, 'stdout'>): readonly RepositoryStatus[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RepositoryStatus)

/** What it printed so far, in whole lines. */
const outputOf = ({ child }: Running): (() => string) => {
  let text = ''
  child.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  return () => text.slice(0, text.lastIndexOf('\n') + 1)
}

/** Each test keeps its journals together: those of the daemon are those that are read. */
const machine = () => {
  const env = { XDG_STATE_HOME: temporaryFolder() }
  const ask = async (...args: readonly string[]) => {
    const finished = await gitsync(['status', ...args, '--json'], env)
    return { ...finished, statuses: statusesIn(finished) }
  }
  const configOf = (...repos: readonly object[]): string => {
    const file = join(temporaryFolder(), 'config.json')
    writeFileSync(file, JSON.stringify({ repos }))
    return file
  }
  return { env, ask, configOf }
}

describe('gitsync status', () => {
  it('tells of each repository, whether or not a daemon runs, and says which', async () => {
    const { env, ask } = machine()
    const [repo, remote] = published()
    const head = git(repo, ['rev-parse', 'HEAD'])
    const before = await ask(repo)
    expect(before).toMatchObject({ code: 0, stderr: '' })
    const common = { repo, branch: 'main', head, problem: null }
    const level = { ...common, ahead: 0, behind: 0, dirty: 0, skipped: [] }
    expect(before.statuses).toEqual([
      {
        ...level,
        state: 'up-to-date',
        since: null,
        lastSync: null,
        nextTry: null,
        daemon: null,
      },
    ])
    const running = start(['run', repo, ...quick], env)
    await untilWatched(running)
    const during = await ask(repo)
    expect(during.statuses).toMatchObject([level])
    expect(during.statuses[0]?.daemon?.pid).toBe(running.child.pid)
    expect(Date.parse(during.statuses[0]?.lastSync ?? '')).toBeGreaterThan(Date.now() - 60_000)

    renameSync(remote, `${remote}.away`)
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the outage', () =>
      running.outcomes.some((one) => one.type === 'CycleSettled' && one.outcome === 'offline'),
    )
    const offline = await ask(repo)
    expect(offline.code).toBe(0)
    expect(offline.statuses).toMatchObject([
      { state: 'offline', ahead: 1, dirty: 0, problem: { kind: 'network' } },
    ])
    expect(offline.statuses[0]?.nextTry).not.toBeNull()
    expect((await gitsync(['status', repo], env)).stdout).toContain(
      `daemon: running (pid ${String(running.child.pid)})`,
    )

    running.child.kill('SIGKILL')
    await running.finished
    writeFiles(repo, { 'c.txt': 'three\n' })
    const after = await ask(repo)
    expect(after.statuses).toMatchObject([
      { state: 'offline', ahead: 1, dirty: 1, nextTry: null, daemon: null },
    ])
    expect((await gitsync(['status', repo], env)).stdout).toContain('daemon: not running')
  })

  it('tells what is left out, and no longer once it is not', async () => {
    const { env, ask, configOf } = machine()
    const [repo] = published()
    const config = configOf({ path: repo, maxFileSize: '1KB' })
    writeFiles(repo, { 'big.bin': 'x'.repeat(5_000) })
    await gitsync(['once', '--config', config], env)
    const shown = (await gitsync(['status', '--config', config], env)).stdout
    expect(shown).toContain(
      '  1 path is left out:\n    big.bin (too-large)\n    → Raise maxFileSize',
    )
    const [status] = (await ask('--config', config)).statuses
    expect(status).toMatchObject({
      state: 'up-to-date',
      skipped: [{ path: 'big.bin', reason: 'too-large' }],
    })
    writeFiles(repo, { 'big.bin': 'small\n' })
    expect((await ask('--config', config)).statuses).toMatchObject([{ dirty: 1, skipped: [] }])
  })

  it('exits with 1 where a person is needed, as journal or repository have it', async () => {
    const { env, ask } = machine()
    const [repo, remote] = published()
    writeFiles(join(remote, 'hooks'), { 'pre-receive': '#!/bin/sh\necho no thanks >&2\nexit 1\n' })
    git(remote, ['config', 'core.hooksPath', 'hooks'])
    chmodSync(join(remote, 'hooks', 'pre-receive'), 0o755)
    writeFiles(repo, { 'b.txt': 'two\n' })
    expect((await gitsync(['once', repo], env)).code).toBe(1)
    const declined = await ask(repo)
    expect(declined.code).toBe(1)
    expect(declined.statuses).toMatchObject([{ state: 'halted', problem: { kind: 'declined' } }])
    const shown = await gitsync(['status', repo], env)
    expect(shown.code).toBe(1)
    expect(shown.stdout).toMatch(/\n {2}declined: [^\n]*no thanks[^\n]*\n {2}→ [^\n]+\n/)

    rmSync(join(remote, 'hooks'), { recursive: true })
    expect((await gitsync(['once', repo], env)).code).toBe(0)
    expect(await ask(repo)).toMatchObject({ code: 0, statuses: [{ state: 'up-to-date' }] })

    git(repo, ['checkout', '-q', '--detach'])
    expect(await ask(repo)).toMatchObject({
      code: 1,
      statuses: [{ state: 'halted', branch: null, problem: { kind: 'detached-head' } }],
    })
  })

  it('has a row for what a config names that is missing or no repository', async () => {
    const { ask, configOf } = machine()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const plain = temporaryFolder()
    const gone = join(plain, 'gone')
    const config = configOf({ path: repo, branch: 'main' }, { path: plain }, { path: gone })
    const found = await ask('--config', config)
    expect(found).toMatchObject({ code: 1, stderr: '' })
    expect(found.statuses.map(({ problem }) => problem?.kind ?? null)).toEqual([
      null,
      'not-a-repository',
      'root-emptied',
    ])
    expect(await ask(gone, '--config', config)).toMatchObject({ code: 1 })
    git(repo, ['switch', '-qc', 'other'])
    expect(await ask(repo, '--config', config)).toMatchObject({
      statuses: [{ problem: { kind: 'wrong-branch' } }],
    })
    expect(await ask(repo)).toMatchObject({ code: 0 })
  })

  it('exits with 2 where there is no config, or what is named is nowhere', async () => {
    const env = { HOME: temporaryFolder(), XDG_CONFIG_HOME: '', XDG_STATE_HOME: temporaryFolder() }
    const none = await gitsync(['status'], env)
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toContain('config: there is none')
    const nowhere = await gitsync(['status', '/nowhere/at/all'], env)
    expect(nowhere).toMatchObject({ code: 2, stdout: '' })
    expect(nowhere.stderr).toContain('does not exist')
    expect((await gitsync(['status', '--frobnicate'], env)).code).toBe(2)
  })

  it('takes no lock and makes no file, also none of its own', async () => {
    const { env, ask } = machine()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { '.git/index.lock': '' })
    expect((await ask(repo)).code).toBe(0)
    expect(existsSync(join(repo, '.git', 'gitsync'))).toBe(false)
    expect(readdirSync(env.XDG_STATE_HOME)).toEqual([])
  })

  it('goes on with --watch, tells changes alone and ends well with a signal', async () => {
    const { env } = machine()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const watching = start(['status', repo, '--watch', '--json'], env)
    const seen = outputOf(watching)
    const statuses = () => statusesIn({ stdout: seen() })
    await until('the first status', () => statuses().length === 1)
    // The folder of the journals comes to be only now.
    const running = start(['run', repo, ...quick], env)
    await untilWatched(running)
    await until('the daemon', () => statuses().at(-1)?.daemon?.pid === running.child.pid)
    const before = statuses().length
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => running.outcomes.some(({ type }) => type === 'CommitCreated'))
    await until('its head', () => statuses().at(-1)?.head === git(repo, ['rev-parse', 'HEAD']))
    await until('peace', () => statuses().at(-1)?.dirty === 0)
    const told = statuses().length
    expect(told).toBeGreaterThan(before)
    // Cycles go on all the time, and change nothing.
    await sleep(1_500)
    expect(statuses()).toHaveLength(told)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const other = start(['status', repo, '--watch'], env)
      const shown = outputOf(other)
      await until('the table', () => shown().includes('daemon: '))
      other.child.kill(signal)
      const { code, stdout, stderr } = await other.finished
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^REPOSITORY/)
      expect(stdout.match(/^REPOSITORY/gm)).toHaveLength(1)
    }
    watching.child.kill('SIGINT')
    expect((await watching.finished).code).toBe(0)
  })

  it('has colour at a terminal, but for a dumb one and against NO_COLOR', () => {
    const [repo] = published()
    const coloured = (env: NodeJS.ProcessEnv) =>
      ['status', 'once'].map((command) => {
        const line = `'${process.execPath}' '${program}' ${command} -v '${repo}'`
        const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
          env: { ...process.env, XDG_STATE_HOME: temporaryFolder(), NO_COLOR: '', ...env },
          encoding: 'utf8',
        })
        expect(stdout).toContain('up to date')
        return stdout.includes('\u001b[')
      })
    expect(coloured({ TERM: 'xterm' })).toEqual([true, true])
    expect(coloured({ TERM: 'xterm', NO_COLOR: '1' })).toEqual([false, false])
    expect(coloured({ TERM: 'dumb' })).toEqual([false, false])
  })

  it('ends well with Ctrl-C at a terminal', async () => {
    const [repo] = published()
    const child = spawn(
      'script',
      [
        '-qec',
        `stty cols 80 rows 24; exec '${process.execPath}' '${program}' status --watch '${repo}'`,
        '/dev/null',
      ],
      { env: { ...process.env, XDG_STATE_HOME: temporaryFolder() } },
    )
    let shown = ''
    child.stdout.on('data', (bytes: Buffer) => {
      shown += bytes.toString()
    })
    const code = new Promise<number | null>((resolve) => {
      child.on('close', resolve)
    })
    await until('the drawing', () => shown.includes('daemon: not running'))
    child.stdin.write('\x03')
    expect(await code).toBe(0)
  })
})
