import {
  bareRemote,
  cloneOf,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, start, until } from '../support/program.js'
import { tokens } from '../support/secrets.js'

afterEach(endAll)

const token = tokens.github.text

/** A clone whose branch the remote has. */
const synced = async (): Promise<{ readonly dir: string; readonly remote: string }> => {
  const remote = bareRemote()
  const dir = cloneOf(remote)
  writeFiles(dir, { 'a.md': 'a\n' })
  expect((await gitsync(['once', dir])).code).toBe(0)
  return { dir, remote }
}

const allIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

/** Whether the remote was given it, in whatever object. */
const isGiven = (remote: string, text: string): boolean =>
  git(remote, ['cat-file', '--batch-all-objects', '--batch']).includes(text)

describe('a secret in a work tree that is pushed', () => {
  it('is told in every sink without its words, and reaches the remote in no object', async () => {
    const { dir, remote } = await synced()
    const state = temporaryFolder()
    const env = { XDG_STATE_HOME: state }
    const log = join(temporaryFolder(), 'log')
    const flags = ['--json', '-v', '--debounce', '100ms', '--log-file', log]
    const running = start(['run', dir, ...flags], env)
    await until('a watch', () => running.outcomes.some(({ type }) => type === 'WatchStarted'))
    writeFiles(dir, { 'key.md': `one\n${token}\n`, 'b.md': 'b\n' })
    const skipped = () => running.outcomes.filter(({ type }) => type === 'PathSkipped')
    await until('the word of it', () => skipped().length > 0)
    expect(skipped()).toMatchObject([{ path: 'key.md', reason: 'secret', rule: 'github', line: 2 }])
    const pushes = () => running.outcomes.filter(({ type }) => type === 'Pushed').length
    await until('the push of the rest', () => pushes() === 1)
    expect(git(remote, ['ls-tree', '-r', '--name-only', 'main'])).toBe('a.md\nb.md')
    writeFiles(dir, { 'c.md': 'c\n' })
    await until('the next push', () => pushes() === 2)
    expect(skipped()).toHaveLength(1)
    expect(isGiven(remote, token)).toBe(false)

    writeFiles(dir, { 'key.md': 'one\n' })
    await until('the push of what was put right', () => pushes() === 3)
    expect(git(remote, ['ls-tree', '-r', '--name-only', 'main'])).toBe('a.md\nb.md\nc.md\nkey.md')
    running.child.kill('SIGTERM')
    const { code, stdout, stderr } = await running.finished
    expect(code).toBe(0)
    expect(stderr).toContain('left out key.md (secret: github, line 2). Take it out, or allow it')
    for (const sink of [stdout, stderr, readFileSync(log, 'utf8'), allIn(state)])
      expect(sink).not.toContain(token)
  })

  it('is told by a dry run, which changes nothing', async () => {
    const { dir } = await synced()
    writeFiles(dir, { '.env': 'PORT=80\n', 'b.md': 'b\n' })
    const { code, stdout } = await gitsync(['once', dir, '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('would commit 1:\n  add    b.md\n')
    expect(stdout).toContain('would leave out .env (secret: env-file, line 1)')
    expect(git(dir, ['status', '--porcelain'])).toBe('?? .env\n?? b.md')
  })

  it('goes on where a person turned the guard off', async () => {
    const { dir } = await synced()
    writeFiles(dir, { '.env': 'PORT=80\n' })
    const found = await gitsync(['once', dir, '--json', '--guard', 'off'])
    expect(outcomesOf(found).map(({ type }) => type)).toContain('Pushed')
  })
})

describe('the rules', () => {
  /** Scripts that a run loads, in any thread; the rules are loaded by the one of `scan.js`. */
  const loadedBy = async (...args: readonly string[]): Promise<string> => {
    const folder = temporaryFolder()
    const env = { XDG_STATE_HOME: temporaryFolder(), NODE_V8_COVERAGE: folder }
    expect((await gitsync(args, env)).code).toBe(0)
    return allIn(folder)
  }

  it('are loaded for a file that is to be committed, and for nothing before', async () => {
    const dir = committedRepository({ a: 'a\n' })
    expect(await loadedBy('--version')).not.toContain('/scan.js')
    expect(await loadedBy('status', dir)).not.toContain('/scan.js')
    expect(await loadedBy('once', dir, '--guard', 'on')).not.toContain('/scan.js')
    writeFiles(dir, { b: 'b\n' })
    expect(await loadedBy('once', dir, '--guard', 'on')).toContain('/scan.js')
  })
})
