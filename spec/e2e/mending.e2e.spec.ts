import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  identify,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { newUser } from '../support/new-user.js'
import { contentOf, expectAtRest, isInHistory, writeCopy } from '../support/mending.js'
import { endAll, gitsync, program, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

const parsed = (stdout: string): readonly Readonly<Record<string, unknown>>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const state = temporaryFolder()
const env = { XDG_STATE_HOME: state }

describe('the command line', () => {
  it('lists conflict copies and settles one', async () => {
    const dir = committedRepository({ 'todo.md': 'this\n' })
    const copy = writeCopy(dir, 'todo.md', 'other\n', 1_700_000_000)
    commitAll(dir, 'Merge')
    const listed = await gitsync(['conflicts', dir, '--json'], env)
    expect(parsed(listed.stdout)).toMatchObject([{ repo: dir, origin: 'todo.md', copy }])
    const shown = await gitsync(['conflicts', dir, '--diff'], env)
    expect(shown.stdout).toContain('+other')
    const settled = await gitsync(['resolve', join(dir, copy), '--keep', 'other'], env)
    expect(settled).toMatchObject({ code: 0 })
    expect(contentOf(dir, 'todo.md')).toBe('other\n')
    expect((await gitsync(['conflicts', dir], env)).stdout).toBe('No conflict copies.\n')
    expectAtRest(dir)
  })

  it('lists those of the config, also where a repository of it is away', async () => {
    const user = newUser()
    const dir = join(user.home, 'Notes')
    mkdirSync(dir)
    git(dir, ['init', '--quiet'])
    identify(dir)
    writeFiles(dir, { 'todo.md': 'this\n' })
    const copy = writeCopy(dir, 'todo.md', 'other\n', 1_700_000_000)
    commitAll(dir, 'Merge')
    const repos = [{ path: '~/Notes' }, { path: '~/Away' }]
    user.write('.config/gitsync/config.json', JSON.stringify({ repos }))
    const listed = await user.gitsync('conflicts')
    expect(listed.stdout).toContain(`${dir}\n  todo.md\n    ${copy}`)
    expect(listed.stderr).toContain(`${join(user.home, 'Away')} is in no git work tree`)
    expect(listed.code).toBe(2)
  })

  it('tells times on the clock of whoever asks', async () => {
    const file = join(committedRepository({ 'a.md': 'one\n' }), 'a.md')
    const there = { ...env, TZ: 'Asia/Kolkata' }
    const early = await gitsync(['restore', file, '--at', '2001-02-03 04:05'], there)
    expect(early).toMatchObject({ code: 1, stdout: '' })
    expect(early.stderr).toContain('no commit yet at 2001-02-03 04:05.')
  })

  it('hints at a command that a shell takes, whatever the file is called', async () => {
    const dir = committedRepository({ "Ada's list (1).md": 'one\n' })
    writeFiles(dir, { "Ada's list (1).md": 'two\n' })
    commitAll(dir, 'Second')
    const file = join(dir, "Ada's list (1).md")
    const { stdout } = await gitsync(['history', file], env)
    const [, hint = ''] = /^Bring one back: gitsync (.*)$/m.exec(stdout) ?? []
    execFileSync('sh', ['-c', `"$0" "$1" ${hint}`, process.execPath, program], {
      env: { ...process.env, ...env },
    })
    expect(contentOf(dir, "Ada's list (1).md")).toBe('one\n')
  })

  it('tells the history of a deleted file and brings it back by --version', async () => {
    const dir = committedRepository({ 'todo.md': 'one\n', b: '' })
    rmSync(join(dir, 'todo.md'))
    await gitsync(['once', dir], env)
    const file = join(dir, 'todo.md')
    const versions = parsed((await gitsync(['history', file, '--json'], env)).stdout)
    expect(versions).toMatchObject([{ change: 'deleted' }, { change: 'added', size: 4 }])
    const oid = String(versions[1]?.oid)
    const restored = await gitsync(['restore', file, '--version', oid, '--json'], env)
    expect(restored.code).toBe(0)
    expect(parsed(restored.stdout)).toMatchObject([{ type: 'Restored', path: 'todo.md' }])
    expect(contentOf(dir, 'todo.md')).toBe('one\n')
    expect((await gitsync(['undo', dir], env)).code).toBe(0)
    expect(contentOf(dir, 'todo.md')).toBeNull()
    expectAtRest(dir)
  })

  it.each([
    [['restore', 'a'], 2, 'say --at TIME or --version OID'],
    [['restore', 'a', '--at', 'tomorrow'], 2, 'time that is past'],
    [['resolve', 'a'], 2, 'say --keep'],
    [['resolve', 'a', '--tool', 'x', '--keep', 'this'], 2, 'say --keep'],
    [['history', 'a', '-n', '0'], 2, 'number from 1'],
    [['history', '/'], 2, 'in no git work tree'],
    [['conflicts', '/'], 2, 'in no git work tree'],
    [['undo', '/'], 2, 'in no git work tree'],
    [['restore', '/a', '--at', 'today'], 2, 'in no git work tree'],
    [['resolve', '/a', '--keep', 'this'], 2, 'in no git work tree'],
  ] as const)('refuses %j with %d', async (args, code, words) => {
    const finished = await gitsync(args, env)
    expect(finished.code).toBe(code)
    expect(finished.stderr).toContain(words)
  })
})

describe('beside a daemon', () => {
  it('a file is restored, and the daemon pushes it', async () => {
    const remote = bareRemote()
    const dir = cloneOf(remote)
    writeFiles(dir, { 'a.md': 'one\n' })
    const version = commitAll(dir, 'First')
    git(dir, ['push', '-q', '-u', 'origin', 'main'])
    const running = start(['run', dir, '--json', '--debounce', '200ms', '--fetch-interval', '1s'])
    await untilWatched(running)
    for (const text of ['two\n', 'three\n', 'four\n']) {
      writeFiles(dir, { 'a.md': text, 'b.md': text })
      const done = await gitsync(['restore', join(dir, 'a.md'), '--version', version], env)
      expect(done).toMatchObject({ code: 0, stderr: '' })
      expect(contentOf(dir, 'a.md')).toBe('one\n')
      expect(isInHistory(dir, text)).toBe(true)
    }
    await until('everything is pushed', () => {
      const head = git(dir, ['rev-parse', 'HEAD'])
      return git(remote, ['rev-parse', 'main']) === head && git(dir, ['status', '-s']) === ''
    })
    expect(running.outcomes.some(({ type }) => type === 'Halted')).toBe(false)
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expectAtRest(dir)
  })
})

const steps = [
  'rendered',
  'journal-written',
  'taken-away',
  'placed',
  'index-moved',
  'published',
  'ref-noted',
  'ref-moved',
  'old-settled',
] as const

describe.each(steps)('killed at %s', (step) => {
  const killedRestore = async () => {
    const dir = committedRepository({ 'a.md': 'one\n', b: '' })
    const version = git(dir, ['rev-parse', 'HEAD'])
    writeFiles(dir, { 'a.md': 'two\n' })
    commitAll(dir, 'Second')
    const args = ['restore', join(dir, 'a.md'), '--version', version]
    const dead = start(args, { ...env, GITSYNC_TEST_KILL_AT: step })
    expect((await dead.finished).code).toBeNull()
    return { dir, args }
  }

  it('the next pass of a sync goes on, with nothing lost', async () => {
    const { dir } = await killedRestore()
    expect((await gitsync(['once', dir], env)).code).toBe(0)
    expect(['one\n', 'two\n']).toContain(contentOf(dir, 'a.md'))
    for (const content of ['one\n', 'two\n']) expect(isInHistory(dir, content)).toBe(true)
    expect(git(dir, ['log', '--diff-filter=D', '--format=%h'])).toBe('')
    expectAtRest(dir)
  })

  it('asking again does it', async () => {
    const { dir, args } = await killedRestore()
    expect((await gitsync(args, env)).code).toBe(0)
    expect(contentOf(dir, 'a.md')).toBe('one\n')
    expectAtRest(dir)
  })
})
