import { describe, expect, it } from 'vitest'
import { isIgnoreFile, isInsideGitDir } from '../../../src/streams/watch/change.js'
import { degradedBy } from '../../../src/streams/watch/failure.js'

describe('isInsideGitDir', () => {
  it.each(['.git', '.git/HEAD', 'x/.git', 'x/.git/refs/heads/a'])('%s is git’s own', (path) => {
    expect(isInsideGitDir(path)).toBe(true)
  })
  it.each(['.github/ci.yml', '.gitignore', 'my.git.notes/a', 'x.git/HEAD', 'a/.gitmodules', ''])(
    '%s is ordinary',
    (path) => {
      expect(isInsideGitDir(path)).toBe(false)
    },
  )
})

describe('isIgnoreFile', () => {
  it.each(['.gitignore', 'a/b/.gitignore'])('%s', (path) => {
    expect(isIgnoreFile(path)).toBe(true)
  })
  it.each(['a.gitignore', '.gitignore/a', '.gitignore~'])('not %s', (path) => {
    expect(isIgnoreFile(path)).toBe(false)
  })
})

describe('degradedBy', () => {
  const failure = (code: string): Error => Object.assign(new Error('text'), { code })
  it.each([
    [
      'ENOSPC',
      /^run: sudo sysctl fs\.inotify\.max_user_watches=(\d{6,}); to keep it: echo .*=\1 \| sudo tee/,
    ],
    ['EMFILE', /sudo sysctl fs\.inotify\.max_user_instances=\d{3,};.*ulimit -n/],
    ['ENOENT', /put the work tree back/],
    ['EIO', /tried again/],
  ])('%s has its remedy', (code, remedy) => {
    const degraded = degradedBy('native', failure(code))
    expect(degraded).toMatchObject({ kind: 'degraded', source: 'native', reason: 'text' })
    expect(degraded.remedy).toMatch(remedy)
  })
})
