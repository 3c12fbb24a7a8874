import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { lastOf, newUser } from '../support/new-user.js'
import { endAll, start } from '../support/program.js'

afterEach(endAll)

/** A remote with one commit. */
const filledRemote = (branch = 'main'): string => {
  const remote = bareRemote()
  const clone = cloneOf(remote)
  git(clone, ['switch', '--quiet', '--orphan', branch])
  writeFiles(clone, { 'theirs.txt': 'theirs\n', 'both.txt': 'from there\n' })
  commitAll(clone, 'There')
  git(clone, ['push', '--quiet', 'origin', branch])
  git(remote, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
  return remote
}

/** Every name, but for what git keeps for itself. */
const namesIn = (folder: string): readonly string[] => {
  const names = readdirSync(folder, { recursive: true }).map(String)
  return names.filter((name) => !name.startsWith('.git/')).sort()
}

describe('gitsync init', () => {
  it('makes a folder ready to its last file, and the second time says that it is', async () => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const remote = bareRemote()
    user.write('Notes/a.txt', 'one\n')
    const first = await user.gitsync('init', notes, '--remote', remote, '--json')
    expect(first.code).toBe(0)
    expect(lastOf(first)).toMatchObject({
      type: 'Initialized',
      repo: notes,
      made: true,
      branch: 'main',
      upstream: 'origin/main',
      added: true,
      state: 'level',
      problem: null,
    })
    expect(git(notes, ['rev-parse', 'HEAD'])).toBe(git(remote, ['rev-parse', 'main']))
    expect(git(notes, ['rev-parse', '--abbrev-ref', '@{upstream}'])).toBe('origin/main')
    expect(git(notes, ['log', '--format=%an %s'])).toBe('Ada Writer Add a.txt')
    expect(user.config()).toEqual({ repos: [{ path: '~/Notes' }] })
    const second = await user.gitsync('init', notes, '--remote', remote, '--json')
    expect(second.code).toBe(0)
    expect(lastOf(second)).toMatchObject({ made: false, added: false, state: 'level' })
    expect(git(notes, ['rev-list', '--count', 'HEAD'])).toBe('1')
    expect(user.config()).toEqual({ repos: [{ path: '~/Notes' }] })
  })

  it('makes a folder that is not there, and an empty first commit to push', async () => {
    const user = newUser()
    const notes = join(user.home, 'deep/Notes')
    const remote = bareRemote()
    const found = await user.gitsync('init', notes, '--remote', remote)
    expect(found.code).toBe(0)
    expect(found.stderr).toContain('level with origin/main')
    expect(found.stderr).toContain('gitsync run')
    expect(found.stderr).toContain('gitsync service install')
    expect(git(remote, ['log', '--format=%s', 'main'])).toBe('Begin')
    expect(git(notes, ['status', '--porcelain', '--branch'])).toBe('## main...origin/main')
  })

  it('needs no remote', async () => {
    const user = newUser()
    const found = await user.gitsync('init', join(user.home, 'Notes'), '--json')
    expect(found.code).toBe(0)
    expect(lastOf(found)).toMatchObject({ upstream: null, state: 'level' })
    expect(git(join(user.home, 'Notes'), ['log', '--format=%s'])).toBe('Begin')
  })

  it('takes a repository as it is: its branch, its commits, its remote', async () => {
    const user = newUser()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const remote = bareRemote()
    git(repo, ['branch', '-m', 'topic'])
    git(repo, ['remote', 'add', 'origin', remote])
    const head = git(repo, ['rev-parse', 'HEAD'])
    const found = await user.gitsync('init', repo, '--json', '--conflict', 'halt')
    expect(lastOf(found)).toMatchObject({ made: false, head, upstream: 'origin/topic' })
    expect(git(remote, ['rev-parse', 'topic'])).toBe(head)
    expect(user.config()).toEqual({ repos: [{ path: repo, conflict: 'halt' }] })
  })

  it('writes a .gitignore if asked, and where there is none', async () => {
    const user = newUser()
    const [plain, own] = ['plain', 'own'].map((name) => join(user.home, name))
    user.write('own/.gitignore', 'mine\n')
    await user.gitsync('init', plain ?? '', '--ignore-template')
    expect(readFileSync(join(plain ?? '', '.gitignore'), 'utf8')).toContain('.env\n')
    expect(git(plain ?? '', ['ls-files'])).toBe('.gitignore')
    await user.gitsync('init', own ?? '', '--ignore-template')
    expect(readFileSync(join(own ?? '', '.gitignore'), 'utf8')).toBe('mine\n')
  })

  it('commits as the author that is given, where git knows none', async () => {
    const user = newUser('')
    const notes = join(user.home, 'Notes')
    user.write('Notes/a.txt', 'one\n')
    const refused = await user.gitsync('init', notes, '--json')
    expect(refused.code).toBe(1)
    expect(lastOf(refused)).toMatchObject({
      type: 'SetupRefused',
      problem: { kind: 'no-identity' },
    })
    expect(readdirSync(notes)).toEqual(['a.txt'])
    expect(user.config()).toBeNull()
    const found = await user.gitsync('init', notes, '--author', 'Bob <bob@example.org>')
    expect(found.code).toBe(0)
    expect(git(notes, ['log', '--format=%an <%ae>'])).toBe('Bob <bob@example.org>')
    expect(user.config()).toEqual({ repos: [{ path: '~/Notes', author: 'Bob <bob@example.org>' }] })
  })

  it('carries over what the Python gitsync was told, and moves its file aside', async () => {
    const user = newUser()
    const old = committedRepository({ 'a.txt': 'one\n' })
    user.write('.config/gitsync', `[gitsync]\nwork_dir = ${old}\n`)
    const found = await user.gitsync('init', join(user.home, 'Notes'), '--json')
    const moved = join(user.home, '.config/gitsync.ini')
    expect(lastOf(found)).toMatchObject({ movedConfig: moved })
    expect(readFileSync(moved, 'utf8')).toBe(`[gitsync]\nwork_dir = ${old}\n`)
    expect(user.config()).toEqual({ repos: [{ path: old }, { path: '~/Notes' }] })
  })
})

