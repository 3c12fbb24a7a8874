import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf } from '../support/program.js'

afterEach(endAll)

const env = { XDG_STATE_HOME: temporaryFolder() }

const away = (remote: string): string => `${remote}-away`

/** Two clones of one remote; of the first, three commits that were made while the remote was away. */
const afterOutage = async (
  ...flags: readonly string[]
): Promise<{ readonly dir: string; readonly other: string; readonly made: readonly string[] }> => {
  const remote = bareRemote()
  const dir = cloneOf(remote)
  writeFiles(dir, { 'a.md': 'first\n' })
  commitAll(dir, 'First')
  git(dir, ['push', '-q', '-u', 'origin', 'main'])
  const other = cloneOf(remote)
  renameSync(remote, away(remote))
  const made: string[] = []
  for (const text of ['one\n', 'two\n', 'three\n']) {
    writeFiles(dir, { 'a.md': text })
    expect(await gitsync(['once', dir, ...flags], env)).toMatchObject({ code: 75 })
    made.push(git(dir, ['rev-parse', 'HEAD']))
  }
  renameSync(away(remote), remote)
  return { dir, other, made }
}

const typesOf = (outcomes: ReturnType<typeof outcomesOf>): readonly string[] =>
  outcomes.map(({ type }) => type).filter((type) => /^(Commit|Merge|Fast|Pushed)/.test(type))

const subjects = (dir: string): readonly string[] =>
  git(dir, ['log', '--format=%s', '--no-merges', 'origin/main']).split('\n')

describe('squash', () => {
  it.each(['merge', 'rebase'])(
    'makes one commit of what an outage left, before it meets the other side (%s)',
    async (integrate) => {
      const flags = ['--squash', '1h', '--integrate', integrate]
      const { dir, other, made } = await afterOutage(...flags)
      writeFiles(other, { 'b.md': 'theirs\n' })
      commitAll(other, 'Theirs')
      git(other, ['push', '-q'])
      const pass = await gitsync(['once', dir, '--json', ...flags], env)
      expect(pass.code).toBe(0)
      expect(typesOf(outcomesOf(pass))).toEqual(['CommitsSquashed', 'MergeCommitted', 'Pushed'])
      expect(subjects(dir).toSorted()).toEqual(['First', 'Theirs', 'Update a.md'])
      expect(readFileSync(join(dir, 'a.md'), 'utf8')).toBe('three\n')
      const kept = git(dir, ['rev-list', '--glob=refs/gitsync/former/*'])
      for (const oid of made) expect(kept).toContain(oid)
      expect(git(dir, ['status', '--porcelain'])).toBe('')
      expect(git(dir, ['fsck', '--strict', '--no-dangling'])).toBe('')
      const quiet = await gitsync(['once', dir, '--json', ...flags], env)
      expect(typesOf(outcomesOf(quiet))).toEqual([])
    },
  )

  it('is off by default, and where nothing is pushed', async () => {
    const { dir } = await afterOutage()
    const still = await gitsync(['once', dir, '--json', '--squash', '1h', '--no-push'], env)
    expect(typesOf(outcomesOf(still))).toEqual([])
    const pass = await gitsync(['once', dir, '--json'], env)
    expect(typesOf(outcomesOf(pass))).toEqual(['Pushed'])
    expect(subjects(dir)).toHaveLength(4)
    expect(git(dir, ['for-each-ref', 'refs/gitsync'])).not.toContain('former')
  })

  it('is gone back from by undo, as a whole, and by restore, to each version', async () => {
    const flags = ['--squash', '1h']
    const { dir, made } = await afterOutage(...flags)
    await gitsync(['once', dir, ...flags], env)
    const file = join(dir, 'a.md')
    const restored = await gitsync(['restore', file, '--version', made[0] ?? ''], env)
    expect(restored).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe('one\n')
    expect(await gitsync(['undo', dir], env)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe('three\n')
    expect(await gitsync(['undo', dir], env)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe('first\n')
  })

  it('knows its own commits by the journal alone, whatever their message', async () => {
    const flags = ['--squash', '1h', '--message', 'saved']
    const { dir } = await afterOutage(...flags)
    git(dir, ['commit', '-q', '--amend', '-m', 'saved, and looked at'])
    writeFiles(dir, { 'a.md': 'four\n' })
    const pass = await gitsync(['once', dir, '--json', ...flags], env)
    expect(typesOf(outcomesOf(pass))).toEqual(['CommitCreated', 'Pushed'])
    expect(subjects(dir)).toHaveLength(5)
  })
})
