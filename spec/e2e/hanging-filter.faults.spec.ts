import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, start, until } from '../support/program.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'

afterEach(endAll)

/** Milliseconds: a filter that does nothing is looked at twice, after 30 and after 60 seconds. */
const patience = 180_000

const waits = 'sleep 600; cat'

/** Nothing in it has the filter yet. */
const setUp = (filter: 'clean' | 'smudge') => {
  const remote = bareRemote()
  const path = cloneOf(remote)
  writeFiles(path, { '.gitattributes': '*.slow filter=slow\n', first: 'first\n' })
  commitAll(path, 'First')
  git(path, ['push', '-q', '-u', 'origin', 'main'])
  git(path, ['config', `filter.slow.${filter}`, waits])
  return { remote, path }
}

const isLocked = (path: string): boolean => existsSync(join(path, '.git/index.lock'))

describe('a filter that waits for ever', () => {
  it(
    'as its file is saved leaves out that file, and nothing else',
    async () => {
      const { path } = setUp('clean')
      writeFiles(path, { 'a.slow': 'a\n', b: 'b\n' })
      const first = await gitsync(['once', '--json', path])
      expect(first.code).toBe(0)
      const skipped = outcomesOf(first).filter(({ type }) => type === 'PathSkipped')
      expect(skipped).toMatchObject([{ path: 'a.slow', reason: 'filter-unavailable' }])
      expect(git(path, ['ls-tree', '--name-only', 'origin/main'])).toBe('.gitattributes\nb\nfirst')
      expect(isLocked(path)).toBe(false)
      git(path, ['config', '--unset', 'filter.slow.clean'])
      expect((await gitsync(['once', path])).code).toBe(0)
      expect(git(path, ['show', 'origin/main:a.slow'])).toBe('a')
      expect(git(path, ['status', '--porcelain'])).toBe('')
    },
    patience,
  )

  it(
    'as another machine’s file comes is told, and done once it is mended',
    async () => {
      const { remote, path } = setUp('smudge')
      const other = cloneOf(remote)
      writeFiles(other, { 'a.slow': 'a\n' })
      commitAll(other, 'Slow')
      git(other, ['push', '-q'])
      writeFiles(path, { b: 'b\n' })
      const first = await gitsync(['once', '--json', path])
      expect(first.code).toBe(1)
      expect(outcomesOf(first).find(({ type }) => type === 'Halted')).toMatchObject({
        problem: { kind: 'unexpected', message: expect.stringContaining('filter') as string },
      })
      expect(git(path, ['status', '--porcelain'])).toBe('')
      expect(git(path, ['show', 'HEAD:b'])).toBe('b')
      git(path, ['config', '--unset', 'filter.slow.smudge'])
      expect((await gitsync(['once', path])).code).toBe(0)
      expect(git(path, ['show', 'HEAD:a.slow'])).toBe('a')
      expect(git(path, ['rev-parse', 'origin/main'])).toBe(git(path, ['rev-parse', 'HEAD']))
    },
    patience,
  )

  it(
    'does not keep a stop waiting',
    async () => {
      const { path } = setUp('clean')
      writeFiles(path, { 'a.slow': 'a\n', b: 'b\n' })
      const running = start(['run', '--json', path])
      await until('the filter', () => isLocked(path))
      const asked = Date.now()
      running.child.kill('SIGTERM')
      expect((await running.finished).code).toBe(0)
      expect(Date.now() - asked).toBeLessThan(30_000)
      expect(git(path, ['show', 'origin/main:b'])).toBe('b')
      expect(isLocked(path)).toBe(false)
    },
    patience,
  )
})
