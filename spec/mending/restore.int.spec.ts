import {
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changesOf } from '../../src/actors/changes.js'
import { mend } from '../../src/git/mend.js'
import { editTree } from '../../src/git/tree/tree-edit.js'
import { restoreFile } from '../../src/mending/restore.js'
import {
  committed,
  contentOf,
  expectAtRest,
  isInHistory,
  noConfig,
  refusal,
} from '../support/mending.js'
import { settingsOf } from '../support/settings.js'

const headOf = (dir: string): string => git(dir, ['rev-parse', 'HEAD'])

const dated = (dir: string, files: Readonly<Record<string, string>>, at: string): string => {
  writeFiles(dir, files)
  git(dir, ['add', '-A'])
  const env = { GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at }
  git(dir, ['commit', '-qm', at], { env })
  return headOf(dir)
}

describe('restoring a file', () => {
  it('brings a version back in a new commit, and keeps what was not saved', async () => {
    const dir = committedRepository({ 'a.md': 'one\n', 'b.md': 'b\n' })
    const first = headOf(dir)
    writeFiles(dir, { 'a.md': 'not saved\n', 'b.md': 'somebody is at it\n' })
    const done = await restoreFile(noConfig, join(dir, 'a.md'), { version: first.slice(0, 8) })
    expect(done).toMatchObject({ type: 'Restored', path: 'a.md', oid: headOf(dir), kept: [] })
    expect(contentOf(dir, 'a.md')).toBe('one\n')
    expect(committed(dir, 'a.md', 'HEAD~1')).toBe('not saved\n')
    expect(git(dir, ['log', '-1', '--format=%s'])).toBe('Restore a.md')
    // What was not asked for is left alone.
    expect(git(dir, ['status', '--porcelain'])).toBe(' M b.md')
  })

  it('brings a deleted file back, executable, in a folder that is gone', async () => {
    const dir = committedRepository({ 'in/run.sh': 'x\n', keep: '' })
    chmodSync(join(dir, 'in/run.sh'), 0o755)
    const version = commitAll(dir, 'Executable')
    rmSync(join(dir, 'in'), { recursive: true })
    commitAll(dir, 'Gone')
    await restoreFile(noConfig, join(dir, 'in/run.sh'), { version })
    expect(lstatSync(join(dir, 'in/run.sh')).mode & 0o111).not.toBe(0)
    expectAtRest(dir)
  })

  it('that was deleted and not committed yet, too', async () => {
    const dir = committedRepository({ a: 'one\n', b: '' })
    rmSync(join(dir, 'a'))
    await restoreFile(noConfig, join(dir, 'a'), { version: headOf(dir) })
    expect(contentOf(dir, 'a')).toBe('one\n')
    expectAtRest(dir)
  })

  it('brings a link back as a link', async () => {
    const dir = committedRepository({ to: 'x\n' })
    symlinkSync('to', join(dir, 'link'))
    const version = commitAll(dir, 'Link')
    rmSync(join(dir, 'link'))
    writeFiles(dir, { link: 'a file\n' })
    await restoreFile(noConfig, join(dir, 'link'), { version })
    expect(lstatSync(join(dir, 'link')).isSymbolicLink()).toBe(true)
    expect(isInHistory(dir, 'a file\n')).toBe(true)
    expectAtRest(dir)
  })

  it('writes with the filters of git', async () => {
    const dir = committedRepository({ '.gitattributes': '*.txt eol=crlf\n*.up filter=up\n' })
    git(dir, ['config', 'filter.up.clean', 'tr A-Z a-z'])
    git(dir, ['config', 'filter.up.smudge', 'tr a-z A-Z'])
    writeFiles(dir, { 'a.txt': 'one\r\n', 'b.up': 'LOUD\n' })
    const version = commitAll(dir, 'Filtered')
    writeFiles(dir, { 'a.txt': 'two\r\n', 'b.up': 'LOUDER\n' })
    for (const file of ['a.txt', 'b.up']) await restoreFile(noConfig, join(dir, file), { version })
    expect(contentOf(dir, 'a.txt')).toBe('one\r\n')
    expect(contentOf(dir, 'b.up')).toBe('LOUD\n')
    expectAtRest(dir)
  })

  it('finds it by the name that it had then', async () => {
    const dir = committedRepository({ 'old.md': 'one\ntwo\nthree\n' })
    const version = headOf(dir)
    renameSync(join(dir, 'old.md'), join(dir, 'new.md'))
    commitAll(dir, 'Moved')
    writeFiles(dir, { 'new.md': 'one\ntwo\nfour\n' })
    const done = await restoreFile(noConfig, join(dir, 'new.md'), { version })
    expect(done).toMatchObject({ path: 'new.md', from: { path: 'old.md', commit: version } })
    expect(contentOf(dir, 'new.md')).toBe('one\ntwo\nthree\n')
    expect(contentOf(dir, 'old.md')).toBeNull()
  })

  it('finds what was there at a time', async () => {
    const dir = temporaryRepository()
    dated(dir, { x: '' }, '2020-01-01T09:00:00Z')
    dated(dir, { a: 'eleven\n' }, '2020-01-01T11:00:00Z')
    dated(dir, { a: 'twelve\n' }, '2020-01-01T12:00:00Z')
    dated(dir, { a: 'thirteen\n' }, '2020-01-01T13:00:00Z')
    const at = (time: string) =>
      restoreFile(noConfig, join(dir, 'a'), { at: new Date(`2020-01-01T${time}Z`) })
    await at('12:30:00')
    expect(contentOf(dir, 'a')).toBe('twelve\n')
    await at('12:00:00')
    expect(contentOf(dir, 'a')).toBe('twelve\n')
    await at('11:59:59')
    expect(contentOf(dir, 'a')).toBe('eleven\n')
    expect(refusal(await at('10:00:00')).message).toContain('was not there')
    const never = await restoreFile(noConfig, join(dir, 'a'), { at: new Date(0) })
    expect(refusal(never).message).toContain('no commit yet')
  })

  it('makes no commit where it is so already', async () => {
    const dir = committedRepository({ a: 'one\n' })
    const version = headOf(dir)
    const done = await restoreFile(noConfig, join(dir, 'a'), { version })
    expect(done).toMatchObject({ type: 'Restored', oid: null, saved: null })
    expect(headOf(dir)).toBe(version)
  })

  it('brings it under another name, and saves what is there first', async () => {
    const dir = committedRepository({ a: 'one\n' })
    const version = headOf(dir)
    writeFiles(dir, { a: 'two\n', 'in/b': 'not saved\n' })
    await restoreFile(noConfig, join(dir, 'a'), { version }, join(dir, 'in/b'))
    expect(contentOf(dir, 'in/b')).toBe('one\n')
    expect(contentOf(dir, 'a')).toBe('two\n')
    expect(isInHistory(dir, 'not saved\n')).toBe(true)
    expectAtRest(dir)
  })

  it('takes the settings of the config for this work tree alone', async () => {
    const dir = committedRepository({ a: 'one\n' })
    const version = headOf(dir)
    writeFiles(dir, { a: 'two\n' })
    const repos = [{ path: '/nowhere/at all' }, { path: dir, author: 'Bob <bob@example.org>' }]
    await restoreFile({ repos }, join(dir, 'a'), { version })
    expect(git(dir, ['log', '-2', '--format=%an'])).toBe('Bob\nBob')
  })
})

