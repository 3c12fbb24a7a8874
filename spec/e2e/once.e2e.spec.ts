import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  identify,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, program } from '../support/program.js'

afterEach(endAll)

const types = (found: Parameters<typeof outcomesOf>[0]): readonly string[] =>
  outcomesOf(found).map(({ type }) => type)

describe('gitsync once', () => {
  it('commits and pushes to an empty remote, creates the upstream, and does nothing the second time', async () => {
    const remote = bareRemote()
    const clone = cloneOf(remote)
    writeFiles(clone, { 'a.txt': 'one\n', 'papers/b.txt': 'two\n' })
    const first = await gitsync(['once', clone, '--json'])
    expect(first.code).toBe(0)
    expect(types(first)).toEqual([
      'CycleStarted',
      'CommitCreated',
      'Pushed',
      'CycleSettled',
      'Stopped',
    ])
    expect(git(clone, ['rev-parse', 'HEAD'])).toBe(git(remote, ['rev-parse', 'main']))
    expect(git(clone, ['rev-parse', '--abbrev-ref', '@{upstream}'])).toBe('origin/main')
    const second = await gitsync(['once', clone, '--json'])
    expect(second.code).toBe(0)
    expect(types(second)).toEqual(['CycleStarted', 'RemoteFetched', 'CycleSettled', 'Stopped'])
    expect(outcomesOf(second).at(-2)).toMatchObject({ outcome: 'up-to-date', ahead: 0, behind: 0 })
  })

  it('keeps to itself what Node tells its developers', async () => {
    const remote = bareRemote()
    const [here, there] = [cloneOf(remote), cloneOf(remote)]
    for (const clone of [there, here, there]) {
      writeFiles(clone, { [`${String(Math.random())}.txt`]: 'one\n' })
      const { code, stderr } = await gitsync(['once', clone, '-q'])
      expect([code, stderr]).toEqual([0, ''])
    }
  })

  it('tells every field of the contract, stamped, with seq rising across runs', async () => {
    const clone = cloneOf(bareRemote())
    const state = { XDG_STATE_HOME: temporaryFolder() }
    writeFiles(clone, { 'a.txt': 'one\n' })
    const first = await gitsync(['once', clone, '--json'], state)
    writeFiles(clone, { 'a.txt': 'two\n' })
    const second = await gitsync(['once', clone, '--json'], state)
    const all = [...outcomesOf(first), ...outcomesOf(second)]
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, n) => n + 1))
    for (const outcome of all) {
      expect(outcome.repo).toBe(clone)
      expect(outcome.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    const journal = join(state.XDG_STATE_HOME, 'gitsync')
    const [file = ''] = readdirSync(journal)
    const lines = readFileSync(join(journal, file), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(all)
  })

  it('drops a torn last line of the journal and goes on counting', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const state = { XDG_STATE_HOME: temporaryFolder() }
    const first = await gitsync(['once', repo, '--json'], state)
    const journal = join(state.XDG_STATE_HOME, 'gitsync')
    const file = join(journal, readdirSync(journal)[0] ?? '')
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"type":"Cyc`)
    const second = await gitsync(['once', repo, '--json'], state)
    const last = outcomesOf(first).at(-1)?.seq ?? 0
    expect(outcomesOf(second)[0]?.seq).toBe(last + 1)
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow()
  })

  it('serves a branch of any name, and a repository without a remote', async () => {
    const repo = temporaryRepository()
    git(repo, ['checkout', '-q', '-b', 'topic/näme.x'])
    writeFiles(repo, { 'a.txt': 'one\n' })
    const found = await gitsync(['once', repo, '--json'])
    expect(found.code).toBe(0)
    expect(outcomesOf(found).at(-2)).toMatchObject({ outcome: 'committed' })
    expect(git(repo, ['log', '--format=%s', 'topic/näme.x'])).toBe('Add a.txt')
  })

  it('serves a repository whose own path contains .git', async () => {
    const dir = join(temporaryFolder(), 'my.git.notes')
    mkdirSync(dir)
    temporaryRepository(dir)
    writeFiles(dir, { 'x.git.md': 'one\n', '.github/workflow.yml': 'a: b\n' })
    expect((await gitsync(['once', dir])).code).toBe(0)
    expect(git(dir, ['ls-files'])).toBe('.github/workflow.yml\nx.git.md')
  })

  it('merges what merges and keeps both of what does not, on both machines alike', async () => {
    const remote = bareRemote()
    const a = cloneOf(remote)
    writeFiles(a, { 'n.md': 'one\ntwo\nthree\n' })
    await gitsync(['once', a])
    const b = cloneOf(remote)
    writeFiles(a, { 'n.md': 'ONE\ntwo\nthree\n', 'c.md': 'from a\n' })
    writeFiles(b, { 'n.md': 'one\ntwo\nTHREE\n', 'c.md': 'from b\n' })
    expect((await gitsync(['once', a])).code).toBe(0)
    const merged = await gitsync(['once', b, '--json'])
    expect(merged.code).toBe(0)
    const kept = outcomesOf(merged).find((one) => one.type === 'ConflictKept')
    const copy = kept?.copy ?? ''
    expect(copy).toMatch(/^c\.sync-conflict-\d{8}-\d{6}-[0-9a-f]{7}\.md$/)
    expect((await gitsync(['once', a])).code).toBe(0)
    for (const dir of [a, b]) {
      expect(readFileSync(join(dir, 'n.md'), 'utf8')).toBe('ONE\ntwo\nTHREE\n')
      expect(readFileSync(join(dir, 'c.md'), 'utf8')).toBe('from a\n')
      expect(readFileSync(join(dir, copy), 'utf8')).toBe('from b\n')
      expect(git(dir, ['status', '--porcelain'])).toBe('')
    }
    expect(git(a, ['rev-parse', 'HEAD'])).toBe(git(b, ['rev-parse', 'HEAD']))
  })

  it('exits with 75 when the remote is out of reach, and the next pass pushes', async () => {
    const remote = bareRemote()
    const clone = cloneOf(remote)
    git(clone, ['remote', 'set-url', 'origin', `${remote}.gone`])
    writeFiles(clone, { 'a.txt': 'one\n' })
    const offline = await gitsync(['once', clone, '--json'])
    expect(offline.code).toBe(75)
    expect(types(offline)).toContain('CommitCreated')
    git(clone, ['remote', 'set-url', 'origin', remote])
    expect((await gitsync(['once', clone])).code).toBe(0)
    expect(git(remote, ['log', '--format=%s', 'main'])).toBe('Add a.txt')
  })

  it('goes on for a reader who leaves and a log without room, and its exit code is true', () => {
    const clone = cloneOf(bareRemote())
    const shell = (script: string) =>
      spawnSync('bash', ['-c', `set -o pipefail; ${script}`], {
        env: {
          ...process.env,
          XDG_STATE_HOME: temporaryFolder(),
          ONCE: `${process.execPath} ${program} once`,
          REPO: clone,
        },
        encoding: 'utf8',
      })
    writeFiles(clone, { 'a.txt': 'one\n' })
    const left = shell('$ONCE --json "$REPO" | head -1')
    expect([left.status, git(clone, ['rev-list', '--count', '@{upstream}'])]).toEqual([0, '1'])
    writeFiles(clone, { 'a.txt': 'two\n' })
    const full = shell('$ONCE "$REPO" 2> /dev/full')
    expect([full.status, git(clone, ['rev-list', '--count', '@{upstream}'])]).toEqual([0, '2'])
    git(clone, ['remote', 'set-url', 'origin', join(temporaryFolder(), 'gone')])
    writeFiles(clone, { 'a.txt': 'three\n' })
    expect(shell('$ONCE --json "$REPO" | head -1').status).toBe(75)
    expect(git(clone, ['status', '--porcelain'])).toBe('')
  })

  it('exits with 1 and the words of the server when a hook declines, and keeps the commit', async () => {
    const remote = bareRemote()
    const hook = join(remote, 'hooks', 'pre-receive')
    writeFileSync(hook, '#!/bin/sh\necho "no pushes on Sundays" >&2\nexit 1\n')
    chmodSync(hook, 0o755)
    const clone = cloneOf(remote)
    writeFiles(clone, { 'a.txt': 'one\n' })
    const found = await gitsync(['once', clone, '--json'])
    expect(found.code).toBe(1)
    const rejected = outcomesOf(found).find((one) => one.type === 'PushRejected')
    expect(rejected).toMatchObject({ reason: 'declined' })
    expect(rejected?.message).toContain('no pushes on Sundays')
    expect(git(clone, ['log', '--format=%s'])).toBe('Add a.txt')
    rmSync(hook)
    expect((await gitsync(['once', clone])).code).toBe(0)
  })

  it('tells of a remote that git does not know, and commits all the same', async () => {
    const clone = cloneOf(bareRemote())
    writeFiles(clone, { 'a.txt': 'one\n' })
    const found = await gitsync(['once', clone, '--remote', 'nosuch', '--json'])
    expect(found.code).toBe(1)
    expect(types(found)).toContain('CommitCreated')
    const halted = outcomesOf(found).find((one) => one.type === 'Halted')
    expect(halted?.problem).toMatchObject({ kind: 'not-found' })
    expect(halted?.problem.message).toContain('nosuch')
    const dry = await gitsync(['once', clone, '--remote', 'nosuch', '--dry-run'])
    expect([dry.code, dry.stdout]).toEqual([
      1,
      expect.stringContaining(halted?.problem.remedy ?? ''),
    ])
  })

  it('asks no remote where it neither pulls nor pushes, nor does a dry run', async () => {
    const clone = cloneOf(bareRemote())
    git(clone, ['remote', 'set-url', 'origin', join(temporaryFolder(), 'gone')])
    writeFiles(clone, { 'a.txt': 'one\n' })
    const args = ['once', clone, '--no-pull', '--no-push']
    const dry = await gitsync([...args, '--dry-run'])
    expect([dry.code, dry.stdout]).toEqual([0, expect.not.stringContaining('network')])
    expect((await gitsync(args)).code).toBe(0)
  })

  it('pushes a branch that follows a local one to origin', async () => {
    const remote = bareRemote()
    const clone = cloneOf(remote)
    writeFiles(clone, { 'a.txt': 'one\n' })
    await gitsync(['once', clone])
    git(clone, ['checkout', '-q', '-b', 'topic', '--track', 'main'])
    writeFiles(clone, { 'b.txt': 'two\n' })
    expect((await gitsync(['once', clone])).code).toBe(0)
    expect(git(remote, ['ls-tree', '--name-only', 'topic'])).toContain('b.txt')
  })

  it('--dry-run says what would be committed also when the remote is out of reach', async () => {
    const clone = cloneOf(bareRemote())
    git(clone, ['remote', 'set-url', 'origin', join(temporaryFolder(), 'gone')])
    writeFiles(clone, { 'a.txt': 'one\n' })
    const found = await gitsync(['once', clone, '--dry-run'])
    expect(found.code).toBe(75)
    expect(found.stdout).toContain('add    a.txt')
    expect(found.stdout).toContain('network')
  })

  it('one repository in trouble stops no other; the worst decides the exit code', async () => {
    const good = committedRepository({ 'a.txt': 'one\n' })
    const bad = committedRepository({ 'a.txt': 'one\n' })
    git(bad, ['checkout', '-q', '--detach'])
    writeFiles(good, { 'b.txt': 'two\n' })
    writeFiles(bad, { 'b.txt': 'two\n' })
    const found = await gitsync(['once', bad, good, '--json'])
    expect(found.code).toBe(1)
    const halted = outcomesOf(found).find((one) => one.type === 'Halted')
    expect(halted).toMatchObject({ repo: bad, problem: { kind: 'detached-head' } })
    expect(git(good, ['status', '--porcelain'])).toBe('')
    expect(git(bad, ['status', '--porcelain'])).toBe('?? b.txt')
  })

  it('halts without an identity, and leaves the folder that is no repository alone', async () => {
    const folder = temporaryFolder()
    const nobody = temporaryFolder()
    git(nobody, ['init', '-q'])
    writeFiles(nobody, { 'a.txt': 'one\n' })
    const found = await gitsync(['once', nobody, folder, '--json'])
    expect(found.code).toBe(1)
    const kinds = outcomesOf(found).flatMap((one) =>
      one.type === 'Halted' ? [one.problem.kind] : [],
    )
    expect(kinds.sort()).toEqual(['no-identity', 'not-a-repository'])
    expect(readdirSync(folder)).toEqual([])
    identify(nobody)
    expect((await gitsync(['once', nobody])).code).toBe(0)
  })

  it.each<[string, string, (dir: string) => void]>([
    [
      'files that vanished at once',
      'root-emptied',
      (dir) => {
        for (const name of readdirSync(dir)) if (name !== '.git') rmSync(join(dir, name))
      },
    ],
    [
      'an unmerged index',
      'operation-in-progress',
      (dir) => {
        const oid = git(dir, ['rev-parse', 'HEAD:f1'])
        const stages = [1, 2, 3].map((stage) => `100644 ${oid} ${String(stage)}\tf1\n`).join('')
        git(dir, ['update-index', '--index-info'], { input: `0 ${'0'.repeat(40)}\tf1\n${stages}` })
      },
    ],
    [
      'nobody who commits',
      'no-identity',
      (dir) => {
        git(dir, ['config', '--unset', 'user.name'])
        git(dir, ['config', '--unset', 'user.email'])
        writeFiles(dir, { f1: 'edited\n' })
      },
    ],
  ])('--dry-run tells of %s as a pass would', async (_, kind, spoil) => {
    const names = Array.from({ length: 12 }, (__, n) => [`f${String(n)}`, `${String(n)}\n`])
    const dir = committedRepository(Object.fromEntries(names) as Record<string, string>)
    spoil(dir)
    const dry = await gitsync(['once', dir, '--dry-run'])
    const pass = await gitsync(['once', dir, '--json'])
    const halted = outcomesOf(pass).find((one) => one.type === 'Halted')
    expect(halted?.problem.kind).toBe(kind)
    expect(dry.code).toBe(pass.code)
    expect(dry.stdout).toContain(`${kind}: ${halted?.problem.message ?? ''}`)
    expect(dry.stdout).not.toContain('would commit')
  })

  it('--dry-run needs nobody who commits where there is nothing to commit', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    git(dir, ['config', '--unset', 'user.name'])
    git(dir, ['config', '--unset', 'user.email'])
    for (const more of [['--dry-run'], []])
      expect((await gitsync(['once', dir, ...more])).code).toBe(0)
  })

  it('--dry-run prints what would happen and changes not one byte', async () => {
    const remote = bareRemote()
    const clone = cloneOf(remote)
    writeFiles(clone, { 'a.txt': 'one\n', 'gone.txt': 'x\n' })
    await gitsync(['once', clone])
    const other = cloneOf(remote)
    writeFiles(other, { 'o.txt': 'o\n' })
    commitAll(other, 'Other')
    git(other, ['push', '-q'])
    writeFiles(clone, { 'a.txt': 'two\n', 'new.txt': 'new\n' })
    rmSync(join(clone, 'gone.txt'))
    const snapshot = (): string =>
      git(clone, ['ls-files', '--stage', '--debug']) +
      git(clone, ['for-each-ref']) +
      readdirSync(clone, { recursive: true }).map(String).sort().join('\n')
    const before = snapshot()
    const found = await gitsync(['once', clone, '--dry-run'])
    expect(found.code).toBe(0)
    expect(found.stdout).toContain('update a.txt')
    expect(found.stdout).toContain('add    new.txt')
    expect(found.stdout).toContain('delete gone.txt')
    expect(found.stdout).toContain('would pull')
    expect(found.stdout).toContain('would push 1 commit')
    expect(snapshot()).toBe(before)
  })
})
