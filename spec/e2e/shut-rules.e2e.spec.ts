import { bareRemote, cloneOf, commitAll, git, temporaryFolder, writeFiles } from '../support/temp-repositories.js' // prettier-ignore
import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { asNobody, giveToNobody } from '../support/nobody.js'
import { endAll, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

/** A published clone with rules, of somebody whom rights bind, and what came to it since. */
const theirClone = (
  rules: Readonly<Record<string, string>>,
  fresh: Readonly<Record<string, string>>,
) => {
  const [remote, state] = [bareRemote(), temporaryFolder()]
  const clone = cloneOf(remote)
  writeFiles(clone, { ...rules, 'known.txt': 'one\n', 'sub/known.txt': 'one\n' })
  commitAll(clone, 'First')
  git(clone, ['push', '-q', '-u', 'origin', 'main'])
  writeFiles(clone, fresh)
  for (const folder of [remote, clone, state]) giveToNobody(folder)
  const run = (...args: readonly string[]) =>
    start(args, { XDG_STATE_HOME: state, XDG_RUNTIME_DIR: state }, '/', asNobody)
  const files = () => git(remote, ['ls-tree', '-r', '--name-only', 'main']).split('\n')
  const shown = (path: string) => git(remote, ['show', `main:${path}`])
  /** Another machine's commit on top of it. */
  const theirs = (fresh: Readonly<Record<string, string>>) => {
    const there = cloneOf(remote)
    writeFiles(there, fresh)
    git(there, ['add', '-Af'])
    git(there, ['commit', '-qm', 'Theirs'])
    git(there, ['push', '-q'])
    giveToNobody(remote)
  }
  return { clone, remote, run, files, shown, theirs }
}

describe('a file of rules that may not be read', { timeout: 120_000 }, () => {
  it('keeps what is new below its folder out of commits, and that alone, until it can be', async () => {
    const { clone, run, files, shown } = theirClone(
      { 'sub/.gitignore': 'private*\n' },
      { 'sub/private.txt': 'p\n', 'sub/deep/private.txt': 'p\n', 'sub/new.txt': 'n\n', 'other.txt': 'o\n', 'sub/known.txt': 'two\n' }, // prettier-ignore
    )
    const rules = join(clone, 'sub/.gitignore')
    const before = files()
    chmodSync(rules, 0)
    const running = run('run', '--json', clone, '--debounce', '200ms')
    await untilWatched(running)
    await until('the rest is pushed', () => files().includes('other.txt'))
    expect(files()).toEqual([...before, 'other.txt'].sort())
    expect(shown('sub/known.txt')).toBe('two')
    const told = running.outcomes.filter(({ type }) => type === 'PathSkipped')
    expect(told).toContainEqual(expect.objectContaining({ path: 'sub/.gitignore', reason: 'unreadable-rules', remedy: expect.stringContaining('chmod u+r') as string })) // prettier-ignore
    expect(told).toHaveLength(2)
    const { stdout } = await run('once', '--dry-run', clone).finished
    expect(stdout.match(/unreadable-rules/g)).toHaveLength(1)
    chmodSync(rules, 0o644)
    await until('it goes on by itself', () => files().includes('sub/new.txt'))
    expect(files().filter((path) => path.includes('private'))).toEqual([])
  })

  it('is also one of the repository, or of the user for all of them', async () => {
    const { clone, run, files } = theirClone({}, { 'new.txt': 'n\n', 'known.txt': 'two\n' })
    const user = join(clone, '.git/their-ignore')
    git(clone, ['config', 'core.excludesFile', user])
    const shut = [join(clone, '.git/info/exclude'), user]
    for (const file of shut) {
      writeFiles('/', { [file]: 'private\n' })
      giveToNobody(file)
      chmodSync(file, 0)
      const { code, stderr } = await run('once', clone).finished
      expect([code, stderr]).toEqual([0, expect.stringContaining('(unreadable-rules)')])
      expect(files()).not.toContain('new.txt')
      chmodSync(file, 0o644)
    }
    expect((await run('once', clone).finished).code).toBe(0)
    expect(files()).toContain('new.txt')
  })

  it('holds edits back too where it may have them encrypted', async () => {
    const { clone, run, files, shown } = theirClone(
      { '.gitattributes': '*.txt filter=crypt\n' },
      { 'new.txt': 'n\n', 'known.txt': 'two\n' },
    )
    git(clone, ['config', 'filter.crypt.clean', 'tr a-z n-za-m'])
    chmodSync(join(clone, '.gitattributes'), 0)
    const { code, stderr } = await run('once', clone).finished
    expect([code, stderr]).toEqual([0, expect.stringContaining('.gitattributes (unreadable-rules)')]) // prettier-ignore
    expect(files()).not.toContain('new.txt')
    expect(shown('known.txt')).toBe('one')
    chmodSync(join(clone, '.gitattributes'), 0o644)
    expect((await run('once', clone).finished).code).toBe(0)
    expect([shown('new.txt'), shown('known.txt')]).toEqual(['a', 'gjb'])
  })

  it.each([
    [
      '.gitignore',
      { '.gitignore': '/secret.txt\n/folder/secret\n/way\n' },
      { 'folder/secret': 'MYSECRET\n', way: 'MYSECRET\n' },
    ],
    [
      '.gitattributes',
      { 'secret.txt': 'first\n' },
      { '.gitattributes': '/secret.txt filter=crypt\n' },
    ],
  ])(
    'hides what is set aside, since it may ignore or encrypt that (%s)',
    async (shut, known, fresh) => {
      const { clone, remote, run, files, theirs } = theirClone(known, {
        ...fresh,
        'secret.txt': 'MYSECRET\n',
      })
      git(clone, ['config', 'filter.crypt.clean', 'tr a-zA-Z n-za-mN-ZA-M'])
      chmodSync(join(clone, shut), 0)
      const pulled = { 'secret.txt': 'theirs\n', folder: 'theirs\n', 'way/in': 'theirs\n' }
      theirs(pulled)
      expect((await run('once', clone).finished).code).toBe(0)
      const copies = readdirSync(clone).filter((name) => name.includes('sync-conflict'))
      expect(copies).toHaveLength('way' in fresh ? 3 : 1)
      chmodSync(join(clone, shut), 0o644)
      writeFiles(clone, { 'new.txt': 'n\n' })
      giveToNobody(clone)
      expect((await run('once', clone).finished).code).toBe(0)
      expect(files()).toEqual(expect.arrayContaining([...Object.keys(pulled), shut, 'new.txt']))
      expect(git(remote, ['log', '-p', 'main'])).not.toMatch(/MYSECRET|sync-conflict/)
      expect(readdirSync(clone)).toEqual(expect.arrayContaining(copies))
    },
  )
})
