import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { openRepository } from '../../../src/git/repository.js'
import { committedRepository, git } from '../../support/temp-repositories.js'

describe('an entry that the index does not vouch for any more', () => {
  it.each([
    ['assume-unchanged', 'h a'],
    ['skip-worktree', 'S a'],
  ])('is kept out of commits as before where a person said so, by --%s', async (mark, shown) => {
    const dir = committedRepository({ a: 'a\n' })
    git(dir, ['update-index', `--${mark}`, 'a'])
    utimesSync(join(dir, 'a'), 1, 1)
    const copy = await openIndexCopy(await openRepository(dir))
    await copy.locked((held) => held.publish(['a']))
    expect(git(dir, ['ls-files', '-v', 'a'])).toBe(shown)
    expect(git(dir, ['ls-files', '--debug', 'a'])).toContain('mtime: 0:0')
  })
})