describe('restoring is refused, and nothing is touched,', () => {
  const expectUntouched = async (
    dir: string,
    path: string,
    words: string,
    config: Parameters<typeof restoreFile>[0] = noConfig,
    to: string | null = null,
  ) => {
    const version = git(dir, ['rev-list', '--max-parents=0', 'HEAD'])
    const before = [headOf(dir), git(dir, ['status', '--porcelain']), contentOf(dir, path)]
    const problem = refusal(await restoreFile(config, join(dir, path), { version }, to))
    expect(problem.message).toContain(words)
    expect(problem.remedy).not.toBe('')
    expect([headOf(dir), git(dir, ['status', '--porcelain']), contentOf(dir, path)]).toEqual(before)
  }

  it('where what is there is ignored', async () => {
    const dir = committedRepository({ a: 'one\n' })
    git(dir, ['rm', '-q', 'a'])
    writeFiles(dir, { '.gitignore': 'a\n' })
    commitAll(dir, 'Ignored')
    writeFiles(dir, { a: 'secret\n' })
    await expectUntouched(dir, 'a', 'in no commit')
  })

  it('where what is there is too large', async () => {
    const dir = committedRepository({ a: 'one\n' })
    writeFiles(dir, { a: 'x'.repeat(2_000) })
    const config = { repos: [{ path: dir, maxFileSize: '1KB' }] }
    await expectUntouched(dir, 'a', 'too-large', config)
  })

  it('while a person merges', async () => {
    const dir = committedRepository({ a: 'one\n' })
    git(dir, ['checkout', '-qb', 'side'])
    writeFiles(dir, { a: 'side\n' })
    commitAll(dir, 'Side')
    git(dir, ['checkout', '-q', 'main'])
    writeFiles(dir, { b: 'b\n' })
    commitAll(dir, 'Main')
    git(dir, ['merge', '-q', '--no-ff', '--no-commit', 'side'])
    await expectUntouched(dir, 'a', 'merge is in progress')
  })

  it('where a folder has its name now', async () => {
    const dir = committedRepository({ a: 'one\n' })
    rmSync(join(dir, 'a'))
    writeFiles(dir, { 'a/b': 'two\n' })
    commitAll(dir, 'Folder')
    await expectUntouched(dir, 'a', 'folder')
  })

  it('where a file has the name of its folder now', async () => {
    const dir = committedRepository({ 'a/b': 'one\n' })
    rmSync(join(dir, 'a'), { recursive: true })
    writeFiles(dir, { a: 'two\n' })
    commitAll(dir, 'File')
    await expectUntouched(dir, 'a/b', 'a is a file now')
  })

  it('for another work tree', async () => {
    const dir = committedRepository({ a: 'one\n' })
    await expectUntouched(
      dir,
      'a',
      'no place for a file',
      noConfig,
      join(committedRepository({}), 'a'),
    )
  })

  it('where no commit has it, or the version is none', async () => {
    const dir = committedRepository({ a: 'one\n' })
    await expectUntouched(dir, 'b', 'No commit of this branch has b')
    for (const version of ['main', '-x', 'abcdef', 'zz'])
      expect(refusal(await restoreFile(noConfig, join(dir, 'a'), { version })).message).toContain(
        'is no commit',
      )
  })

  it('outside of any work tree, and for a work tree itself', async () => {
    const folder = temporaryFolder()
    const outside = refusal(await restoreFile(noConfig, join(folder, 'a'), { version: 'abcd' }))
    expect(outside.kind).toBe('not-a-repository')
    const dir = committedRepository({ a: 'one\n' })
    const whole = refusal(await restoreFile(noConfig, dir, { version: headOf(dir) }))
    expect(whole.remedy).toBe('Name a file in it.')
  })

  it('where the file changes in the last moment', async () => {
    const dir = committedRepository({ a: 'one\n' })
    const before = headOf(dir)
    const oid = git(dir, ['hash-object', '-w', '--stdin'], { input: 'two\n' })
    const mending = mend(settingsOf(dir), changesOf(['a']), async ({ repository, tree }) => {
      writeFiles(dir, { a: 'just now\n' })
      const version = { oid, mode: 0o100644 }
      const made = await editTree(repository, tree, [{ path: 'a', version }])
      return { tree: made, verb: 'Restore', object: 'a' }
    })
    await expect(mending).rejects.toMatchObject({ problem: { kind: 'work-tree-moved' } })
    expect(contentOf(dir, 'a')).toBe('just now\n')
    expect(headOf(dir)).toBe(before)
  })

  it('while another git command holds the lock for long', { timeout: 60_000 }, async () => {
    const dir = committedRepository({ a: 'one\n' })
    const version = headOf(dir)
    mkdirSync(join(dir, '.git'), { recursive: true })
    writeFiles(dir, { a: 'two\n', '.git/index.lock': '' })
    const problem = refusal(await restoreFile(noConfig, join(dir, 'a'), { version }))
    expect(problem.kind).toBe('locked')
    expect(contentOf(dir, 'a')).toBe('two\n')
  })
})
