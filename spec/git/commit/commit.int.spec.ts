import {
  commitAll,
  committedRepository,
  git,
  oracleTree,
  temporaryFolder,
  temporaryRepository,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { stepsOn } from '../../support/steps.js'

/** Commits, and expects what git itself would have recorded. */
const saves = async (
  dir: string,
  paths?: readonly string[],
  wishes: Partial<RepoSettings> = {},
) => {
  const steps = stepsOn(dir, wishes)
  const report = await steps.save(paths)
  expect(treeOf(dir)).toEqual(oracleTree(dir))
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  steps.workTree.close()
  return report
}

const numbered = (count: number, content = ''): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`file ${n}.txt`, `${content}${n}\n`]))

describe('a commit', () => {
  it('tells what it recorded', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n', c: 'c\n' })
    writeFiles(dir, { a: 'A\n', d: 'd\n' })
    rmSync(join(dir, 'b'))
    const { commit, position } = await saves(dir)
    expect(commit).toEqual({
      type: 'CommitCreated',
      oid: git(dir, ['rev-parse', 'HEAD']),
      branch: 'main',
      added: 1,
      modified: 1,
      deleted: 1,
      paths: ['a', 'b', 'd'],
      message: 'Add 1, update 1 and delete 1 file\n',
    })
    expect(position.head).toBe(commit?.oid)
  })

  it.each(['main', 'feature/ünï/côde', 'a.b', '-x', "it's"])('is made on %s', async (branch) => {
    const dir = temporaryRepository()
    git(dir, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
    writeFiles(dir, { 'a.txt': 'a\n' })
    expect((await saves(dir)).commit).toMatchObject({ branch })
    writeFiles(dir, { 'a.txt': 'b\n' })
    await saves(dir, ['a.txt'])
    expect(git(dir, ['rev-list', '--count', `refs/heads/${branch}`])).toBe('2')
    expect(git(dir, ['reflog', 'show', '--format=%gs', '-1', 'HEAD'])).toMatch(/^commit/)
  })

  it('fills the message template', async () => {
    const dir = temporaryRepository()
    writeFiles(dir, { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    const message =
      '{{count}} on {{branch}} +{{added}} ~{{modified}} -{{deleted}} {{none}}\n\n{{files}}'
    expect((await saves(dir, undefined, { message })).commit?.message).toBe(
      '2 on main +2 ~0 -0 {{none}}\n\na.txt\nb.txt\n',
    )
    expect(git(dir, ['log', '-1', '--format=%B'])).toBe(
      '2 on main +2 ~0 -0 {{none}}\n\na.txt\nb.txt\n',
    )
  })

  it('is not made where nothing changed', async () => {
    const dir = committedRepository({ a: 'a\n' })
    expect((await saves(dir)).commit).toBeNull()
    expect((await saves(dir, ['a'])).commit).toBeNull()
    expect((await saves(dir, ['not there', 'nor/there'])).commit).toBeNull()
  })

  it('is empty of files where the last one went', async () => {
    const dir = committedRepository({ a: 'a\n' })
    rmSync(join(dir, 'a'))
    expect((await saves(dir)).commit).toMatchObject({ deleted: 1 })
  })
})

describe('what a person staged', () => {
  it('in part goes with the rest', async () => {
    const dir = committedRepository({ a: '1\n2\n3\n', b: 'b\n' })
    writeFiles(dir, { a: 'one\n2\n3\n' })
    git(dir, ['add', 'a'])
    writeFiles(dir, { a: 'one\n2\nthree\n' })
    await saves(dir)
    expect(git(dir, ['show', 'HEAD:a'])).toBe('one\n2\nthree')
  })

  it('is committed where the work tree agrees with it', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n' })
    git(dir, ['rm', '--quiet', 'a'])
    writeFiles(dir, { c: 'c\n' })
    git(dir, ['add', 'c'])
    await saves(dir)
  })

  it('and took back in the work tree leaves nothing to commit', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { a: 'other\n' })
    git(dir, ['add', 'a'])
    writeFiles(dir, { a: 'a\n' })
    expect((await saves(dir)).commit).toBeNull()
  })

  it.each([undefined, ['named']])('as an intention to add, looking at %s', async (paths) => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { named: 'n\n', 'intended.txt': 'later\n', 'empty.txt': '' })
    git(dir, ['add', '-N', 'intended.txt', 'empty.txt'])
    const steps = stepsOn(dir)
    await steps.save(paths)
    if (paths !== undefined) {
      // Never a version of a file that nobody wrote.
      const recorded = git(dir, ['ls-tree', 'HEAD', 'intended.txt'])
      expect(recorded).not.toContain('e69de29')
      await steps.save()
    }
    expect(treeOf(dir)).toEqual(oracleTree(dir))
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })

  it('as not to be looked at is not looked at', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n', c: 'c\n', d: 'd\n' })
    git(dir, ['update-index', '--skip-worktree', 'a', 'b'])
    git(dir, ['update-index', '--assume-unchanged', 'c'])
    rmSync(join(dir, 'a'))
    writeFiles(dir, { b: 'mine\n', c: 'mine\n', d: 'ours\n' })
    await saves(dir)
    await saves(dir, ['a', 'b', 'c'])
    expect(git(dir, ['ls-files', '-v'])).toBe('S a\nS b\nh c\nH d')
  })
})

