import {
  committedRepository,
  git,
  oracleTree,
  temporaryRepository,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stepsOn } from '../../support/steps.js'

const told = async (steps: ReturnType<typeof stepsOn>, paths?: readonly string[]) =>
  (await steps.save(paths)).skipped.map(({ path, reason }) => `${reason} ${path}`)

describe('what is left out', () => {
  it('is told once, with a remedy, until it is there no more', async () => {
    const dir = committedRepository({ 'tracked~': 'a\n' })
    const steps = stepsOn(dir, { maxFileSize: 10, ignore: ['own/'] })
    writeFiles(dir, {
      'big.bin': 'x'.repeat(11),
      'just.bin': 'x'.repeat(10),
      '.DS_Store': '',
      'own/a': 'a\n',
      'own/b': 'b\n',
      'tracked~': 'edited\n',
      'nested/a': 'a\n',
    })
    temporaryRepository(join(dir, 'nested'))
    const { commit, skipped } = await steps.save()
    expect(commit).toMatchObject({ paths: ['just.bin', 'tracked~'] })
    expect(skipped.map(({ path, reason }) => `${reason} ${path}`).sort()).toEqual([
      'ignored-by-gitsync .DS_Store',
      'ignored-by-gitsync own/',
      'nested-repository nested',
      'too-large big.bin',
    ])
    for (const { remedy } of skipped) expect(remedy).toMatch(/\w+/)
    expect(await told(steps)).toEqual([])
    expect(await told(steps, ['big.bin', 'own/c'])).toEqual([])
    rmSync(join(dir, 'big.bin'))
    expect(await told(steps)).toEqual([])
    writeFiles(dir, { 'big.bin': 'x'.repeat(12) })
    expect(await told(steps)).toEqual(['too-large big.bin'])
    steps.workTree.close()
  })

  it('stays as it was committed while it is too large', async () => {
    const dir = committedRepository({ a: 'small\n', b: 'b\n' })
    writeFiles(dir, { a: 'x'.repeat(100), b: 'B\n' })
    const steps = stepsOn(dir, { maxFileSize: 50 })
    expect(await told(steps)).toEqual(['too-large a'])
    expect(git(dir, ['show', 'HEAD:a'])).toBe('small')
    expect(git(dir, ['show', 'HEAD:b'])).toBe('B')
    steps.workTree.close()
  })

  it.each(['git~1', 'proj\\.git\\config', 'x\\git~1', 'x\\.GIT '])(
    'has a name that git itself refuses: %s',
    async (name) => {
      const dir = committedRepository({ a: 'a\n' })
      writeFiles(dir, { [name]: 'x\n', 'fine\\name': 'b\n' })
      expect(tryGit(dir, ['add', name]).code).not.toBe(0)
      const steps = stepsOn(dir)
      expect(await told(steps)).toEqual([`unsupported-name ${name}`])
      expect(git(dir, ['ls-files', '-z'])).toBe('a\0fine\\name\0')
      steps.workTree.close()
    },
  )

  it('has a filter that cannot run: raw content never takes a pointer’s place', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`
    const dir = committedRepository({ '.gitattributes': '', 'a.big': pointer, b: 'b\n' })
    writeFiles(dir, { '.gitattributes': '*.big filter=lfs\n', 'a.big': 'raw 1', b: 'B\n' })
    const steps = stepsOn(dir)
    expect(await told(steps)).toEqual(['filter-unavailable a.big'])
    expect(git(dir, ['show', 'HEAD:a.big'])).toBe(pointer.trim())
    expect(git(dir, ['show', 'HEAD:b'])).toBe('B')
    steps.workTree.close()
  })

  it('has a required filter that fails', async () => {
    const dir = committedRepository({ '.gitattributes': '*.enc filter=enc\n' })
    git(dir, ['config', 'filter.enc.clean', 'false'])
    git(dir, ['config', 'filter.enc.required', 'true'])
    writeFiles(dir, { 'a.enc': 'secret\n', b: 'b\n' })
    const steps = stepsOn(dir)
    expect(await told(steps)).toEqual(['filter-unavailable a.enc'])
    expect(git(dir, ['ls-files'])).toBe('.gitattributes\nb')
    steps.workTree.close()
  })
})

describe('filters', () => {
  it('run where a folder gave way to a file and a file to a folder', async () => {
    const dir = committedRepository({
      '.gitattributes': '*.enc filter=enc\n',
      'a.enc/in.enc': 'a\n',
      'b.enc': 'b\n',
    })
    git(dir, ['config', 'filter.enc.clean', 'tr a-z A-Z'])
    rmSync(join(dir, 'a.enc'), { recursive: true })
    rmSync(join(dir, 'b.enc'))
    writeFiles(dir, { 'a.enc': 'file\n', 'b.enc/in.enc': 'folder\n' })
    const steps = stepsOn(dir)
    await steps.save()
    expect(treeOf(dir)).toEqual(oracleTree(dir))
    expect(git(dir, ['show', 'HEAD:a.enc'])).toBe('FILE')
    steps.workTree.close()
  })
})

describe('a place that would hang', () => {
  it('is not waited for: a file became a FIFO', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n' })
    rmSync(join(dir, 'a'))
    execFileSync('mkfifo', [join(dir, 'a')])
    writeFiles(dir, { b: 'B\n' })
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ modified: 1 })
    steps.workTree.close()
  })
})
