import {
  bareRemote,
  cloneOf,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import { endAll, gitsync, outcomesOf, program } from '../support/program.js'

afterEach(endAll)

const configFile = (config: unknown): string => {
  const file = join(temporaryFolder(), 'config.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

describe('the command line', () => {
  it('prints version and help with exit code 0', async () => {
    const version = await gitsync(['--version'])
    expect(version).toMatchObject({ code: 0, stdout: '0.1.0\n' })
    const help = await gitsync(['--help'])
    expect(help.code).toBe(0)
    for (const command of ['run', 'once', 'config']) expect(help.stdout).toContain(command)
    for (const command of ['run', 'once', 'config']) {
      const found = await gitsync([command, '--help'])
      expect(found.code).toBe(0)
      expect(found.stdout).toContain('Usage: gitsync')
    }
  })

  it('exits with 2 on bad usage, and names what it does not know', async () => {
    const command = await gitsync(['onec'])
    expect(command.code).toBe(2)
    expect(command.stderr).toContain('Did you mean once?')
    expect((await gitsync(['once', '--frobnicate'])).code).toBe(2)
    expect((await gitsync([])).code).toBe(2)
  })

  it('says what was meant where a word is wrong, and where the help for it is', async () => {
    const calls = [
      [['help', 'stauts'], '(Did you mean status?)', '(gitsync --help'],
      [['service', 'instal'], '(Did you mean install?)', '(gitsync service --help'],
      [['help', 'service', 'instal'], '(Did you mean install?)', '(gitsync service --help'],
      [['completion', 'bsh'], '(Did you mean bash?)', '(gitsync completion --help'],
      [['status', '--log-level', 'inf'], '(Did you mean info?)', '(gitsync'],
      [['once', '.', '--conflict', 'keepboth'], 'did you mean "keep-both"?', '--conflict'],
      [['init'], "missing required argument 'path'", '(gitsync init --help shows how)'],
    ] as const
    for (const [args, ...parts] of calls) {
      const found = await gitsync(args)
      expect(found).toMatchObject({ code: 2, stdout: '' })
      for (const part of parts) expect(found.stderr).toContain(part)
    }
    expect((await gitsync(['help', 'service', 'print'])).stdout).toContain('gitsync service print')
  })

  it('has an example in the help of every command', async () => {
    const commands = [
      ...'run once status log sync pause resume init clone conflicts resolve history restore'.split(
        ' ',
      ),
      ...'undo doctor config service demo completion man'.split(' '),
    ]
    for (const command of commands)
      expect((await gitsync([command, '--help'])).stdout).toMatch(/\nExamples?:\n  gitsync /)
  })

  it('takes --dry-run in either place, and with once alone', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const env = { XDG_STATE_HOME: temporaryFolder() }
    expect((await gitsync(['--dry-run', 'once', repo], env)).stdout).toContain('b.txt')
    for (const command of ['sync', 'run']) {
      const found = await gitsync([command, repo, '--dry-run'], env)
      expect(found).toMatchObject({ code: 2, stdout: '' })
      expect(found.stderr).toContain('gitsync once --dry-run')
    }
    expect(existsSync(join(repo, '.git', 'refs', 'gitsync'))).toBe(false)
    expect((await gitsync(['once', repo, '--dry-run'], env)).stdout).toContain('b.txt')
  })

  it('prints one object a line wherever --json is given', async () => {
    const config = configFile({ repos: [{ path: committedRepository({ 'a.txt': 'one\n' }) }] })
    for (const what of [
      ['config', 'path'],
      ['config', 'show'],
      ['config', 'schema'],
      ['service', 'print'],
    ]) {
      const { code, stdout } = await gitsync([...what, '--json', '--config', config])
      expect(code).toBe(0)
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => typeof JSON.parse(line)),
      ).toEqual(['object'])
    }
  })

  it('lists every fault of a config at once, exits with 2 and touches nothing', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const config = configFile({
      repos: [{ path: repo, fetchIntervall: '5m' }, { path: repo, debounce: 'soon' }, {}],
    })
    const found = await gitsync(['once', '--config', config, '--json'])
    expect(found.code).toBe(2)
    expect(found.stdout).toBe('')
    for (const part of [
      'fetchIntervall',
      'repos[1].debounce',
      '"soon"',
      'repos[2].path',
      'same work tree',
    ])
      expect(found.stderr).toContain(part)
    expect((await gitsync(['once', repo, '--dry-run'])).stdout).toContain('b.txt')
  })

  it('lists the faults of flags, paths and the log file together', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const nowhere = join(temporaryFolder(), 'none')
    const log = join(nowhere, 'x.log')
    const args = ['once', nowhere, repo, repo, '--debounce', '5x', '--log-file', log] as const
    for (const more of [[], ['--dry-run']]) {
      const found = await gitsync([...args, ...more])
      expect(found.code).toBe(2)
      const lines = found.stderr.replace('gitsync: ', '').trimEnd().split('\n')
      expect(lines.map((line) => line.replace(/ =.*/, ''))).toEqual([
        '--debounce',
        'PATH',
        'PATH',
        '--log-file',
      ])
    }
  })

  it('lists the fault of a flag beside the lack of a config', async () => {
    const env = { HOME: temporaryFolder(), XDG_CONFIG_HOME: '', XDG_STATE_HOME: temporaryFolder() }
    const { code, stderr } = await gitsync(['run', '--watch', 'x'], env)
    expect(code).toBe(2)
    expect(stderr).toContain('--watch = "x"')
    expect(stderr).toContain('config: there is none')
  })

  it('reads the config from its place, and the INI of the Python gitsync from the old one', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const home = temporaryFolder()
    const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: temporaryFolder() }
    mkdirSync(join(home, '.config'))
    const legacy = join(home, '.config', 'gitsync')
    const ini = `[gitsync]\nwork_dir = ${repo}\n`
    writeFileSync(legacy, ini)
    expect((await gitsync(['config', 'path'], env)).stdout).toBe(`${legacy}\n`)
    const found = await gitsync(['once', '--json'], env)
    expect(found.code).toBe(0)
    expect(outcomesOf(found)[0]?.repo).toBe(repo)
    expect(readFileSync(legacy, 'utf8')).toBe(ini)
    const shown = await gitsync(['config', 'show'], env)
    expect(JSON.parse(shown.stdout)).toMatchObject({ repos: [{ path: repo, debounce: '1s' }] })
    const schema = await gitsync(['config', 'schema'], env)
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' })
  })

  it('takes a PATH as the config has it, and flags before either', async () => {
    const repo = cloneOf(bareRemote())
    const config = configFile({
      repos: [{ path: join(repo, 'gone') }, { path: `${repo}/`, ignore: ['*.private'] }],
      defaults: { push: false },
    })
    writeFiles(repo, { 'a.txt': 'one\n', 'b.private': 'two\n' })
    for (const command of ['once', 'sync']) {
      writeFiles(repo, { 'a.txt': `${command}\n` })
      const found = await gitsync([command, repo, '--config', config, '--json'])
      expect(found.code).toBe(0)
      expect(outcomesOf(found).at(-2)).toMatchObject({ outcome: 'committed' })
    }
    expect(git(repo, ['ls-files'])).toBe('a.txt')
    const told = await gitsync(['once', repo, '--config', config, '--push', '--json'])
    expect(outcomesOf(told).at(-2)).toMatchObject({ outcome: 'pushed' })
  })

  it('refuses a PATH whose config cannot be read, or is at fault there', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const home = temporaryFolder()
    const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: temporaryFolder() }
    writeFiles(home, { '.config/gitsync/config.json': '{ "repos": [' })
    const faulty = configFile({ repos: [{ path: '/gone' }, { path: repo, debounce: 'soon' }] })
    for (const [args, word] of [
      [[], 'is not JSON from here on'],
      [['--config', join(home, 'none.json')], 'does not exist'],
      [['--config', faulty], `debounce of ${repo} = "soon"`],
    ] as const) {
      const found = await gitsync(['once', repo, ...args], env)
      expect([found.code, found.stderr]).toEqual([2, expect.stringContaining(word)])
    }
    expect(git(repo, ['status', '--porcelain'])).toBe('?? b.txt')
  })

  it('without any config says which command and which file would help', async () => {
    const home = temporaryFolder()
    const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: temporaryFolder() }
    const found = await gitsync(['once'], env)
    expect(found.code).toBe(2)
    expect(found.stderr).toContain('gitsync run PATH')
    expect(found.stderr).toContain(join(home, '.config', 'gitsync', 'config.json'))
  })

  it('takes every option of a repository as a flag', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n', 'big.bin': Buffer.alloc(2000), 'x.log': 'log\n' })
    const found = await gitsync([
      ...['once', repo, '--json', '--no-push', '--max-file-size', '1KB', '--ignore', '*.log'],
      ...[
        '--message',
        '{{count}} on {{branch}}: {{added}} new',
        '--author',
        'Bo Bee <bo@b.example>',
      ],
    ])
    expect(found.code).toBe(0)
    const outcomes = outcomesOf(found)
    expect(outcomes.find((one) => one.type === 'CommitCreated')).toMatchObject({
      message: '1 on main: 1 new\n',
      paths: ['b.txt'],
    })
    const skipped = outcomes.flatMap((one) =>
      one.type === 'PathSkipped' ? [`${one.path} ${one.reason}`] : [],
    )
    expect(skipped.sort()).toEqual(['big.bin too-large', 'x.log ignored-by-gitsync'])
  })

  it('refuses a log file that cannot be written, before anything is touched', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    for (const file of ['/dev/null/x.log', repo]) {
      for (const more of [[], ['--dry-run']]) {
        const found = await gitsync(['once', repo, '--log-file', file, ...more])
        expect(found.code).toBe(2)
        expect(found.stderr).toContain('--log-file')
      }
    }
    const fresh = join(temporaryFolder(), 'sync.log')
    expect((await gitsync(['once', repo, '--log-file', fresh, '--dry-run'])).code).toBe(0)
    expect(existsSync(fresh)).toBe(false)
    expect((await gitsync(['once', repo, '--dry-run'])).stdout).toContain('b.txt')
  })

  it('logs to a file as well, and is quiet when asked', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const file = join(temporaryFolder(), 'sync.log')
    const found = await gitsync(['once', repo, '-q', '--log-file', file])
    expect(found).toMatchObject({ code: 0, stdout: '', stderr: '' })
    writeFiles(repo, { 'b.txt': 'three\n' })
    const loud = await gitsync(['once', repo, '--log-file', file])
    expect(loud.stderr).toContain('committed')
    expect(readFileSync(file, 'utf8')).toContain('"message":"committed')
  })

  it('tells people their own time, and programs UTC', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const file = join(temporaryFolder(), 'sync.log')
    const env = { XDG_STATE_HOME: temporaryFolder(), TZ: 'Asia/Kolkata' }
    const { stderr } = await gitsync(['once', repo, '--log-file', file], env)
    const committed = readFileSync(file, 'utf8')
      .split('\n')
      .find((line) => line.includes('committed'))
    const { timestamp } = JSON.parse(committed ?? '') as { readonly timestamp: string }
    const inIndia = new Date(Date.parse(timestamp) + 5.5 * 3_600_000).toISOString().slice(11, 19)
    expect(stderr).toContain(`${inIndia} info `)
  })

  it('loses nothing to a slow reader, and says what cannot be written', () => {
    const home = temporaryFolder()
    const repos = Array.from({ length: 400 }, (_, n) => ({ path: join(home, String(n)) }))
    for (const { path } of repos) mkdirSync(path)
    const config = configFile({ repos })
    const shell = (script: string) =>
      spawnSync('bash', ['-c', `set -o pipefail; ${script}`], {
        env: { ...process.env, NODE: process.execPath, MAIN: program, CONFIG: config },
        encoding: 'utf8',
      })
    const show = '"$NODE" "$MAIN" config show --config "$CONFIG"'
    const slow = shell('"$NODE" "$MAIN" status --json --config "$CONFIG" | (sleep 6; wc -l)')
    expect([slow.status, slow.stdout.trim()]).toEqual([1, '400'])
    const head = shell(`${show} | head -1`)
    expect([head.status, head.stderr]).toEqual([0, ''])
    const full = shell(`${show} > /dev/full`)
    expect(full.status).toBe(1)
    expect(full.stderr).toContain('no space left')
  })
})
