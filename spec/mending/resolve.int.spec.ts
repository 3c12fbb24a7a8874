import {
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveConflict } from '../../src/mending/resolve.js'
import {
  committed,
  contentOf,
  expectAtRest,
  isInHistory,
  noConfig,
  refusal,
  writeCopy,
} from '../support/mending.js'

const seconds = Date.UTC(2026, 10, 22, 17, 12, 59) / 1000

const conflicted = (path = 'todo.md', content = 'other\n') => {
  const dir = committedRepository({ [path]: 'this\n' })
  const copy = writeCopy(dir, path, content, seconds)
  commitAll(dir, 'Merge')
  return { dir, copy, at: join(dir, copy) }
}

describe('a conflict copy', () => {
  it('goes, where this is kept', async () => {
    const { dir, copy, at } = conflicted()
    const done = await resolveConflict(noConfig, at, { keep: 'this' })
    expect(done).toMatchObject({ type: 'Resolved', copy, origin: 'todo.md', as: null })
    expect(contentOf(dir, 'todo.md')).toBe('this\n')
    expect(contentOf(dir, copy)).toBeNull()
    expect(isInHistory(dir, 'other\n')).toBe(true)
    expectAtRest(dir)
  })

  it('takes the place of its origin, where the other is kept', async () => {
    const { dir, copy, at } = conflicted('in a folder/f.tar.gz')
    writeFiles(dir, { 'in a folder/f.tar.gz': 'not saved\n' })
    await resolveConflict(noConfig, at, { keep: 'other' })
    expect(contentOf(dir, 'in a folder/f.tar.gz')).toBe('other\n')
    expect(contentOf(dir, copy)).toBeNull()
    for (const content of ['this\n', 'not saved\n']) expect(isInHistory(dir, content)).toBe(true)
    expectAtRest(dir)
  })

  it('as it was recorded, of a file that is encrypted by its path alone, is read again in its place', async () => {
    const dir = committedRepository({ '.gitattributes': '/todo.md filter=shift\n' })
    git(dir, ['config', 'filter.shift.clean', 'tr a-y b-z'])
    git(dir, ['config', 'filter.shift.smudge', 'tr b-z a-y'])
    writeFiles(dir, { 'todo.md': 'this\n' })
    const copy = writeCopy(dir, 'todo.md', 'puifs\n', seconds)
    commitAll(dir, 'Merge')
    await resolveConflict(noConfig, join(dir, copy), { keep: 'other' })
    expect(contentOf(dir, 'todo.md')).toBe('other\n')
    expect(committed(dir, 'todo.md')).toBe('puifs\n')
    expectAtRest(dir)
  })

  it('gets a name of its own, where both are kept', async () => {
    const { dir, copy, at } = conflicted()
    const done = await resolveConflict(noConfig, at, { keep: 'both', as: null })
    expect(done).toMatchObject({ as: 'todo-20261122-171259.md' })
    expect(contentOf(dir, 'todo-20261122-171259.md')).toBe('other\n')
    expect(contentOf(dir, 'todo.md')).toBe('this\n')
    expect(contentOf(dir, copy)).toBeNull()
    expectAtRest(dir)
  })

  it('gets a shorter one, where its own would be too long', async () => {
    const { dir, at } = conflicted(`${'ä'.repeat(126)}.md`)
    const done = await resolveConflict(noConfig, at, { keep: 'both', as: null })
    const as = `${'ä'.repeat(118)}-20261122-171259.md`
    expect(done).toMatchObject({ as })
    expect(contentOf(dir, as)).toBe('other\n')
    expectAtRest(dir)
  })

  it('gets no name that is taken', async () => {
    const { dir, at } = conflicted()
    writeFiles(dir, { 'todo-20261122-171259.md': 'mine\n' })
    const done = await resolveConflict(noConfig, at, { keep: 'both', as: null })
    expect(done).toMatchObject({ as: 'todo-20261122-171259-2.md' })
    const { at: again } = { at: join(dir, writeCopy(dir, 'todo.md', 'third\n', seconds)) }
    const as = join(dir, 'todo.md')
    expect(refusal(await resolveConflict(noConfig, again, { keep: 'both', as })).message).toContain(
      'there already',
    )
    const named = join(dir, 'in/third.md')
    await resolveConflict(noConfig, again, { keep: 'both', as: named })
    expect(contentOf(dir, 'in/third.md')).toBe('third\n')
  })

  it('that is in no commit yet is committed before it goes', async () => {
    const dir = committedRepository({ a: 'this\n' })
    const copy = writeCopy(dir, 'a', 'other\n', seconds)
    const done = await resolveConflict(noConfig, join(dir, copy), { keep: 'this' })
    expect(done).toMatchObject({ saved: git(dir, ['rev-parse', 'HEAD~1']) })
    expect(isInHistory(dir, 'other\n')).toBe(true)
  })

  it('is settled alone, where its origin has several', async () => {
    const { dir, copy, at } = conflicted()
    const second = writeCopy(dir, 'todo.md', 'third\n', seconds + 60)
    await resolveConflict(noConfig, at, { keep: 'other' })
    expect(contentOf(dir, copy)).toBeNull()
    expect(contentOf(dir, second)).toBe('third\n')
    await resolveConflict(noConfig, join(dir, second), { keep: 'this' })
    expect(contentOf(dir, 'todo.md')).toBe('other\n')
    expectAtRest(dir)
  })

  it('of a name that had to be shortened finds its origin', async () => {
    const origin = `${'n'.repeat(240)}.md`
    const { dir, at } = conflicted(origin)
    const done = await resolveConflict(noConfig, at, { keep: 'other' })
    expect(done).toMatchObject({ origin })
    expect(contentOf(dir, origin)).toBe('other\n')
  })

  it('is all that there is where the origin is gone', async () => {
    const { dir, at } = conflicted()
    rmSync(join(dir, 'todo.md'))
    const refused = refusal(await resolveConflict(noConfig, at, { keep: 'this' }))
    expect(refused.message).toContain('not there any more')
    await resolveConflict(noConfig, at, { keep: 'other' })
    expect(contentOf(dir, 'todo.md')).toBe('other\n')
    expectAtRest(dir)
  })

  it('that git ignores is not removed', async () => {
    const dir = committedRepository({ '.gitignore': 'a*\n' })
    const copy = writeCopy(dir, 'a', 'other\n', seconds)
    for (const keep of ['this', 'other'] as const) {
      const refused = refusal(await resolveConflict(noConfig, join(dir, copy), { keep }))
      expect(refused.message).toContain('in no commit')
    }
    expect(contentOf(dir, copy)).toBe('other\n')
  })

  it('is told from any other file', async () => {
    const { dir, copy } = conflicted()
    for (const path of ['todo.md', `${copy}x/y`, 'none'])
      expect(
        refusal(await resolveConflict(noConfig, join(dir, path), { keep: 'this' })).message,
      ).toContain('is no conflict copy')
  })
})

