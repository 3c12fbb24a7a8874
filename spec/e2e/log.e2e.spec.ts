import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, program, start, until } from '../support/program.js'

afterEach(endAll)

/** What `gitsync log` reads, written by `gitsync once`. */
const machine = () => {
  // Colour is for a terminal, even where CI asks for it, as picocolors has it.
  const env = { XDG_STATE_HOME: temporaryFolder(), CI: 'true' }
  const log = (...args: readonly string[]) => gitsync(['log', ...args], env)
  const typesOf = async (...args: readonly string[]): Promise<readonly string[]> =>
    outcomesOf(await log(...args, '--json')).map(({ type }) => type)
  const sync = async (repo: string): Promise<void> => {
    expect((await gitsync(['once', repo, '-q'], env)).code).toBe(0)
  }
  const journal = (): string => {
    const folder = join(env.XDG_STATE_HOME, 'gitsync')
    return join(folder, readdirSync(folder)[0] ?? '')
  }
  return { env, log, typesOf, sync, journal }
}

/** Written to once, and synced. */
const synced = async () => {
  const here = machine()
  const repo = committedRepository({ 'a.txt': 'one\n' })
  writeFiles(repo, { 'notes/b.md': 'two\n' })
  await here.sync(repo)
  return { ...here, repo }
}

const told = ['CycleStarted', 'CommitCreated', 'CycleSettled', 'Stopped'] as const

