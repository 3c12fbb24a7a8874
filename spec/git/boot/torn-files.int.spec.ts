import { settingsOf } from '../../support/settings.js'
import { looseAt } from '../../support/loose-objects.js'
import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mendAfterBoot } from '../../../src/git/boot/after-boot.js'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { libgit2 } from '../../../src/git/libgit2.js'
import { openRepository } from '../../../src/git/repository.js'

const content = 'What a program had saved and no disk had.\n'.repeat(20_000)

const timeOf = (nanoseconds: bigint) => ({
  seconds: Number(nanoseconds / 1_000_000_000n),
  nanoseconds: Number(nanoseconds % 1_000_000_000n),
})

/** As a power cut leaves files: they are shorter, and the index has both of their times, which nobody can set. */
const tear = async (dir: string, files: Readonly<Record<string, string>>): Promise<void> => {
  const index = await libgit2.Index.open(join(dir, '.git/index'))
  for (const [path, text] of Object.entries(files)) {
    const entry = index.getByPath(path)
    if (entry === undefined) throw new Error(path)
    writeFileSync(join(dir, path), text)
    const { mtimeNs, ctimeNs } = statSync(join(dir, path), { bigint: true })
    await index.add({ ...entry, mtime: timeOf(mtimeNs), ctime: timeOf(ctimeNs) })
  }
  await index.write()
}

const half = content.length / 2
const lastPage = content.length - (content.length % 4096)

/** As if it had been written at the same moment as the file, which a clock may tell by the second alone. */
const letIndexDoubt = (dir: string, path: string): void => {
  const { atime, mtime } = statSync(join(dir, path))
  utimesSync(join(dir, '.git/index'), atime, mtime)
}

/** As if it had been written a while after the files: only then are their times believed. */
const letIndexVouch = (dir: string): void => {
  const later = Date.now() / 1000 + 10
  utimesSync(join(dir, '.git/index'), later, later)
}

const tearings: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['its first half', content.slice(0, half)],
  ['zeros', '\0'.repeat(half)],
  [
    'zeros up to its middle, where it ends too early',
    `${'\0'.repeat(half)}${content.slice(half, -1)}`,
  ],
]

/** Files that were committed and not written to since. */
const committed = (files: Readonly<Record<string, string>>): string => {
  const dir = committedRepository({ other: 'other\n' })
  writeFiles(dir, files)
  git(dir, ['add', '-A'])
  git(dir, ['commit', '-q', '-m', 'Files'])
  mkdirSync(join(dir, '.git/gitsync'), { recursive: true })
  return dir
}

const mend = async (dir: string, boot = 'next'): Promise<void> => {
  const repository = await openRepository(dir)
  await mendAfterBoot(repository, await openIndexCopy(repository), { boot }, settingsOf(dir))
}

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8')

const status = (dir: string): string => git(dir, ['status', '--porcelain'])

describe('a file of which a power cut left a piece', () => {
  it.each(tearings)('that is %s is given back', async (_, text) => {
    const dir = committed({ 'a/b': content })
    chmodSync(join(dir, 'a/b'), 0o600)
    await tear(dir, { 'a/b': text })
    expect(status(dir)).toBe(' M a/b')
    await mend(dir)
    expect(read(dir, 'a/b')).toBe(content)
    expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o600)
    expect(status(dir)).toBe('')
    expect(existsSync(join(dir, '.git/gitsync/torn-files'))).toBe(false)
  })

  it.each([
    ['its whole length', '\0'.repeat(content.length)],
    ['its second half', `${content.slice(0, half)}${'\0'.repeat(half)}`],
    ['a page of it', `${content.slice(0, 4096)}${'\0'.repeat(4096)}${content.slice(8192)}`],
    ['its end', `${content.slice(0, lastPage)}${'\0'.repeat(content.length - lastPage)}`],
  ])('that has zeros in %s is given back, though its size is right', async (_, text) => {
    const dir = committed({ 'a/b': content })
    await tear(dir, { 'a/b': text })
    letIndexVouch(dir)
    expect(status(dir)).toBe('')
    await mend(dir)
    expect(read(dir, 'a/b')).toBe(content)
    expect(status(dir)).toBe('')
  })

  it('that has zeros is given back where the index does not vouch for it, as right after a save', async () => {
    const dir = committed({ 'a/b': content })
    await tear(dir, { 'a/b': '\0'.repeat(content.length) })
    letIndexDoubt(dir, 'a/b')
    expect(status(dir)).toBe(' M a/b')
    await mend(dir)
    expect(read(dir, 'a/b')).toBe(content)
  })

  it('is given back with what was staged, which no commit has yet', async () => {
    const dir = committed({ 'a/b': 'before\n' })
    writeFiles(dir, { 'a/b': content, 'c d': content })
    git(dir, ['add', '-A'])
    await tear(dir, { 'a/b': '', 'c d': '' })
    await mend(dir)
    expect([read(dir, 'a/b'), read(dir, 'c d')]).toEqual([content, content])
    expect(status(dir)).toBe('M  a/b\nA  "c d"')
  })

  it('is given back as its attributes have it, which may be torn too', async () => {
    const dir = committed({ '.gitattributes': '*.txt text eol=crlf\n*.up filter=up\n' })
    git(dir, ['config', 'filter.up.clean', 'tr a-z A-Z'])
    git(dir, ['config', 'filter.up.smudge', 'tr A-Z a-z'])
    writeFiles(dir, { 'a.txt': 'one\r\ntwo\r\n', 'd/b.up': 'three\n' })
    git(dir, ['add', '-A'])
    await tear(dir, { 'a.txt': '', 'd/b.up': '', '.gitattributes': '' })
    await mend(dir)
    expect(read(dir, 'a.txt')).toBe('one\r\ntwo\r\n')
    expect(read(dir, 'd/b.up')).toBe('three\n')
    expect(read(dir, '.gitattributes')).toContain('eol=crlf')
    await tear(dir, { 'd/b.up': 'th' })
    await mend(dir, 'the one after')
    expect(read(dir, 'd/b.up')).toBe('three\n')
  })

  it('is given back where an earlier try was cut short', async () => {
    const dir = committed({ 'a/b': content, gone: 'gone\n' })
    const aside = join(dir, '.git/gitsync/torn-files/aside')
    mkdirSync(aside, { recursive: true })
    const n = createHash('sha1').update('a/b').digest().readUIntBE(0, 6)
    await tear(dir, { 'a/b': '' })
    renameSync(join(dir, 'a/b'), join(aside, String(n)))
    rmSync(join(dir, 'gone'))
    await mend(dir)
    expect(read(dir, 'a/b')).toBe(content)
    // Nothing is known of this one: a person may have removed it.
    expect(status(dir)).toBe(' D gone')
    expect(existsSync(aside)).toBe(false)
  })
})