describe('gitsync init with a remote that has commits', () => {
  it.each(['main', 'master'])(
    'begins with them in an empty folder, on their %s',
    async (branch) => {
      const user = newUser()
      const notes = join(user.home, 'Notes')
      mkdirSync(notes)
      const found = await user.gitsync('init', notes, '--remote', filledRemote(branch), '--json')
      expect(found.code).toBe(0)
      expect(lastOf(found)).toMatchObject({ branch, upstream: `origin/${branch}`, state: 'level' })
      expect(git(notes, ['log', '--format=%s'])).toBe('There')
      expect(readFileSync(join(notes, 'theirs.txt'), 'utf8')).toBe('theirs\n')
      expect(git(notes, ['rev-parse', '--abbrev-ref', '@{upstream}'])).toBe(`origin/${branch}`)
    },
  )

  it('that it shares is level with them', async () => {
    const user = newUser()
    const remote = filledRemote()
    const clone = cloneOf(remote)
    git(clone, ['remote', 'remove', 'origin'])
    writeFiles(clone, { 'ours.txt': 'ours\n' })
    const found = await user.gitsync('init', clone, '--remote', remote, '--json')
    expect(lastOf(found)).toMatchObject({ state: 'level', upstream: 'origin/main' })
    expect(git(remote, ['ls-tree', '--name-only', 'main']).split('\n')).toContain('ours.txt')
  })

  it.each([
    ['a folder with files', () => temporaryFolder()],
    ['a repository without a commit', () => temporaryRepository()],
    ['a repository with another history', () => committedRepository({ 'c.txt': 'c\n' })],
  ])('of their own leaves %s as it is, or joins the two', async (_, make) => {
    const user = newUser()
    const remote = filledRemote()
    const place = make()
    writeFiles(place, { 'ours.txt': 'ours\n', 'both.txt': 'from here\n' })
    const before = namesIn(place)
    const refused = await user.gitsync('init', place, '--remote', remote, '--json')
    expect(refused.code).toBe(1)
    expect(lastOf(refused)).toMatchObject({ problem: { kind: 'unrelated-history' } })
    expect(namesIn(place)).toEqual(before)
    expect(user.config()).toBeNull()

    const joined = await user.gitsync('init', place, '--remote', remote, '--join', '--json')
    expect(joined.code).toBe(0)
    expect(readFileSync(join(place, 'ours.txt'), 'utf8')).toBe('ours\n')
    expect(readFileSync(join(place, 'theirs.txt'), 'utf8')).toBe('theirs\n')
    const both = readdirSync(place).filter((name) => name.startsWith('both'))
    expect(both.map((name) => readFileSync(join(place, name), 'utf8')).sort()).toEqual([
      'from here\n',
      'from there\n',
    ])
    expect(git(remote, ['rev-parse', 'main'])).toBe(git(place, ['rev-parse', 'HEAD']))
  })

  it('on another branch than ours asks a person, who can have both', async () => {
    const user = newUser()
    const remote = filledRemote('trunk')
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const refused = await user.gitsync('init', repo, '--remote', remote, '--json')
    expect(refused.code).toBe(1)
    expect(lastOf(refused)).toMatchObject({ problem: { kind: 'other-branch' } })
    expect(git(repo, ['remote'])).toBe('')
    const args = ['init', repo, '--remote', remote, '--branch', 'main', '--json'] as const
    expect(lastOf(await user.gitsync(...args))).toMatchObject({ upstream: 'origin/main' })
  })
})