describe('a merge tool', () => {
  /** A real merge, so that there is a base. */
  const merged = () => {
    const dir = committedRepository({ 'a.txt': 'base\n' })
    git(dir, ['checkout', '-qb', 'side'])
    writeFiles(dir, { 'a.txt': 'other\n' })
    commitAll(dir, 'Other')
    git(dir, ['checkout', '-q', 'main'])
    writeFiles(dir, { 'a.txt': 'this\n' })
    commitAll(dir, 'This')
    git(dir, ['merge', '-q', '-s', 'ours', '--no-commit', 'side'])
    const copy = writeCopy(dir, 'a.txt', 'other\n', seconds)
    commitAll(dir, 'Merge')
    return { dir, copy, at: join(dir, copy) }
  }

  const configure = (dir: string, cmd: string) => {
    git(dir, ['config', 'merge.tool', 'fake'])
    git(dir, ['config', 'mergetool.fake.cmd', cmd])
    git(dir, ['config', 'mergetool.fake.trustExitCode', 'true'])
  }

  const leftIn = () => readdirSync(tmpdir()).filter((name) => name.startsWith('gitsync-merge-'))

  it('is given three versions, and what it makes of them is committed', async () => {
    const before = leftIn()
    const { dir, copy, at } = merged()
    configure(dir, 'cat "$BASE" "$LOCAL" "$REMOTE" > "$MERGED"')
    const done = await resolveConflict(noConfig, at, { keep: 'merged', tool: null })
    expect(done).toMatchObject({ type: 'Resolved', keep: 'merged' })
    expect(contentOf(dir, 'a.txt')).toBe('base\nthis\nother\n')
    expect(contentOf(dir, copy)).toBeNull()
    expectAtRest(dir)
    expect(leftIn()).toEqual(before)
  })

  it('is found by its name, and needs no base', async () => {
    const { dir, at } = conflicted()
    git(dir, ['config', 'mergetool.named.cmd', 'test -s "$BASE" || cat "$REMOTE" > "$MERGED"'])
    git(dir, ['config', 'mergetool.named.trustExitCode', 'true'])
    await resolveConflict(noConfig, at, { keep: 'merged', tool: 'named' })
    expect(contentOf(dir, 'todo.md')).toBe('other\n')
  })

  it.each([['exit 1'], ['true']])('that does %s changes nothing', async (cmd) => {
    const { dir, copy, at } = merged()
    configure(dir, cmd)
    const refused = refusal(await resolveConflict(noConfig, at, { keep: 'merged', tool: null }))
    expect(refused.message).toContain('did not finish')
    expect(contentOf(dir, 'a.txt')).toBe('this\n')
    expect(contentOf(dir, copy)).toBe('other\n')
    expectAtRest(dir)
  })

  it('does not undo what was written while it was open', async () => {
    const { dir, copy, at } = merged()
    const kept = temporaryFolder()
    configure(dir, `cat "$REMOTE" > "$MERGED"; echo meanwhile > '${dir}/a.txt'; touch '${kept}/x'`)
    const refused = refusal(await resolveConflict(noConfig, at, { keep: 'merged', tool: null }))
    expect(refused.kind).toBe('work-tree-moved')
    expect(contentOf(dir, 'a.txt')).toBe('meanwhile\n')
    expect(contentOf(dir, copy)).toBe('other\n')
    const [, folder = ''] = /in (\S+)\.$/.exec(refused.message) ?? []
    expect(contentOf(folder, 'a.txt')).toBe('other\n')
    rmSync(folder, { recursive: true })
  })
})