describe('what is no piece of what was there', () => {
  const stays = async (dir: string, expected: string, boot?: string): Promise<void> => {
    expect(status(dir)).toBe(expected)
    await mend(dir, boot)
    expect(status(dir)).toBe(expected)
  }

  it.each([
    ['another content', 'Another\n'],
    ['one byte else, and one less', `x${content.slice(1, -1)}`],
    ['more of it', `${content}more\n`],
    ['a piece with a byte else', `${content.slice(0, half)}x`],
  ])('stays: %s', async (_, text) => {
    const dir = committed({ 'a/b': content })
    await tear(dir, { 'a/b': text })
    await stays(dir, ' M a/b')
    expect(read(dir, 'a/b')).toBe(text)
  })

  it('stays: what a person emptied, removed, or made executable', async () => {
    const dir = committed({ emptied: content, removed: content, script: content })
    writeFileSync(join(dir, 'emptied'), '')
    rmSync(join(dir, 'removed'))
    chmodSync(join(dir, 'script'), 0o755)
    await stays(dir, ' M emptied\n D removed\n M script')
  })

  it('stays: what a program has shortened and given the time from before', async () => {
    const dir = committed({ 'a/b': content })
    const { mtimeNs } = statSync(join(dir, 'a/b'), { bigint: true })
    execFileSync('touch', ['-r', join(dir, 'a/b'), join(dir, '.git/before')])
    writeFileSync(join(dir, 'a/b'), content.slice(0, half))
    execFileSync('touch', ['-r', join(dir, '.git/before'), join(dir, 'a/b')])
    expect(statSync(join(dir, 'a/b'), { bigint: true }).mtimeNs).toBe(mtimeNs)
    await stays(dir, ' M a/b')
  })

  it('stays: zeros that are meant, in what was committed and in what was not', async () => {
    const dir = committed({ committed: `${'\0'.repeat(9000)}x`, edited: content })
    writeFileSync(join(dir, 'edited'), '\0'.repeat(content.length))
    await stays(dir, ' M edited')
    expect(read(dir, 'committed')).toBe(`${'\0'.repeat(9000)}x`)
  })

  it('stays: zeros in a file that a filter keeps elsewhere', async () => {
    const dir = committed({ '.gitattributes': '*.big filter=big\n' })
    git(dir, ['config', 'filter.big.clean', 'sha1sum'])
    git(dir, ['config', 'filter.big.smudge', 'cat'])
    writeFiles(dir, { 'a.big': content })
    git(dir, ['add', '-A'])
    const zeros = '\0'.repeat(content.length)
    await tear(dir, { 'a.big': zeros })
    letIndexVouch(dir)
    await mend(dir)
    expect(read(dir, 'a.big')).toBe(zeros)
  })

  it('stays: what lies behind a link, or cannot be read', async () => {
    const dir = committed({ 'a/b': content, closed: content })
    renameSync(join(dir, 'a'), join(dir, '.git/elsewhere'))
    symlinkSync('.git/elsewhere', join(dir, 'a'))
    await tear(dir, { 'a/b': '' })
    await tear(dir, { closed: '' })
    chmodSync(join(dir, 'closed'), 0)
    await mend(dir)
    expect(read(dir, '.git/elsewhere/b')).toBe('')
  })

  it('stays: what nobody lost at this boot', async () => {
    const dir = committed({ 'a/b': content })
    await mend(dir, 'this')
    await tear(dir, { 'a/b': '' })
    await stays(dir, ' M a/b', 'this')
  })

  it('stays: what the index has no content of', async () => {
    const dir = committed({ 'a/b': content })
    const oid = git(dir, ['rev-parse', 'HEAD:a/b'])
    rmSync(looseAt(dir, oid))
    await tear(dir, { 'a/b': '' })
    await stays(dir, ' M a/b')
  })
})
