import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { hook, trace } from '../support/hooks.js'
import { configure, signBySsh, verdicts } from '../support/signing.js'
import { endAll, start, until, untilWatched } from '../support/program.js'
import type { Running } from '../support/program.js'

afterEach(endAll)

const clone = (): { readonly dir: string; readonly remote: string } => {
  const remote = bareRemote()
  const dir = cloneOf(remote)
  writeFiles(dir, { 'a.md': 'one\n' })
  commitAll(dir, 'First')
  git(dir, ['push', '-q', '-u', 'origin', 'main'])
  return { dir, remote }
}

/** A daemon that asks its remote so often that whatever it does each time is seen. */
const running = async (dir: string, ...more: readonly string[]): Promise<Running> => {
  const quick = ['--json', '--debounce', '100ms', '--fetch-interval', '200ms']
  const daemon = start(['run', dir, ...quick, ...more])
  await untilWatched(daemon)
  return daemon
}

const told = ({ outcomes }: Running, type: string): number =>
  outcomes.filter((outcome) => outcome.type === type).length

const stopped = async (daemon: Running): Promise<void> => {
  daemon.child.kill('SIGTERM')
  expect((await daemon.finished).code).toBe(0)
}

describe('a daemon', () => {
  it('tells once that pre-commit refuses, asks it seldom, and hears an edit', async () => {
    const { dir, remote } = clone()
    const { file, lines } = trace()
    hook(dir, 'pre-commit', `echo x >> '${file}'; grep -q good a.md || { echo not good; exit 1; }`)
    const daemon = await running(dir, '--hooks')
    writeFiles(dir, { 'a.md': 'two\n' })
    await until('it is told', () => told(daemon, 'Halted') === 1)
    await sleep(3_000)
    expect(lines()).toHaveLength(1)
    expect(told(daemon, 'Halted')).toBe(1)
    expect(told(daemon, 'CommitCreated')).toBe(0)
    writeFiles(dir, { 'a.md': 'good\n' })
    await until('it is pushed', () => git(remote, ['show', 'main:a.md']) === 'good')
    expect(told(daemon, 'Resumed')).toBe(1)
    expect(lines()).toHaveLength(2)
    await stopped(daemon)
  })

  it('ends a hook without end when it is asked to stop', async () => {
    const { dir } = clone()
    const { file, lines } = trace()
    hook(dir, 'pre-commit', `echo x >> '${file}'; sleep 600`)
    const daemon = await running(dir, '--hooks')
    writeFiles(dir, { 'a.md': 'two\n' })
    await until('it runs', () => lines().length === 1)
    const asked = performance.now()
    await stopped(daemon)
    expect(performance.now() - asked).toBeLessThan(10_000)
  })

  it('asks anew when a person says so', async () => {
    const { dir, remote } = clone()
    hook(dir, 'pre-commit', 'exit 1')
    const daemon = await running(dir, '--hooks')
    writeFiles(dir, { 'a.md': 'two\n' })
    await until('it is told', () => told(daemon, 'Halted') === 1)
    hook(dir, 'pre-commit', 'exit 0')
    daemon.child.kill('SIGHUP')
    await until('it is pushed', () => git(remote, ['show', 'main:a.md']) === 'two')
    await stopped(daemon)
  })

  it('goes on committing while pre-push refuses, which is told once', async () => {
    const { dir, remote } = clone()
    const { file, lines } = trace()
    hook(dir, 'pre-push', `echo x >> '${file}'; echo the tests fail; exit 1`)
    const daemon = await running(dir, '--hooks', '--transport', 'git')
    for (const text of ['two\n', 'three\n', 'four\n']) {
      writeFiles(dir, { 'a.md': text })
      await until('it is committed', () => git(dir, ['show', 'HEAD:a.md']) === text.trim())
    }
    await sleep(1_000)
    expect(told(daemon, 'Halted')).toBe(1)
    expect(lines().length).toBeLessThan(8)
    hook(dir, 'pre-push', 'exit 0')
    daemon.child.kill('SIGHUP')
    await until('it is pushed', () => git(remote, ['show', 'main:a.md']) === 'four')
    await stopped(daemon)
  })

  it('tells once that it cannot sign, asks seldom, and signs all of it later', async () => {
    const { dir, remote } = clone()
    const { file, lines } = trace()
    signBySsh(dir)
    const program = join(temporaryFolder(), 'signs')
    const answers = (end: string): void => {
      writeFileSync(program, `#!/bin/sh\necho x >> '${file}'\n${end}\n`, { mode: 0o755 })
    }
    answers('exit 1')
    configure(dir, { 'gpg.ssh.program': program })
    const daemon = await running(dir)
    for (const text of ['two\n', 'three\n']) {
      writeFiles(dir, { 'a.md': text })
      await until('it is told', () => told(daemon, 'Halted') === 1)
      await sleep(1_000)
    }
    expect(lines()).toHaveLength(1)
    answers('exec ssh-keygen "$@"')
    daemon.child.kill('SIGHUP')
    await until('it is pushed', () => git(remote, ['show', 'main:a.md']) === 'three')
    expect(verdicts(dir)).toEqual(['G'])
    await stopped(daemon)
  })
})
