import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  identify,
  writeFiles,
} from '../../support/temp-repositories.js'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openExfatDisk } from '../../support/exfat-disk.js'
import { endAll, gitsync } from '../../support/program.js'

const disk = openExfatDisk()

afterEach(endAll)

// Whoever may not mount one is told so by openExfatDisk.
describe.skipIf(disk === null)('a disk that takes names which differ in case for one', () => {
  const room = disk?.folder ?? ''
  afterAll(() => disk?.unmount())

  let clones = 0

  /** One on such a disk and one elsewhere, with these files. */
  const machines = (files: Readonly<Record<string, string>>) => {
    const remote = bareRemote()
    const there = cloneOf(remote)
    writeFiles(there, files)
    commitAll(there, 'First')
    git(there, ['push', '-q', '-u', 'origin', 'main'])
    clones += 1
    const here = join(room, String(clones))
    git(room, ['clone', '-q', remote, here])
    identify(here)
    expect(git(here, ['config', 'core.ignorecase'])).toBe('true')
    return { remote, there, here }
  }

  const rename = (there: string, from: string, to: string): void => {
    git(there, ['mv', from, `${to}.new`])
    git(there, ['mv', `${to}.new`, to])
    git(there, ['commit', '-q', '-m', `${to}, written so`])
    git(there, ['push', '-q'])
  }

  const pathsOf = (here: string): readonly string[] =>
    git(here, ['ls-tree', '-r', '--name-only', 'HEAD']).split('\n')

  const sync = async (here: string): Promise<void> => {
    const { code, stderr } = await gitsync(['once', here])
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/warn|error/) as string])
  }

  const level = async ({ remote, here }: ReturnType<typeof machines>): Promise<void> => {
    await sync(here)
    const head = git(here, ['rev-parse', 'HEAD'])
    await sync(here)
    expect(git(here, ['rev-parse', 'HEAD'])).toBe(head)
    expect(git(remote, ['rev-parse', 'main'])).toBe(head)
    expect(git(here, ['status', '--porcelain'])).toBe('')
  }

  it('has a file under the name that the remote gives it', async () => {
    const all = machines({ 'readme.md': 'text\n', other: 'other\n' })
    rename(all.there, 'readme.md', 'README.md')
    await level(all)
    expect(readdirSync(all.here).toSorted()).toEqual(['.git', 'README.md', 'other'])
    expect(pathsOf(all.here)).toEqual(['README.md', 'other'])
  })

  it('has it with what was edited here', async () => {
    const all = machines({ 'readme.md': 'text\n', other: 'other\n' })
    rename(all.there, 'readme.md', 'README.md')
    writeFiles(all.here, { 'readme.md': 'text\nours\n' })
    await level(all)
    expect(pathsOf(all.here)).toEqual(['README.md', 'other'])
    expect(readFileSync(join(all.here, 'README.md'), 'utf8')).toBe('text\nours\n')
  })

  it.each([
    ['', []],
    [', beside what git ignores', ['ignored']],
  ])('has a folder with all its files%s', async (_, ignored) => {
    const names = ['a', 'b', 'deep/c']
    const files = names.map((name) => [`photos/${name}`, `${name}\n`] as const)
    const all = machines({ ...Object.fromEntries(files), '.gitignore': 'ignored\n' })
    writeFiles(all.here, Object.fromEntries(ignored.map((name) => [`photos/${name}`, 'mine\n'])))
    rename(all.there, 'photos', 'Photos')
    await level(all)
    for (const name of names)
      expect(readFileSync(join(all.here, 'Photos', name), 'utf8')).toBe(`${name}\n`)
    for (const name of ignored)
      expect(readFileSync(join(all.here, 'Photos', name), 'utf8')).toBe('mine\n')
    expect(pathsOf(all.here)).toEqual(['.gitignore', ...names.map((name) => `Photos/${name}`)])
  })

  it.each([
    ['both', { 'A.txt': 'A\n', 'a.txt': 'a\n' }, {}],
    ['the second', { 'a.txt': 'a\n' }, { 'A.txt': 'A\n' }],
    ['a folder of the second', { 'a.txt/b': 'b\n' }, { 'A.txt': 'A\n' }],
  ])('waits for a person where two names come to one, %s', async (_, added, known) => {
    const all = machines({ other: 'other\n', ...known })
    const before = readdirSync(all.here).toSorted()
    writeFiles(all.there, added)
    commitAll(all.there, 'Two of one name')
    git(all.there, ['push', '-q'])
    writeFiles(all.here, { mine: 'mine\n' })
    for (let n = 0; n < 2; n += 1) {
      const { code, stderr } = await gitsync(['once', all.here])
      expect(code).toBe(1)
      expect(stderr).toMatch(/halted \(unexpected\): .*which are one name on this disk.*Rename one/)
    }
    expect(readdirSync(all.here).toSorted()).toEqual([...before, 'mine'].toSorted())
    expect(git(all.here, ['status', '--porcelain'])).toBe('')
    git(all.there, ['mv', 'a.txt', 'b.txt'])
    git(all.there, ['commit', '-q', '-m', 'Two names'])
    git(all.there, ['push', '-q'])
    await level(all)
    expect(readFileSync(join(all.here, 'A.txt'), 'utf8')).toBe('A\n')
  })

  it.each(['rendered', 'taken-away', 'removed', 'placed', 'published', 'ref-moved'])(
    'goes on after a kill at %s',
    async (step) => {
      const all = machines({ 'readme.md': 'text\n', 'dir/x': 'x\n', other: 'other\n' })
      git(all.there, ['mv', 'dir', 'dir.new'])
      git(all.there, ['mv', 'dir.new', 'Dir'])
      rename(all.there, 'readme.md', 'README.md')
      const killed = await gitsync(['once', all.here], { GITSYNC_TEST_KILL_AT: step })
      expect(killed.code).toBeNull()
      await level(all)
      expect(pathsOf(all.here)).toEqual(['Dir/x', 'README.md', 'other'])
      expect(readFileSync(join(all.here, 'README.md'), 'utf8')).toBe('text\n')
      expect(readFileSync(join(all.here, 'Dir/x'), 'utf8')).toBe('x\n')
    },
  )
})
