import { bareRemote, cloneOf, commitAll, git, oracleTree, temporaryRepository, treeOf, writeFiles } from '../support/temp-repositories.js' // prettier-ignore
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { openExfatDisk } from '../support/exfat-disk.js'
import { endAll, gitsync, start } from '../support/program.js'

const disk = openExfatDisk()

afterEach(endAll)

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
})