describe('the kinds of repositories', () => {
  it('has submodules, moved and dirty', async () => {
    const inner = committedRepository({ i: 'i\n' })
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'mod'])
    await saves(dir)
    writeFiles(join(dir, 'mod'), { i: 'moved\n' })
    git(join(dir, 'mod'), ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qam', 'Moved'])
    expect((await saves(dir)).commit).toMatchObject({ paths: ['mod'] })

    writeFiles(join(dir, 'mod'), { i: 'dirty\n', fresh: 'f\n' })
    const steps = stepsOn(dir)
    writeFiles(dir, { '.git/index.lock': '' })
    const report = await steps.commit({ kind: 'everything' }, await steps.position())
    rmSync(join(dir, '.git', 'index.lock'))
    // It stays dirty until somebody commits in it, and that must cost nothing.
    expect(report).toMatchObject({ type: 'Committed', commit: null })
    steps.workTree.close()

    rmSync(join(dir, 'mod'), { recursive: true })
    mkdirSync(join(dir, 'mod'))
    expect((await saves(dir)).commit).toBeNull()
    rmSync(join(dir, 'mod'), { recursive: true })
    expect((await saves(dir)).commit).toMatchObject({ deleted: 1 })
  })

  it('is a linked work tree', async () => {
    const main = committedRepository({ a: 'a\n' })
    const dir = join(temporaryFolder(), 'linked')
    git(main, ['worktree', 'add', '--quiet', '-b', 'side', dir])
    writeFiles(dir, { b: 'b\n' })
    writeFiles(main, { c: 'c\n' })
    const [linked, whole] = [stepsOn(dir), stepsOn(main)]
    expect((await linked.save()).commit).toMatchObject({ branch: 'side', paths: ['b'] })
    expect((await whole.save()).commit).toMatchObject({ branch: 'main', paths: ['c'] })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    expect(git(main, ['status', '--porcelain'])).toBe('')
    linked.workTree.close()
    whole.workTree.close()
  })

  it.each(['a.git', '.git.d', 'x.git.y'])('lies in a folder called %s', async (name) => {
    const dir = join(temporaryFolder(), name, 'tree')
    mkdirSync(dir, { recursive: true })
    temporaryRepository(dir)
    writeFiles(dir, { 'a.git/b': 'b\n', '.gitx/c': 'c\n' })
    expect((await saves(dir)).commit).toMatchObject({ added: 2 })
  })

  it('has no modes', async () => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['config', 'core.fileMode', 'false'])
    chmodSync(join(dir, 'a'), 0o755)
    writeFiles(dir, { b: 'b\n' })
    chmodSync(join(dir, 'b'), 0o755)
    expect((await saves(dir)).commit).toMatchObject({ paths: ['b'] })
  })

  it('changes its settings while it is open', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    await steps.save()
    git(dir, ['config', 'core.autocrlf', 'input'])
    writeFiles(dir, { b: 'b\r\n' })
    await steps.save()
    expect(git(dir, ['cat-file', '-s', 'HEAD:b'])).toBe('2')
    steps.workTree.close()
  })
})

describe('the safety stop', () => {
  it.each([2, 20])('does not believe that everything vanished, of %i files', async (count) => {
    const dir = committedRepository(numbered(count))
    for (const path of Object.keys(numbered(count))) rmSync(join(dir, path))
    const steps = stepsOn(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'root-emptied' })
    expect(git(dir, ['ls-files']).split('\n')).toHaveLength(count)
    commitAll(dir, 'It was meant')
    expect((await steps.save()).commit).toBeNull()
    steps.workTree.close()
  })

  it('tells a command that brings back what vanished, and nothing else', async () => {
    const dir = committedRepository(numbered(20))
    const paths = Object.keys(numbered(20))
    const [edited = '', ...gone] = paths
    for (const path of gone) rmSync(join(dir, path))
    rmSync(join(dir, edited))
    const steps = stepsOn(dir)
    const command = /\((git [\w-]+ -\w+),/.exec((await steps.problem()).remedy)?.[1] ?? ''
    writeFiles(dir, { [edited]: 'edited meanwhile\n' })
    tryGit(dir, command.split(' ').slice(1))
    expect(git(dir, ['status', '--porcelain'])).toBe(` M "${edited}"`)
    expect((await steps.save()).commit).toMatchObject({ modified: 1, deleted: 0 })
    steps.workTree.close()
  })

  it('believes that the only file was deleted', async () => {
    const dir = committedRepository({ a: 'a\n' })
    rmSync(join(dir, 'a'))
    expect((await saves(dir)).commit).toMatchObject({ deleted: 1 })
  })

  it('lets everything move to another folder', async () => {
    const dir = committedRepository(numbered(120))
    mkdirSync(join(dir, 'moved'))
    for (const path of Object.keys(numbered(120)))
      renameSync(join(dir, path), join(dir, 'moved', path))
    expect((await saves(dir)).commit).toMatchObject({ added: 120, deleted: 120 })
  })
})

describe('many paths by name', () => {
  it('bring nothing along that was not named', async () => {
    const dir = committedRepository({ '.gitattributes': '*.enc filter=enc\n' })
    git(dir, ['config', 'filter.enc.clean', 'tr a-z A-Z'])
    const files = numbered(505)
    writeFiles(dir, { ...files, '.DS_Store': 'x', 'b.enc': 'secret\n', 'z~': 'backup\n' })
    const steps = stepsOn(dir)
    const { commit } = await steps.save(Object.keys(files))
    expect(commit).toMatchObject({ added: 505 })
    await steps.save()
    expect(git(dir, ['show', 'HEAD:b.enc'])).toBe('SECRET')
    expect(readFileSync(join(dir, '.DS_Store'), 'utf8')).toBe('x')
    expect(git(dir, ['ls-files', '.DS_Store', 'z~'])).toBe('')
    steps.workTree.close()
  })
})
