import { bareRemote, cloneOf, commitAll, git, oracleTree, temporaryRepository, treeOf, writeFiles } from '../support/temp-repositories.js' // prettier-ignore
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs' // prettier-ignore
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { openExfatDisk } from '../support/exfat-disk.js'
import { endAll, gitsync, start } from '../support/program.js'
import { stepsOn } from '../support/steps.js'

const disk = openExfatDisk()

afterEach(endAll)

// Whoever may not mount one is told so by openExfatDisk.
describe.skipIf(disk === null)('a disk without hard links', () => {
  const room = disk?.folder ?? ''
  afterAll(() => disk?.unmount())

  it('is synced: what is saved, pulled, deleted and in conflict', async () => {
    const remote = bareRemote()
    const here = join(room, 'here')
    mkdirSync(here)
    temporaryRepository(here)
    expect(() => { linkSync(join(here, '.git/HEAD'), join(here, 'link')) }).toThrow(/EPERM|ENOTSUP|ENOSYS/) // prettier-ignore
    git(here, ['remote', 'add', 'origin', remote])
    writeFiles(here, { 'a.txt': 'a\n', 'b.txt': 'b\n', 'dir/c.txt': 'c\n', 'dir/d.txt': 'd\n' })
    const sync = async () => {
      const { code, stderr } = await gitsync(['once', here])
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error') as string])
      expect(git(here, ['status', '--porcelain'])).toBe('')
      expect(git(remote, ['rev-parse', 'main'])).toBe(git(here, ['rev-parse', 'HEAD']))
      git(here, ['fsck', '--strict'])
    }
    await sync()
    const there = cloneOf(remote)
    writeFiles(there, { 'a.txt': 'theirs\n', 'new/n.txt': 'n\n', 'dir/d.txt': 'D\n' })
    rmSync(join(there, 'b.txt'))
    commitAll(there, 'Theirs')
    git(there, ['push', '-q'])
    writeFiles(here, { 'a.txt': 'ours\n', 'dir/c.txt': 'C\n' })
    await sync()
    const names = readdirSync(here).filter((name) => name !== '.git')
    expect(names).toEqual(expect.arrayContaining(['a.txt', 'dir', 'new']))
    expect(names).toHaveLength(4)
    const copy = names.find((name) => name.startsWith('a.sync-conflict')) ?? ''
    expect([readFileSync(join(here, 'a.txt'), 'utf8'), readFileSync(join(here, copy), 'utf8')]).toEqual(['theirs\n', 'ours\n']) // prettier-ignore
    expect(readFileSync(join(here, 'dir/d.txt'), 'utf8')).toBe('D\n')
    expect(readdirSync(join(here, '.git/gitsync'))).not.toContain('move.json')
  })

  it('goes on by itself after a kill in the middle of a move', { timeout: 120_000 }, async () => {
    const remote = bareRemote()
    const there = cloneOf(remote)
    const files = (text: string) =>
      Object.fromEntries(['a', 'b', 'dir/c'].map((name) => [name, `${name} ${text}\n`]))
    writeFiles(there, { ...files('first'), gone: 'gone\n', ours: 'first\n' })
    commitAll(there, 'First')
    git(there, ['push', '-q', '-u', 'origin', 'main'])
    const here = join(room, 'killed')
    git(room, ['clone', '-q', remote, here])
    git(here, ['config', 'user.name', 'Ada'])
    git(here, ['config', 'user.email', 'ada@example.org'])
    for (const step of ['rendered', 'taken-away:2', 'placed:2', 'removed', 'published']) {
      git(there, ['pull', '-q'])
      writeFiles(there, { ...files(step), [`new ${step.replace(':', ' ')}`]: 'new\n' })
      rmSync(join(there, 'gone'))
      commitAll(there, step)
      git(there, ['push', '-q'])
      writeFiles(here, { ours: `${step}\n` })
      const killed = await gitsync(['once', here], { GITSYNC_TEST_KILL_AT: step })
      expect(killed.code, step).toBeNull()
      const { code, stderr } = await gitsync(['once', here])
      expect([code, stderr], step).toEqual([0, expect.not.stringContaining('conflict') as string])
      expect(git(here, ['status', '--porcelain']), step).toBe('')
      expect(treeOf(here), step).toEqual(treeOf(remote, 'main'))
      expect(readFileSync(join(here, 'a'), 'utf8')).toBe(`a ${step}\n`)
      git(here, ['fsck', '--strict'])
      writeFiles(here, { gone: `${step}\n` })
      expect((await gitsync(['once', here])).code).toBe(0)
    }
  })

  it('has an edit of the same length and in the same second, which git sees as well', async () => {
    const here = join(room, 'same')
    mkdirSync(here)
    temporaryRepository(here)
    const file = join(here, 'a.txt')
    writeFileSync(file, 'one\n')
    const { mtime } = statSync(file)
    const steps = stepsOn(here)
    await steps.save()
    // As where all of it had been within a second, and the next look is later.
    utimesSync(join(here, '.git/index'), mtime, mtime)
    writeFileSync(file, 'two\n')
    utimesSync(file, mtime, mtime)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    await steps.save()
    steps.workTree.close()
    expect(treeOf(here)).toEqual(oracleTree(here))
    expect(git(here, ['show', 'HEAD:a.txt'])).toBe('two')
  })

  it('says of a name that it cannot hold what can be done, and commits what is saved', async () => {
    const remote = bareRemote()
    const there = cloneOf(remote)
    writeFiles(there, { a: 'a\n' })
    commitAll(there, 'First')
    git(there, ['push', '-q', '-u', 'origin', 'main'])
    const here = join(room, 'names')
    git(room, ['clone', '-q', remote, here])
    git(here, ['config', 'user.name', 'Ada'])
    git(here, ['config', 'user.email', 'ada@example.org'])
    writeFiles(there, { 'a:b': 'b\n' })
    commitAll(there, 'A name')
    git(there, ['push', '-q'])
    writeFiles(here, { c: 'c\n' })
    const { code, stderr } = await gitsync(['once', here])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/a:b.*rename the file on a machine that has it/) as string]) // prettier-ignore
    expect(git(here, ['log', '-1', '--format=%s'])).toBe('Add c')
    git(there, ['mv', 'a:b', 'a b'])
    commitAll(there, 'Another name')
    git(there, ['push', '-q'])
    expect((await gitsync(['once', here])).code).toBe(0)
    expect(treeOf(here)).toEqual(treeOf(remote, 'main'))
  })

  it('has one gitsync at a time, and is taken over from one that was killed', async () => {
    const here = join(room, 'one')
    mkdirSync(here)
    temporaryRepository(here)
    const first = start(['run', '--json', here])
    await vi.waitUntil(() => existsSync(join(here, '.git/gitsync/instance.lock')), 20_000)
    const second = await gitsync(['once', here])
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('already-running')])
    first.child.kill('SIGKILL')
    await first.finished
    writeFiles(here, { 'a.txt': 'a\n' })
    const all = await Promise.all(Array.from({ length: 5 }, () => gitsync(['once', here])))
    for (const { code, stderr } of all)
      if (code !== 0) expect(stderr).toMatch(/already-running|locked/)
    expect(all.map(({ code }) => code)).toContain(0)
    expect(git(here, ['rev-list', '--count', 'HEAD'])).toBe('1')
    expect(treeOf(here)).toEqual(oracleTree(here))
  })
  it('takes over a lock that a kill left empty', async () => {
    const here = join(room, 'empty')
    mkdirSync(here)
    temporaryRepository(here)
    writeFiles(here, { 'a.txt': 'a\n' })
    expect((await gitsync(['once', here], { GITSYNC_TEST_KILL_AT: 'copy-noted' })).code).toBeNull()
    const [lock, note] = ['index.lock', 'gitsync/sign.copied'].map((name) => join(here, '.git', name)) as [string, string] // prettier-ignore
    // As a moment later.
    writeFileSync(lock, '')
    const { mtime } = statSync(note)
    utimesSync(lock, mtime, mtime)
    const { code, stderr } = await gitsync(['once', here])
    expect([code, stderr]).toEqual([0, expect.stringContaining('committed') as string])
    expect([lock, note].filter((file) => existsSync(file))).toEqual([])
  })
})
