import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, start, until, untilWatched } from '../support/program.js'
import type { Running } from '../support/program.js'

afterEach(endAll)

let env: { readonly XDG_RUNTIME_DIR: string; readonly XDG_STATE_HOME: string }

beforeEach(() => {
  env = { XDG_RUNTIME_DIR: temporaryFolder(), XDG_STATE_HOME: temporaryFolder() }
})

const sockets = (): readonly string[] => {
  const folder = join(env.XDG_RUNTIME_DIR, 'gitsync')
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

const hasSocket = ({ child }: Running): boolean =>
  sockets().some((socket) => basename(socket).startsWith(`${String(child.pid)}-`))

/** A gitsync that runs, and has a socket. */
const daemon = async (repo: string, ...more: readonly string[]): Promise<Running> => {
  const running = start(['run', repo, '--json', '--debounce', '200ms', ...more], env)
  await untilWatched(running)
  await until('its socket', () => hasSocket(running))
  return running
}

const repository = (): string => committedRepository({ 'a.txt': 'one\n' })

const commits = (repo: string): number => Number(git(repo, ['rev-list', '--count', 'HEAD']))

const typesOf = (running: Running): readonly string[] => running.outcomes.map(({ type }) => type)

const dead = 'no gitsync runs that keeps it in sync'

describe('pause and resume', () => {
  it('I18 have what was saved committed beside a push that takes long', async () => {
    const remote = bareRemote()
    const repo = cloneOf(remote)
    writeFiles(repo, { 'a.txt': 'one\n' })
    commitAll(repo, 'First')
    git(repo, ['push', '-q', '-u', 'origin', 'main'])
    writeFileSync(join(remote, 'hooks', 'pre-receive'), '#!/bin/sh\nsleep 20\n', { mode: 0o755 })
    const running = await daemon(repo, '--transport', 'git')
    writeFiles(repo, { 'a.txt': 'two\n' })
    await until('the first commit', () => commits(repo) === 2)
    await sleep(1_000)
    const pausing = gitsync(['pause', repo], env)
    await sleep(1_500)
    writeFiles(repo, { 'a.txt': 'three\n' })
    await sleep(1_500)
    expect(commits(repo)).toBe(2)
    expect((await gitsync(['resume', repo], env)).code).toBe(0)
    await until('the second commit', () => commits(repo) === 3)
    expect(typesOf(running)).not.toContain('Pushed')
    running.child.kill('SIGKILL')
    await pausing
  })

  it('R5 hold for one repository of two daemons, until they are told to go on', async () => {
    const [a, b] = [repository(), repository()]
    const [onA, onB] = [await daemon(a), await daemon(b)]
    const paused = await gitsync(['pause', a], env)
    expect(paused).toMatchObject({ code: 0, stdout: '' })
    expect(paused.stderr).toMatch(/info .*: paused until `gitsync resume` or a restart\n$/)
    for (const repo of [a, b]) writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit of the other', () => commits(b) === 2)
    await sleep(1_500)
    expect(commits(a)).toBe(1)
    expect(typesOf(onA).at(-1)).toBe('Paused')
    expect(typesOf(onB)).not.toContain('Paused')
    const { stdout } = await gitsync(['status', a, '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'paused', dirty: 1, nextTry: null })
    const again = await gitsync(['pause', a, '--json'], env)
    expect(outcomesOf(again)).toEqual([onA.outcomes.at(-1)])
    expect((await gitsync(['resume', a], env)).code).toBe(0)
    await until('the commit', () => commits(a) === 2)
    expect(typesOf(onA)).toContain('Unpaused')
    const needless = await gitsync(['resume', a], env)
    expect(needless.code).toBe(0)
    expect(needless.stderr).toContain('was not paused')
  })

  it('R5 hold for every repository of the config, and for a time', async () => {
    const repos = [repository(), repository()]
    const config = join(temporaryFolder(), 'config.json')
    writeFileSync(config, JSON.stringify({ repos: repos.map((path) => ({ path })) }))
    const running = start(['run', '--config', config, '--json', '--debounce', '200ms'], env)
    await untilWatched(running, 2)
    await until('its socket', () => hasSocket(running))
    const { code, stdout } = await gitsync(
      ['pause', '--config', config, '--for', '8s', '--json'],
      env,
    )
    expect(code).toBe(0)
    expect(stdout.match(/"type":"Paused"/g)).toHaveLength(2)
    for (const repo of repos) writeFiles(repo, { 'b.txt': 'two\n' })
    await sleep(1_000)
    expect(repos.map(commits)).toEqual([1, 1])
    await until('both go on by themselves', () => repos.every((repo) => commits(repo) === 2))
  })

  it('say so where nothing runs, and what is no duration', async () => {
    const repo = repository()
    for (const command of ['pause', 'resume']) {
      const { code, stderr } = await gitsync([command, repo], env)
      expect(code).toBe(1)
      expect(stderr).toContain(`${repo}: ${dead}`)
    }
    const bad = await gitsync(['pause', repo, '--for', 'ever'], env)
    expect(bad).toMatchObject({ code: 2, stdout: '' })
    expect(bad.stderr).toContain('--for = "ever": must be a duration')
    expect((await gitsync(['pause', join(repo, 'none')], env)).code).toBe(2)
  })

  it('end with the daemon: a pause is not remembered', async () => {
    const repo = repository()
    const first = await daemon(repo)
    await gitsync(['pause', repo], env)
    first.child.kill('SIGTERM')
    expect((await first.finished).code).toBe(0)
    writeFiles(repo, { 'b.txt': 'two\n' })
    await daemon(repo)
    expect(commits(repo)).toBe(2)
  })
})

describe('sync', () => {
  it('R1 has the daemon sync, waits for that cycle and tells it', async () => {
    const remote = bareRemote()
    const repo = cloneOf(remote)
    writeFiles(repo, { 'a.txt': 'one\n' })
    commitAll(repo, 'First')
    const running = await daemon(repo, '--debounce', '1h', '--max-wait', '1h')
    writeFiles(repo, { 'b.txt': 'two\n' })
    const found = await gitsync(['sync', repo, '--json'], env)
    expect(found.code).toBe(0)
    const outcomes = outcomesOf(found)
    expect(outcomes.map(({ type }) => type)).toEqual([
      'CycleStarted',
      'CommitCreated',
      'RemoteFetched',
      'Pushed',
      'CycleSettled',
    ])
    expect(outcomes[0]).toMatchObject({ trigger: 'manual' })
    for (const outcome of outcomes) expect(running.outcomes).toContainEqual(outcome)
    expect(git(remote, ['ls-tree', '--name-only', 'main'])).toContain('b.txt')

    const level = await gitsync(['sync', repo], env)
    expect(level).toMatchObject({ code: 0, stdout: '' })
    expect(level.stderr).toMatch(/: up to date\n$/)

    renameSync(remote, `${remote}.away`)
    writeFiles(repo, { 'c.txt': 'three\n' })
    const offline = await gitsync(['sync', repo], env)
    expect(offline.code).toBe(75)
    expect(offline.stderr).toMatch(/info .*: committed \w{7} Add c.txt/)
    renameSync(`${remote}.away`, remote)

    git(repo, ['checkout', '-q', '--detach'])
    for (const _ of ['told', 'told before']) {
      const halted = await gitsync(['sync', repo], env)
      expect(halted.code).toBe(1)
      expect(halted.stderr).toContain('halted (detached-head)')
    }
    git(repo, ['checkout', '-q', 'main'])

    await gitsync(['pause', repo], env)
    const paused = await gitsync(['sync', repo], env)
    expect(paused.code).toBe(1)
    expect(paused.stderr).toContain('paused until `gitsync resume`')
  })

  it('R2 is once where no daemon runs, beside the daemon where one does', async () => {
    const [a, b] = [repository(), repository()]
    await daemon(a, '--debounce', '1h', '--max-wait', '1h')
    for (const repo of [a, b]) writeFiles(repo, { 'b.txt': 'two\n' })
    const { code, stdout } = await gitsync(['sync', a, b, '--json'], env)
    expect(code).toBe(0)
    expect([a, b].map(commits)).toEqual([2, 2])
    expect(stdout.match(/"trigger":"manual"/g)).toHaveLength(1)
    expect(stdout.match(/"trigger":"startup"/g)).toHaveLength(1)
  })
})

describe('the socket of a daemon', () => {
  it('R4 is private, and gone after every stop but kill -9, which the next start tidies up', async () => {
    const repo = repository()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const running = await daemon(repo)
      const [socket] = sockets()
      expect(lstatSync(socket ?? '').mode & 0o777).toBe(0o600)
      expect(lstatSync(join(env.XDG_RUNTIME_DIR, 'gitsync')).mode & 0o777).toBe(0o700)
      running.child.kill(signal)
      expect((await running.finished).code).toBe(0)
      expect(sockets()).toEqual([])
    }
    const killed = await daemon(repo)
    killed.child.kill('SIGKILL')
    await killed.finished
    const [stale] = sockets()
    expect(stale).toBeDefined()
    expect((await gitsync(['pause', repo], env)).stderr).toContain(dead)
    await daemon(repo)
    await until('the stale one is gone', () => sockets().length === 1)
    expect(sockets()).not.toContain(stale)
    expect((await gitsync(['pause', repo], env)).code).toBe(0)
  })

  it('R4 is done without where it cannot be opened, with one line', async () => {
    const repo = repository()
    mkdirSync(join(env.XDG_RUNTIME_DIR, 'gitsync'), { mode: 0o755 })
    const running = start(['run', repo, '--json', '--debounce', '200ms'], env)
    await untilWatched(running)
    writeFiles(repo, { 'b.txt': 'two\n' })
    await until('the commit', () => commits(repo) === 2)
    expect(running.stderr().match(/warn .*cannot reach this gitsync/g)).toHaveLength(1)
    expect(sockets()).toEqual([])
  })
})
