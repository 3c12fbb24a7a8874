import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, program, start, until, untilWatched } from '../support/program.js'
import {
  bareRemote,
  committedRepository,
  identify,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'

afterEach(endAll)

describe('odd surroundings', () => {
  it('a log file without a name is refused', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    for (const command of ['once', 'run']) {
      const { code, stderr } = await gitsync([command, repo, '--log-file', ''])
      expect([code, stderr]).toEqual([2, expect.stringContaining('--log-file = ""')])
    }
  })

  it.each([
    ['init', (path: string) => ['init', path]],
    ['clone', (path: string, remote: string) => ['clone', remote, path]],
    [
      'service install',
      (_path: string, _remote: string, config: string) => [
        'service',
        'install',
        '--config',
        config,
      ],
    ],
  ])('a config that cannot be written is told by %s before anything is done', async (_, argsOf) => {
    const home = temporaryFolder()
    writeFileSync(join(home, '.config'), 'a file\n')
    const path = join(home, 'Notes')
    const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: join(home, 'state') }
    const config = join(temporaryFolder(), 'config.json')
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFileSync(config, JSON.stringify({ repos: [{ path: repo }] }))
    const { code, stderr } = await gitsync(argsOf(path, bareRemote(), config), env)
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')])
    expect(stderr).not.toContain('    at ')
    expect(existsSync(path)).toBe(false)
  })

  it('a config that says it already need not be written', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const config = join(temporaryFolder(), 'config.json')
    writeFileSync(config, JSON.stringify({ repos: [{ path: repo }] }))
    const found = await gitsync(['init', repo, '--config', config])
    expect([found.code, found.stderr]).toEqual([0, expect.any(String)])
  })

  it('without a config, and in no repository, conflicts are asked of where we are', async () => {
    const home = temporaryFolder()
    const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: home }
    const { stderr } = await start(['conflicts'], env, home).finished
    expect(stderr).toContain(home)
    expect(stderr).not.toContain('repos')
  })

  it('a remote that is a work tree is told what to do about it', async () => {
    const there = committedRepository({ 'a.txt': 'one\n' })
    const here = join(temporaryFolder(), 'here')
    git('/', ['clone', '-q', there, here])
    identify(here)
    writeFiles(here, { 'b.txt': 'two\n' })
    const { code, stderr } = await gitsync(['once', here])
    expect([code, stderr]).toEqual([1, expect.stringContaining('updateInstead')])
  })

  it('a folder that was removed is no place to be', () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const gone = temporaryFolder()
    const script = 'cd "$1" && rmdir "$1" && exec "$2" "$3" once "$4"'
    const args = ['-c', script, 'sh', gone, process.execPath, program, repo]
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^gitsync: .* was removed; .*\n$/)])
  })

  const isAlive = (pid: number): boolean => {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout.trim() !== '' && !stdout.startsWith('Z')
  }

  it('a filter that hangs holds up no end, and no lock stays', { timeout: 60_000 }, async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const told = join(temporaryFolder(), 'pid')
    git(repo, ['config', 'filter.slow.clean', `sh -c 'echo $$ >${told}; exec sleep 600'`])
    const running = start(['run', repo, '--json', '--debounce', '100ms'])
    await untilWatched(running)
    writeFiles(repo, { '.gitattributes': '*.dat filter=slow\n' })
    writeFiles(repo, { 'b.dat': 'two\n' })
    const filter = (): number => Number(existsSync(told) && readFileSync(told, 'utf8'))
    await until('the filter is at work', () => filter() > 0)
    expect(existsSync(join(repo, '.git/index.lock'))).toBe(true)
    const asked = performance.now()
    running.child.kill('SIGTERM')
    await sleep(500)
    running.child.kill('SIGTERM')
    expect((await running.finished).code).toBe(0)
    expect(performance.now() - asked).toBeLessThan(12_000)
    await until('the end of the filter', () => !isAlive(filter()))
    expect(existsSync(join(repo, '.git/index.lock'))).toBe(false)
    expect(git(repo, ['add', 'a.txt'])).toBe('')
  })

  it('a name that would write lines of its own, or paint, does neither', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const odd = 'n\u001b[32m\nerror notes: all is lost'
    git(repo, ['init', '-q', odd])
    writeFiles(repo, { [join(odd, 'f')]: 'f\n', [`${odd}.txt`]: 'new\n' })
    const dry = await gitsync(['once', repo, '--dry-run'])
    const wet = await gitsync(['once', repo])
    for (const text of [dry.stdout, wet.stderr]) {
      expect(text).toContain('n\ufffd[32m error notes: all is lost')
      expect(text).not.toMatch(/\u001b|^error/m)
    }
  })
})
