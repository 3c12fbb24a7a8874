import { committedRepository, git, oracleTree, treeOf } from '../../support/temp-repositories.js'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../../../src/git/index/index-entry.js'
import { fileMode, libgit2 } from '../../../src/git/libgit2.js'
import { stepsOn } from '../../support/steps.js'

const files = { a: 'a\n', 'd/d.txt': 'd\n', 'd/e/e.txt': 'e\n', 'd.txt': 'beside\n', 'dé/x': 'x\n' }

/** A tracked folder became a link that leads to itself, through which nobody can look. */
const linked = (folder = 'd') => {
  const dir = committedRepository(files)
  rmSync(join(dir, folder), { recursive: true })
  symlinkSync(folder.replace(/.*\//, ''), join(dir, folder))
  return dir
}

describe('a folder that became a link which cannot be looked through', () => {
  it.each<readonly [string, string, readonly string[] | undefined]>([
    ['by everything', 'd', undefined],
    ['by its name', 'd', ['d']],
    ['by the names below it', 'd', ['d/d.txt', 'd/e/e.txt', 'd']],
    ['further down', 'd/e', undefined],
    ['under another name', 'dé', undefined],
  ])('is recorded as git does, and nothing below it: %s', async (_, folder, paths) => {
    const dir = linked(folder)
    const expected = oracleTree(dir)
    const steps = stepsOn(dir)
    expect((await steps.save(paths)).commit).not.toBeNull()
    expect(treeOf(dir)).toEqual(expected)
    expect(git(dir, ['write-tree'])).toBe(expected.oid)
    steps.workTree.close()
  })

  it('is recorded so too where the index already has both', async () => {
    const dir = linked()
    const expected = oracleTree(dir)
    const index = await libgit2.Index.open(join(dir, '.git/index'))
    const link = git(dir, ['hash-object', '-w', '--stdin'], { input: 'd' })
    await index.add(entryOf('d', { oid: link, mode: fileMode.link }))
    await index.write()
    expect(git(dir, ['ls-files', '-z'])).toContain('d\0d.txt\0d/d.txt\0d/e/e.txt\0')
    const steps = stepsOn(dir)
    await steps.save()
    expect(treeOf(dir)).toEqual(expected)
    expect(git(dir, ['write-tree'])).toBe(expected.oid)
    steps.workTree.close()
  })

  it('stops as an emptied folder would where most files were below it', async () => {
    const dir = committedRepository(
      Object.fromEntries([...Array(120).keys()].map((n) => [n < 20 ? `a${String(n)}` : `d/${String(n)}`, 'x\n'])), // prettier-ignore
    )
    rmSync(join(dir, 'd'), { recursive: true })
    symlinkSync('d', join(dir, 'd'))
    const steps = stepsOn(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'root-emptied' })
    steps.workTree.close()
  })
})
