import {
  committedRepository,
  git,
  oracleTree,
  temporaryFolder,
  temporaryRepository,
  treeOf,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stepsOn } from '../../support/steps.js'

/** Commits, and holds what was recorded against what `git add -A` would record. */
const expectAsGit = async (dir: string, paths?: readonly string[]): Promise<void> => {
  const expected = oracleTree(dir)
  const steps = stepsOn(dir)
  await steps.save(paths)
  steps.workTree.close()
  expect(treeOf(dir)).toEqual(expected)
}

describe('ignore rules that libgit2 takes otherwise', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, (dir: string) => void]>([
    [
      'a rule for folders, and a link of that name',
      { '.gitignore': 'build/\n' },
      (dir) => symlinkSync('/tmp', join(dir, 'build')),
    ],
    [
      'everything but folders, and a link to one',
      { '.gitignore': '*\n!*/\n!.gitignore\n' },
      (dir) => symlinkSync('.', join(dir, 'l')),
    ],
    [
      'an exception below an ignored folder with tracked files',
      { 'build/a.txt': 'a\n' },
      (dir) => writeFiles(dir, { '.gitignore': 'build/\n!*.txt\n', 'build/k.txt': 'k\n' }),
    ],
    [
      'rules in a folder whose name is a pattern',
      { a: 'a\n' },
      (dir) =>
        writeFiles(dir, { '[a]/.gitignore': '*\n!*.txt\n!.gitignore\n!*/\n', '[a]/b.txt': 'b\n' }),
    ],
    [
      'rules in a file that is a link',
      { rules: '*.o\n' },
      (dir) => {
        symlinkSync('rules', join(dir, '.gitignore'))
        writeFiles(dir, { 'a.o': 'o\n' })
      },
    ],
    [
      'a rule that ends in a tab',
      { a: 'a\n' },
      (dir) => writeFiles(dir, { '.gitignore': 'c\t\n', c: 'c\n', 'c\t': 'tab\n' }),
    ],
  ])('%s', async (_, files, act) => {
    const dir = committedRepository(files)
    act(dir)
    await expectAsGit(dir)
  })

  it('hold for a path that was named too', async () => {
    const dir = committedRepository({ 'build/a.txt': 'a\n', '.gitignore': 'x\n' })
    writeFiles(dir, { '.gitignore': 'build/\n!*.txt\n' })
    git(dir, ['commit', '-qam', 'Rules'])
    writeFiles(dir, { 'build/k.txt': 'k\n', 'b.txt': 'b\n' })
    await expectAsGit(dir, ['build/k.txt', 'b.txt'])
  })

  it('hold beside a name that git reads as an order about paths', async () => {
    const dir = committedRepository({ '.gitignore': 'c\t\n' })
    const names = ['c\t', ':(odd) name', ':!c*']
    for (const name of names) writeFiles(dir, { [name]: 'new\n' })
    await expectAsGit(dir, names)
  })

  it('hold where git cannot be asked about the paths that were named', async () => {
    const dir = committedRepository({ '.gitignore': 'c\t\n' })
    writeFiles(dir, { 'c\t': 'tab\n', 'b.txt': 'b\n' })
    const folder = temporaryFolder()
    const real = execFileSync('which', ['git']).toString().trim()
    const refusing = `#!/bin/sh\ncase "$*" in *check-ignore*) exit 128; esac\nexec ${real} "$@"\n`
    writeFileSync(join(folder, 'git'), refusing, { mode: 0o755 })
    const path = process.env.PATH
    process.env.PATH = `${folder}:${String(path)}`
    try {
      await expectAsGit(dir, ['c\t', 'b.txt'])
    } finally {
      process.env.PATH = path
    }
  })
})

