import {
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../support/temp-repositories.js'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { undoCommit } from '../../src/mending/undo.js'
import { createSyncPipeline } from '../../src/pipeline.js'
import { contentOf, expectAtRest, isInHistory, noConfig, refusal } from '../support/mending.js'

process.env.XDG_STATE_HOME = temporaryFolder()

const sync = (dir: string, message = '{{summary}}') =>
  lastValueFrom(
    createSyncPipeline(
      { repos: [{ path: dir, message, push: false, pull: false }] },
      { mode: 'once' },
    ),
  )

const lines = (...changed: readonly string[]): string =>
  `${Array.from({ length: 20 }, (_, n) => changed[n] ?? `line ${String(n)}`).join('\n')}\n`

const subject = (dir: string): string => git(dir, ['log', '-1', '--format=%s'])

describe('undo', () => {
  it('takes the last automatic commit back, in a new one', async () => {
    const dir = committedRepository({ 'a.md': 'one\n', 'b.md': 'b\n' })
    writeFiles(dir, { 'a.md': 'two\n', 'c.md': 'c\n' })
    rmSync(join(dir, 'b.md'))
    await sync(dir)
    const undid = { oid: git(dir, ['rev-parse', 'HEAD']), subject: subject(dir) }
    expect(await undoCommit(noConfig, join(dir, 'a.md'))).toMatchObject({ type: 'Undone', undid })
    expect(['a.md', 'b.md', 'c.md'].map((path) => contentOf(dir, path))).toEqual([
      'one\n',
      'b\n',
      null,
    ])
    expect(git(dir, ['log', '-1', '--format=%b'])).toContain(`This reverts commit ${undid.oid}.`)
    expectAtRest(dir)
  })

  it.each([
    ['a folder of a file', { a: 'file\n' }, { 'a/b/c': 'c\n', 'a/d': 'd\n' }],
    ['a file of a folder', { 'a/b/c': 'c\n', 'a/d': 'd\n' }, { a: 'file\n' }],
  ] as const)('gives back what was made %s', async (_, before, after) => {
    const dir = committedRepository({ ...before, '.gitignore': 'kept\n' })
    const tree = git(dir, ['rev-parse', 'HEAD^{tree}'])
    rmSync(join(dir, 'a'), { recursive: true })
    writeFiles(dir, after)
    await sync(dir)
    expect(await undoCommit(noConfig, dir)).toMatchObject({ type: 'Undone', kept: [] })
    expect(git(dir, ['rev-parse', 'HEAD^{tree}'])).toBe(tree)
    expectAtRest(dir)
  })

  it('leaves a folder alone in which something is in no commit', async () => {
    const dir = committedRepository({ a: 'file\n', '.gitignore': 'kept\n' })
    rmSync(join(dir, 'a'))
    writeFiles(dir, { 'a/b/c': 'c\n', 'a/b/kept': 'kept\n' })
    await sync(dir)
    expect(refusal(await undoCommit(noConfig, dir)).message).toContain('in no commit')
    expect(contentOf(dir, 'a/b/kept')).toBe('kept\n')
    expect(contentOf(dir, 'a/b/c')).toBe('c\n')
    expectAtRest(dir)
  })

  it('goes back one by one, also where no trailer tells which are automatic', async () => {
    const dir = committedRepository({ a: '0\n' })
    for (const text of ['1\n', '2\n']) {
      writeFiles(dir, { a: text })
      await sync(dir, 'of {{host}}')
    }
    await undoCommit(noConfig, dir)
    expect(contentOf(dir, 'a')).toBe('1\n')
    await undoCommit(noConfig, dir)
    expect(contentOf(dir, 'a')).toBe('0\n')
    expect(refusal(await undoCommit(noConfig, dir)).message).toContain('None of the last commits')
    expectAtRest(dir)
  })

  it('keeps what came later, committed by a person or not at all', async () => {
    const dir = committedRepository({ a: lines(), b: '' })
    writeFiles(dir, { a: lines('edited') })
    await sync(dir)
    writeFiles(dir, { b: 'by hand\n' })
    commitAll(dir, 'By hand')
    const saved = `${lines('edited')}at the end\n`
    writeFiles(dir, { a: saved })
    expect(await undoCommit(noConfig, dir)).toMatchObject({
      saved: git(dir, ['rev-parse', 'HEAD~1']),
    })
    expect(contentOf(dir, 'a')).toBe(`${lines()}at the end\n`)
    expect(contentOf(dir, 'b')).toBe('by hand\n')
    expect(isInHistory(dir, saved)).toBe(true)
    expectAtRest(dir)
  })

  it('takes another commit back where one is named, the first of all too', async () => {
    const dir = temporaryRepository()
    writeFiles(dir, { a: 'one\n', b: 'b\n' })
    const first = commitAll(dir, 'First')
    writeFiles(dir, { c: 'c\n' })
    commitAll(dir, 'Second')
    await undoCommit(noConfig, dir, first)
    expect(['a', 'b', 'c'].map((path) => contentOf(dir, path))).toEqual([null, null, 'c\n'])
    expectAtRest(dir)
  })

  it('is refused where later changes touch the same lines', async () => {
    const dir = committedRepository({ a: 'one\n' })
    const before = git(dir, ['rev-parse', '--short=7', 'HEAD'])
    writeFiles(dir, { a: 'two\n' })
    await sync(dir)
    writeFiles(dir, { a: 'three\n' })
    const head = commitAll(dir, 'By hand')
    const refused = refusal(await undoCommit(noConfig, dir))
    expect(refused.message).toContain('same lines of a as')
    expect(refused.remedy).toContain(`gitsync restore a --version ${before}`)
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(contentOf(dir, 'a')).toBe('three\n')
    expectAtRest(dir)
  })

  it('is refused for a merge', async () => {
    const dir = committedRepository({ a: 'one\n' })
    git(dir, ['checkout', '-qb', 'side'])
    writeFiles(dir, { b: 'b\n' })
    commitAll(dir, 'Side')
    git(dir, ['checkout', '-q', 'main'])
    git(dir, ['merge', '-q', '--no-ff', '-m', 'Joined', 'side'])
    const refused = refusal(await undoCommit(noConfig, dir, git(dir, ['rev-parse', 'HEAD'])))
    expect(refused.message).toContain('(Joined) is a merge')
    expect(refused.remedy).toContain('gitsync restore FILE --version')
    expectAtRest(dir)
  })

  it('has nothing to do in a repository without a commit', async () => {
    expect(refusal(await undoCommit(noConfig, temporaryRepository())).kind).toBe('not-found')
  })
})
