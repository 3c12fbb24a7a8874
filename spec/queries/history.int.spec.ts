import {
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readHistory } from '../../src/queries/history.js'

const told = async (dir: string, path: string, count?: number) => {
  const { versions } = await readHistory(join(dir, path), count === undefined ? {} : { count })
  return versions.map(({ change, path: name, size, subject }) => [change, name, size, subject])
}

const text = (last: string): string => `${'line\n'.repeat(20)}${last}\n`

describe('the history of a file', () => {
  it('tells each version, newest first, through renames and deletions', async () => {
    const dir = committedRepository({ 'a.md': text('one') })
    renameSync(join(dir, 'a.md'), join(dir, 'ü b.md'))
    commitAll(dir, 'Moved')
    writeFiles(dir, { 'ü b.md': text('three') })
    git(dir, ['commit', '-qam', 'Edited\n\nSynced-by: laptop'])
    rmSync(join(dir, 'ü b.md'))
    commitAll(dir, 'Gone')
    const { repo, path, versions } = await readHistory(join(dir, 'ü b.md'))
    expect([repo, path]).toEqual([dir, 'ü b.md'])
    expect(versions).toMatchObject([
      { change: 'deleted', path: 'ü b.md', blob: null, size: null, machine: null },
      { change: 'modified', path: 'ü b.md', size: 106, machine: 'laptop', author: 'Ada Writer' },
      { change: 'renamed', path: 'ü b.md', from: 'a.md', size: 104 },
      { change: 'added', path: 'a.md', from: null, size: 104 },
    ])
    expect(versions.map(({ oid }) => oid)).toEqual(git(dir, ['log', '--format=%H']).split('\n'))
    expect(versions[1]?.blob).toBe(git(dir, ['rev-parse', 'HEAD~1:ü b.md']))
    expect(versions[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    expect(await told(dir, 'ü b.md', 2)).toHaveLength(2)
  })

  it('has what merges brought in: both sides, the joined text, and what lost', async () => {
    const dir = committedRepository({ a: text('base'), b: 'base\n' })
    git(dir, ['checkout', '-qb', 'side'])
    writeFiles(dir, { a: `side\n${text('base')}`, b: 'loses\n' })
    commitAll(dir, 'Side')
    git(dir, ['checkout', '-q', 'main'])
    writeFiles(dir, { a: text('main'), b: 'wins\n' })
    commitAll(dir, 'Main')
    git(dir, ['merge', '-q', '-X', 'ours', '-m', 'Joined', 'side'])
    expect((await told(dir, 'a')).map((one) => one[3]).sort()).toEqual([
      'First',
      'Joined',
      'Main',
      'Side',
    ])
    expect((await told(dir, 'b')).map((one) => one[3]).sort()).toEqual(['First', 'Main', 'Side'])
  })

  it('takes a name for what it is', async () => {
    const names = ['*.md', ':(top)x', '-x', 'a\nb', ' x', '\u0001x', 'a.md']
    const dir = committedRepository(Object.fromEntries(names.map((name) => [name, `${name}!`])))
    for (const name of names)
      expect(await told(dir, name)).toEqual([['added', name, Buffer.byteLength(name) + 1, 'First']])
  })

  it('is found from anywhere, through a linked folder, and not behind a link', async () => {
    const dir = committedRepository({ 'in/a': 'a\n' })
    const link = join(temporaryFolder(), 'link')
    symlinkSync(dir, link)
    expect((await readHistory(join(link, 'in/../in/a'))).path).toBe('in/a')
    symlinkSync('in/a', join(dir, 'l'))
    commitAll(dir, 'Link')
    expect(await told(dir, 'l')).toEqual([['added', 'l', 4, 'Link']])
    rmSync(join(dir, 'in'), { recursive: true })
    expect((await readHistory(join(link, 'in/a'))).versions).toHaveLength(1)
  })

  it('is empty where there is none', async () => {
    expect(await told(temporaryRepository(), 'a')).toEqual([])
    expect(await told(committedRepository({ a: 'a' }), 'b')).toEqual([])
    await expect(readHistory(join(temporaryFolder(), 'a'))).rejects.toThrow('no git work tree')
  })

  it('says what can be done about a name that is not in UTF-8, which no program of Node is given as it is', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/caf`), Buffer.from([0xe9])]), 'one\n')
    commitAll(dir, 'Named')
    const name = String.fromCodePoint(0xfffd)
    await expect(readHistory(join(dir, `caf${name}`))).rejects.toMatchObject({
      problem: { kind: 'not-found', remedy: expect.stringContaining('git log -- NAME') as string },
    })
    writeFiles(dir, { [name]: 'another thing\n' })
    commitAll(dir, 'Named so')
    expect(await told(dir, name)).toHaveLength(1)
  })
})