describe('gitsync log', () => {
  it('tells people what happened, in the words of the daemon and by the local clock', async () => {
    const { repo, log } = await synced()
    const { code, stdout, stderr } = await log(repo)
    const oid = git(repo, ['rev-parse', '--short=7', 'HEAD'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const line = `info ${basename(repo)}: committed ${oid} Add notes/b.md`
    expect(stdout).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d ${line}\\n$`))
    expect((await log(repo, '-v')).stdout.trimEnd().split('\n')).toHaveLength(told.length)
  })

  it('gives the lines of the journal as they are, and passes over a torn one', async () => {
    const { repo, log, journal } = await synced()
    const lines = readFileSync(journal(), 'utf8')
    appendFileSync(journal(), '{"type":"Cycle')
    expect((await log(repo, '--json')).stdout).toBe(lines)
    writeFileSync(`${journal()}.1`, `${lines}not json\n`)
    expect((await log(repo, '--json')).stdout).toBe(lines + lines)
  })

  it('shows what a later version wrote', async () => {
    const { repo, log, journal, typesOf } = await synced()
    const at = new Date().toISOString()
    const later = { type: 'Teleported', to: 'Mars', repo, at, seq: 99 }
    const short = { type: 'CommitCreated', repo, at, seq: 100 }
    appendFileSync(journal(), `${JSON.stringify(later)}\n${JSON.stringify(short)}\n`)
    const { code, stdout } = await log(repo)
    expect(code).toBe(0)
    expect(stdout).toContain('Teleported {"to":"Mars"}')
    expect(await typesOf(repo)).toEqual([...told, 'Teleported', 'CommitCreated'])
    expect((await gitsync(['status', repo])).code).toBe(0)
  })

  it('filters by type, time and number', async () => {
    const { repo, typesOf } = await synced()
    expect(await typesOf(repo, '--type', 'CommitCreated,Stopped')).toEqual([told[1], told[3]])
    expect(await typesOf(repo, '--type', 'Stopped', '--type', 'Pushed')).toEqual(['Stopped'])
    expect(await typesOf(repo, '-n', '2')).toEqual(told.slice(2))
    expect(await typesOf(repo, '-n', '1', '--type', 'CommitCreated')).toEqual(['CommitCreated'])
    expect(await typesOf(repo, '-n', '0')).toEqual([])
    expect(await typesOf(repo, '--since', '1h')).toEqual(told)
    expect(await typesOf(repo, '--since', 'yesterday')).toEqual(told)
    expect(await typesOf(repo, '--since', '2999-01-01')).toEqual([])
  })

  it('finds what touched a path, also in what was merged or brought in', async () => {
    const here = machine()
    const remote = bareRemote()
    const a = cloneOf(remote)
    writeFiles(a, { 'notes/a.md': 'one\n', 'other.md': 'x\n' })
    commitAll(a, 'First')
    git(a, ['push', '-q', '-u', 'origin', 'main'])
    const b = cloneOf(remote)
    const by = async (repo: string, path: string): Promise<readonly string[]> =>
      here.typesOf(repo, '--path', path)
    writeFiles(a, { 'notes/a.md': 'two\n' })
    await here.sync(a)
    expect(await by(a, 'notes/a.md')).toEqual(['CommitCreated', 'Pushed'])
    expect(await by(a, './notes/')).toEqual(['CommitCreated', 'Pushed'])
    expect(await by(a, 'other.md')).toEqual([])
    await here.sync(b)
    expect(await by(b, 'notes/a.md')).toEqual(['FastForwarded'])
    writeFiles(a, { 'notes/a.md': 'three\n' })
    writeFiles(b, { 'other.md': 'y\n' })
    await here.sync(a)
    await here.sync(b)
    expect(await by(b, 'notes/a.md')).toEqual(['FastForwarded', 'MergeCommitted'])
    expect(await by(b, 'other.md')).toEqual(['CommitCreated', 'Pushed'])
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`m/${String(n)}`, 'x']))
    writeFiles(a, many)
    await here.sync(a)
    expect(await by(a, 'm/99')).toEqual(['CommitCreated', 'Pushed'])
  })

  it('merges several repositories by time, and tells namesakes apart', async () => {
    const here = machine()
    const repos = ['x', 'y'].map((name) => {
      const dir = join(temporaryFolder(), name, 'Notes')
      writeFiles(dir, { 'a.txt': 'one\n' })
      git(dir, ['init', '-q'])
      git(dir, ['config', 'user.name', 'Ada'])
      git(dir, ['config', 'user.email', 'ada@example.org'])
      return dir
    })
    const [x = '', y = ''] = repos
    await here.sync(x)
    await here.sync(y)
    writeFiles(x, { 'b.txt': 'two\n' })
    await here.sync(x)
    const { stdout } = await here.log(...repos)
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[3])
    expect(names).toEqual(['x/Notes:', 'y/Notes:', 'x/Notes:'])
  })

  it('refuses all bad values at once, and says what is allowed', async () => {
    const { repo, log } = await synced()
    const bad = ['--since', 'soon', '-n', 'x', '--type', 'Pushd', '--path', '/etc'] as const
    const { code, stdout, stderr } = await log(repo, ...bad)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    for (const part of ['--since = "soon"', '2h', '--last = "x"', 'did you mean Pushed?', '--path'])
      expect(stderr).toContain(part)
    const env = { HOME: temporaryFolder(), XDG_CONFIG_HOME: '' }
    const none = await gitsync(['log', '--since', 'soon'], env)
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('--since')
    expect(none.stderr).toContain('config: there is none')
  })

  it('ends cleanly when nobody reads on, and loses nothing to a slow reader', async () => {
    const { repo, env, journal } = await synced()
    const line = readFileSync(journal(), 'utf8').split('\n')[1] ?? ''
    appendFileSync(journal(), `${line}\n`.repeat(20_000))
    const shell = (script: string) =>
      spawnSync('bash', ['-c', `set -o pipefail; ${script}`], {
        env: { ...process.env, ...env, NODE: process.execPath, MAIN: program, REPO: repo },
      })
    const head = shell('"$NODE" "$MAIN" log "$REPO" | head -1')
    expect([head.status, head.stderr.toString()]).toEqual([0, ''])
    const slow = shell('"$NODE" "$MAIN" log "$REPO" | (sleep 8; wc -l)')
    expect([slow.status, slow.stdout.toString().trim()]).toEqual([0, '20001'])
  })

  it('follows what comes, over a rotation, until a signal', async () => {
    const { repo, env, journal, sync } = await synced()
    const following = start(['log', repo, '--follow', '--json', '-n', '1'], env)
    const types = () => following.outcomes.map(({ type }) => type)
    await until('the last one', () => types().length === 1)
    writeFiles(repo, { 'c.md': 'three\n' })
    await sync(repo)
    await until('the sync', () => types().length === 1 + told.length)
    renameSync(journal(), `${journal()}.1`)
    writeFiles(repo, { 'd.md': 'four\n' })
    await sync(repo)
    await until('the sync after the rotation', () => types().length === 1 + 2 * told.length)
    following.child.kill('SIGINT')
    const { code, stderr } = await following.finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(types()).toEqual(['Stopped', ...told, ...told])
    expect(following.outcomes.map(({ seq }) => seq)).toEqual(
      following.outcomes.map((_, n) => n + told.length),
    )
  })

  it('says that there is nothing where there is nothing', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const { code, stdout, stderr } = await machine().log(repo)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('nothing')
  })
})