describe('attributes that libgit2 takes otherwise', () => {
  const rot = (dir: string): void => {
    git(dir, ['config', 'filter.rot.clean', 'tr a-z n-za-m'])
    git(dir, ['config', 'filter.rot.smudge', 'tr a-z n-za-m'])
  }

  it('a quoted pattern: its filter runs', async () => {
    const dir = committedRepository({ '.gitattributes': '"my dir/*.bin" filter=rot\n' })
    rot(dir)
    writeFiles(dir, { 'my dir/a.bin': 'hello\n' })
    await expectAsGit(dir)
    expect(git(dir, ['show', 'HEAD:my dir/a.bin'])).toBe('uryyb')
  })

  it('a quoted pattern: no line end of a binary file is touched', async () => {
    const dir = committedRepository({ '.gitattributes': '* text=auto\n"a b.dat" binary\n' })
    git(dir, ['config', 'core.autocrlf', 'input'])
    writeFiles(dir, { 'a b.dat': 'a\r\nb\r\n', 'c.dat': 'a\r\nb\r\n' })
    await expectAsGit(dir)
  })

  it('a line that git leaves out', async () => {
    const dir = committedRepository({ '.gitattributes': '* text\nd/** -text\n!x text\n' })
    writeFiles(dir, { 'd/a': 'a\r\n', b: 'b\r\n' })
    await expectAsGit(dir)
  })

  it('a file that is a link, which is not followed', async () => {
    const dir = committedRepository({ rules: '* text eol=crlf\n' })
    symlinkSync('rules', join(dir, '.gitattributes'))
    writeFiles(dir, { a: 'a\r\n' })
    await expectAsGit(dir)
  })

  it('rules that change together with the files they are about', async () => {
    const dir = committedRepository({ '.gitattributes': '*.x filter=rot\n' })
    rot(dir)
    writeFiles(dir, { 'a.x': 'abcd\n' })
    git(dir, ['add', '-A'])
    git(dir, ['commit', '-qm', 'Filtered'])
    rmSync(join(dir, '.gitattributes'))
    writeFiles(dir, { 'a.x': 'efgh\n', 'b.x': 'new\n' })
    await expectAsGit(dir)
    expect(git(dir, ['show', 'HEAD:b.x'])).toBe('new')
    // What is recorded already, git leaves as it is while the file's stat is the same; a copy of it has another.
    rmSync(join(dir, 'b.x'))
    writeFiles(dir, { '.gitattributes': '*.x filter=rot\n', 'a.x': 'abc\n' })
    await expectAsGit(dir)
    expect(git(dir, ['show', 'HEAD:a.x'])).toBe('nop')
  })
})

describe('settings of the repository', () => {
  it('without file modes no new file is executable', async () => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['config', 'core.filemode', 'false'])
    writeFiles(dir, { b: 'b\n', a: 'edited\n' })
    chmodSync(join(dir, 'a'), 0o755)
    chmodSync(join(dir, 'b'), 0o755)
    await expectAsGit(dir)
  })

  it('an index that git would split stays whole', async () => {
    const dir = committedRepository({ '.gitattributes': '*.e filter=rot\n' })
    git(dir, ['config', 'core.splitIndex', 'true'])
    git(dir, ['config', 'filter.rot.clean', 'tr a-z n-za-m'])
    writeFiles(dir, { 'a.e': 'a\n', b: 'b\n' })
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ added: 2 })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })

  it('a work tree that is elsewhere is refused', async () => {
    const dir = temporaryRepository()
    const elsewhere = temporaryFolder()
    git(dir, ['config', 'core.worktree', elsewhere])
    writeFiles(elsewhere, { a: 'a\n' })
    git(dir, ['add', '-A'])
    git(dir, ['commit', '-qm', 'First'])
    appendFileSync(join(elsewhere, 'a'), 'more\n')
    const steps = stepsOn(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'not-a-repository' })
    expect((await steps.problem()).message).toContain(elsewhere)
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
    steps.workTree.close()
  })

  it('a line end that cannot come back keeps its file out, and the rest goes on', async () => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['config', 'core.autocrlf', 'input'])
    git(dir, ['config', 'core.safecrlf', 'true'])
    writeFiles(dir, { 'crlf.txt': 'a\r\nb\r\n', b: 'b\n' })
    const steps = stepsOn(dir)
    const { commit, skipped } = await steps.save()
    expect(commit).toMatchObject({ paths: ['b'] })
    expect(skipped).toMatchObject([{ path: 'crlf.txt', reason: 'unsafe-line-ends' }])
    expect(skipped[0]?.remedy).toContain('core.safecrlf')
    steps.workTree.close()
  })

  it('a file that LFS keeps is not too large', async () => {
    const dir = committedRepository({ '.gitattributes': '*.bin filter=lfs -text\n' })
    git(dir, [
      'config',
      'filter.lfs.clean',
      'printf "version https://git-lfs.github.com/spec/v1\\n"',
    ])
    mkdirSync(join(dir, 'd'))
    writeFileSync(join(dir, 'd/a.bin'), Buffer.alloc(5_000))
    writeFileSync(join(dir, 'd/b.dat'), Buffer.alloc(5_000))
    const steps = stepsOn(dir, { maxFileSize: 1_000 })
    const { commit, skipped } = await steps.save()
    expect(commit).toMatchObject({ paths: ['d/a.bin'] })
    expect(skipped).toMatchObject([{ path: 'd/b.dat', reason: 'too-large' }])
    steps.workTree.close()
  })
})
