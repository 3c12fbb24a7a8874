import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRepository } from '../../../src/git/repository.js'
import { readIgnoredDirectories } from '../../../src/git/status/status.js'
import { commitAll, temporaryRepository, git, writeFiles } from '../../support/temp-repositories.js'

/** What `git status` says of folders that a rule names. */
const asGitSays = (dir: string): readonly string[] =>
  git(dir, ['status', '--porcelain', '-z', '--untracked-files=all', '--ignored=matching'])
    .split('\0')
    .flatMap((line) => /^!! (.*)\/$/s.exec(line)?.slice(1) ?? [])
    .sort()

const asWeSay = async (dir: string): Promise<readonly string[]> =>
  (await readIgnoredDirectories(await openRepository(dir))).toSorted()

describe('the ignored directories', () => {
  it('are those that a rule names, not those with nothing but ignored files', async () => {
    const dir = temporaryRepository()
    writeFiles(dir, {
      '.gitignore': '*.log\nbuild/\nnode_modules\n/tracked/below/\nstar/a/*\n',
      'tracked/below/kept.txt': 'kept\n',
    })
    git(dir, ['add', '-f', '.'])
    commitAll(dir, 'First')
    writeFiles(dir, {
      'logs/only.log': '1',
      'build/x/1': '1',
      'deep/build/2': '1',
      'new/node_modules/a/3': '1',
      'tracked/below/new.txt': '1',
      'tracked/below/sub/q': '1',
      'star/a/b/z': '1',
      'inner/f.log': '1',
      ':(top)odd/build/1': '1',
    })
    mkdirSync(join(dir, 'empty/build'), { recursive: true })
    git(join(dir, 'inner'), ['init', '-q'])
    const found = await asWeSay(dir)
    expect(found).toEqual(asGitSays(dir))
    expect(found).toContain('new/node_modules')
    expect(found).not.toContain('logs')
  })

  const name = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const rule = fc
    .tuple(fc.constantFrom('', '!', '/'), path, fc.constantFrom('', '/', '/*', '*'))
    .map((parts) => parts.join(''))

  it('are those that git status names, whatever the rules and the files', async () => {
    const dir = temporaryRepository()
    const clear = (): void => {
      for (const entry of readdirSync(dir))
        if (entry !== '.git') rmSync(join(dir, entry), { recursive: true })
      rmSync(join(dir, '.git/index'), { force: true })
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(rule, { maxLength: 4 }),
        fc.array(rule, { maxLength: 2 }),
        fc.array(path, { maxLength: 3 }),
        fc.array(path, { maxLength: 6 }),
        async (rules, own, tracked, untracked) => {
          clear()
          writeFiles(dir, { '.gitignore': rules.join('\n') })
          for (const file of tracked) writeFiles(dir, { [`${file}/f`]: '1' })
          git(dir, ['add', '-f', '.'])
          for (const file of untracked) writeFiles(dir, { [`${file}/g`]: '2' })
          writeFiles(dir, { '.git/info/exclude': own.join('\n') })
          expect(await asWeSay(dir)).toEqual(asGitSays(dir))
        },
      ),
      { numRuns: 30 },
    )
  })
})