describe('gitsync init of a remote that cannot be talked to', () => {
  it('makes all ready where it is out of reach, and the next pass pushes', async () => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const remote = join(user.home, 'disk/remote.git')
    user.write('Notes/a.txt', 'one\n')
    const found = await user.gitsync('init', notes, '--remote', remote, '--json')
    expect(found.code).toBe(75)
    expect(lastOf(found)).toMatchObject({ state: 'offline', problem: { kind: 'network' } })
    git(user.home, ['init', '--quiet', '--bare', remote])
    expect((await user.gitsync('once')).code).toBe(0)
    expect(git(remote, ['rev-parse', 'main'])).toBe(git(notes, ['rev-parse', 'HEAD']))
  })

  it('warns that a history of its own would be merged, which then loses nothing of either', async () => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const remote = join(user.home, 'disk/remote.git')
    user.write('Notes/ours.txt', 'ours\n')
    user.write('Notes/both.txt', 'from here\n')
    const found = await user.gitsync('init', notes, '--remote', remote)
    expect(found.code).toBe(75)
    expect(found.stderr).toContain('history of its own, the next pass merges both')

    git(user.home, ['clone', '--quiet', '--bare', filledRemote(), remote])
    const theirs = git(remote, ['rev-parse', 'main'])
    const ours = git(notes, ['rev-parse', 'HEAD'])
    expect((await user.gitsync('once')).code).toBe(0)
    const merge = git(remote, ['rev-parse', 'main'])
    expect(git(remote, ['rev-parse', 'main^1', 'main^2']).split('\n')).toEqual([ours, theirs])
    expect(git(notes, ['rev-parse', 'HEAD'])).toBe(merge)
    const contents = readdirSync(notes)
      .filter((name) => name !== '.git')
      .map((name) => readFileSync(join(notes, name), 'utf8'))
    expect(contents.sort()).toEqual(['from here\n', 'from there\n', 'ours\n', 'theirs\n'])
    expect((await user.gitsync('log', '--type', 'MergeCommitted')).stdout).toContain(
      `merged ${theirs.slice(0, 7)}`,
    )
  })

  it('tells no password, and touches nothing where it is refused', async () => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const other = bareRemote()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    git(repo, ['remote', 'add', 'origin', 'https://ada:hunter2@localhost:1/notes.git'])
    const found = await user.gitsync('init', repo, '--remote', other)
    expect(found.code).toBe(1)
    expect(found.stderr).toContain('localhost:1/notes.git')
    expect(`${found.stdout}${found.stderr}`).not.toContain('hunter2')
    expect((await user.gitsync('init', notes, '--remote', '-oops')).code).toBe(2)
    expect(existsSync(notes)).toBe(false)
  })
})

