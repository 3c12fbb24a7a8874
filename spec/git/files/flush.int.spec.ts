import { readFileSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { libgit2 } from '../../../src/git/libgit2.js'
import { looseAt } from '../../support/loose-objects.js'
import { stepsOn } from '../../support/steps.js'
import { watched, watchHandles } from '../../support/watched-flushes.js'
import {
  commitAll,
  committedRepository,
  git,
  oracleTree,
  treeOf,
  writeFiles,
} from '../../support/temp-repositories.js'

vi.mock('node:fs', async (original) => {
  const { watchedFiles } = await import('../../support/watched-flushes.js')
  return watchedFiles(await original())
})

afterEach(() => {
  watched.tell = () => undefined
  vi.restoreAllMocks()
})

/** Where the branch stood whenever a file came to the disk. */
const watchFlushes = async (dir: string): Promise<Map<string, string>> => {
  const seen = new Map<string, string>()
  watched.tell = (file) => {
    seen.set(file, readFileSync(join(dir, '.git/refs/heads/main'), 'utf8').trim())
  }
  await watchHandles(dir)
  return seen
}

const objectsOf = (dir: string, range: string): readonly string[] =>
  git(dir, ['rev-list', '--objects', '--no-object-names', range]).split('\n')

/** What is flushed is told by /proc, which only Linux has. */
const hasProc = process.platform === 'linux'

describe.runIf(hasProc)('before a branch moves', () => {
  it('what others committed a moment ago is on the disk, and nothing older', async () => {
    const dir = committedRepository({ 'a/b.txt': 'b\n' })
    const base = git(dir, ['rev-parse', 'HEAD'])
    for (const oid of objectsOf(dir, 'HEAD')) {
      const ago = Date.now() / 1000 - 180
      utimesSync(looseAt(dir, oid), ago, ago)
    }
    writeFiles(dir, { 'a/b.txt': 'B\n' })
    commitAll(dir, 'By hand')
    writeFiles(dir, { 'c.txt': 'c\n' })
    commitAll(dir, 'By hand again')
    const head = git(dir, ['rev-parse', 'HEAD'])
    writeFiles(dir, { 'd.txt': 'd\n' })
    const steps = stepsOn(dir)
    const flushed = await watchFlushes(dir)
    await steps.save()
    const files = objectsOf(dir, `${base}..${head}`).map((oid) => looseAt(dir, oid))
    expect(files).toHaveLength(7)
    for (const file of [...files, join(dir, 'a/b.txt'), join(dir, 'c.txt')])
      expect([file, flushed.get(file)]).toEqual([file, head])
    expect(flushed.has(looseAt(dir, base))).toBe(false)
    flushed.clear()
    // What we brought there ourselves is.
    writeFiles(dir, { 'e.txt': 'e\n' })
    await steps.save()
    expect(flushed.has(files[0] ?? '')).toBe(false)
    steps.workTree.close()
  })

  it('everything that its commit brings is on the disk, and the index', async () => {
    const dir = committedRepository({ 'a/b/c.txt': 'c\n', 'a/d.txt': 'd\n' })
    const before = git(dir, ['rev-parse', 'HEAD'])
    const steps = stepsOn(dir)
    await steps.inspect()
    writeFiles(dir, { 'a/b/c.txt': 'C\n', 'e.txt': 'e\n' })
    // What a person's git wrote may not be there for good either.
    git(dir, ['add', 'e.txt'])
    const flushed = await watchFlushes(dir)
    await steps.save(['a/b/c.txt'])
    const brought = objectsOf(dir, `${before}..HEAD`).map((oid) => looseAt(dir, oid))
    expect(brought).toHaveLength(6)
    for (const file of [...brought, ...brought.map((path) => join(path, '..'))])
      expect([file, flushed.get(file)]).toEqual([file, before])
    expect(flushed.get(join(dir, '.git/gitsync/index'))).toBe(before)
    // Nor what a program saved: it would look like an edit that takes the commit back.
    for (const path of ['a/b/c.txt', 'a/b', 'e.txt', '.'])
      expect([path, flushed.get(join(dir, path))]).toEqual([path, before])
    steps.workTree.close()
  })

  it('libgit2 is told to bring the reference there', async () => {
    const dir = committedRepository({ 'a.txt': 'a\n' })
    const settings: unknown[] = []
    const opts = libgit2.Libgit2.opts.bind(libgit2.Libgit2)
    vi.spyOn(libgit2.Libgit2, 'opts').mockImplementation((option, value) => {
      settings.push([value, git(dir, ['rev-list', '--count', 'main'])])
      return opts(option, value)
    })
    const steps = stepsOn(dir)
    writeFiles(dir, { 'a.txt': 'b\n' })
    await steps.save()
    expect(settings).toEqual([
      [0, '1'],
      [1, '1'],
      [0, '2'],
      [1, '2'],
    ])
    steps.workTree.close()
  })
})

describe('many new files', () => {
  it('come to the disk in one pack, but for what is converted', async () => {
    const dir = committedRepository({ '.gitattributes': '*.txt text\n' })
    for (let n = 0; n < 600; n += 1) writeFiles(dir, { [`many/${n}.md`]: `${n}\n` })
    writeFiles(dir, { 'lines.txt': 'a\r\n', 'empty.md': '' })
    const steps = stepsOn(dir)
    await steps.save()
    const packs = readdirSync(join(dir, '.git/objects/pack')).filter((name) =>
      name.endsWith('pack'),
    )
    expect(packs).toHaveLength(1)
    expect(git(dir, ['count-objects', '-v'])).toMatch(/in-pack: 600/)
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    expect(treeOf(dir)).toEqual(oracleTree(dir))
    expect(git(dir, ['fsck', '--strict', '--no-dangling'])).toBe('')
    steps.workTree.close()
  })
})