describe('gitsync init that is killed', () => {
  const steps = [
    'repository-made',
    'remote-added',
    'config-written',
    'commit-published',
    'ref-noted',
    'committed',
    'pushed',
  ]

  it.each(steps)('at %s goes on when it is run again', async (step) => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const remote = bareRemote()
    const old = committedRepository({ 'old.txt': 'old\n' })
    user.write('.config/gitsync', `[gitsync]\nwork_dir = ${old}\n`)
    user.write('Notes/a.txt', 'one\n')
    const args = ['init', notes, '--remote', remote, '--ignore-template', '--json']
    const killed = await start(args, { ...user.env, GITSYNC_TEST_KILL_AT: step }).finished
    expect(killed.code).toBeNull()
    const again = await user.gitsync(...args)
    expect(again.code).toBe(0)
    expect(lastOf(again)).toMatchObject({ state: 'level', upstream: 'origin/main' })
    expect(user.config()).toEqual({ repos: [{ path: old }, { path: '~/Notes' }] })
    expect(readFileSync(join(user.home, '.config/gitsync.ini'), 'utf8')).toContain(old)
    expect(git(remote, ['ls-tree', '--name-only', 'main'])).toBe('.gitignore\na.txt')
    expect(git(notes, ['rev-list', '--count', 'HEAD'])).toBe('1')
    expect(git(notes, ['status', '--porcelain', '--branch'])).toBe('## main...origin/main')
    git(notes, ['fsck', '--strict'])
  })
})

describe('gitsync init refuses, and touches nothing', () => {
  const refusals: readonly (readonly [kind: string, place: (home: string) => string])[] = [
    ['home-folder', (home) => home],
    ['home-folder', (home) => join(home, '..')],
    ['home-folder', () => '/'],
    ['not-a-folder', (home) => join(home, '.gitconfig')],
    ['not-a-folder', (home) => join(home, '.gitconfig/below')],
    ['bare-repository', () => bareRemote()],
    ['bare-repository', () => join(temporaryRepository(), '.git')],
    ['inside-repository', () => join(committedRepository({ 'a/b.txt': 'b\n' }), 'a')],
    ['inside-repository', () => join(temporaryRepository(), 'not/yet')],
  ]

  it.each(refusals)('%s', async (kind, place) => {
    const user = newUser()
    const path = place(user.home)
    const before = existsSync(path)
    const found = await user.gitsync('init', path, '--json')
    expect(found.code).toBe(2)
    expect(lastOf(found)).toMatchObject({ type: 'SetupRefused', problem: { kind } })
    expect(found.stderr).toContain(kind)
    expect(existsSync(path)).toBe(before)
    expect(user.config()).toBeNull()
    expect(existsSync(join(user.home, '.state'))).toBe(false)
  })

  it('but not a folder that the repository around it ignores', async () => {
    const user = newUser()
    const outer = committedRepository({ '.gitignore': '/inner/\n' })
    const inner = join(outer, 'inner')
    expect((await user.gitsync('init', inner)).code).toBe(0)
    expect(git(outer, ['status', '--porcelain'])).toBe('')
  })

  it('a fault in a flag or in the config', async () => {
    const user = newUser()
    const notes = join(user.home, 'Notes')
    const flag = await user.gitsync('init', notes, '--debounce', 'soon')
    expect([flag.code, existsSync(notes)]).toEqual([2, false])
    expect(flag.stderr).toContain('--debounce')
    user.write('.config/gitsync/config.json', '{ "repos": [')
    expect((await user.gitsync('init', notes)).code).toBe(2)
    expect(existsSync(notes)).toBe(false)
    writeFileSync(join(user.home, '.config/gitsync/config.json'), '{ "repos": [] }')
    expect((await user.gitsync('init', notes)).code).toBe(0)
  })
})
