import type { Tree } from '../../support/temp-repositories.js'
import {
  committedRepository,
  git,
  oracleTree,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tear } from '../../support/loose-objects.js'
import { stepsOn } from '../../support/steps.js'

const many = Object.fromEntries(
  Array.from({ length: 200 }, (_, n) => [`many/${String(n)}`, `${String(n)}\n`]),
)

const save = async (dir: string): Promise<void> => {
  const steps = stepsOn(dir)
  await steps.save()
  steps.workTree.close()
}

const expectMended = (dir: string, tree: Tree): void => {
  expect(treeOf(dir)).toEqual(tree)
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(tryGit(dir, ['fsck', '--no-progress', '--no-dangling'])).toEqual({ code: 0, text: '' })
}

describe('an index that a power cut tore', () => {
  const tearings: readonly (readonly [string, (whole: Buffer) => Buffer])[] = [
    ['empty', () => Buffer.alloc(0)],
    ['its first half', (whole) => whole.subarray(0, whole.length / 2)],
    ['all but its last byte', (whole) => whole.subarray(0, -1)],
    ['zeros', (whole) => Buffer.alloc(whole.length)],
    ['zeros from a page on', (whole) => whole.fill(0, 4096)],
  ]

  it.each(tearings)('that is %s stands in no commit’s way', async (_, tearing) => {
    const dir = committedRepository({ ...many, edited: 'edited\n', gone: 'gone\n' })
    const file = join(dir, '.git/index')
    const torn = tearing(readFileSync(file))
    writeFiles(dir, { edited: 'edited, later\n', 'n/e/w': 'new\n' })
    rmSync(join(dir, 'gone'))
    const tree = oracleTree(dir)
    writeFileSync(file, torn)
    await save(dir)
    expectMended(dir, tree)
    expect(readFileSync(join(dir, '.git/gitsync/torn/index'))).toEqual(torn)
  })

  it('is none of one that is whole, or of a repository that has none yet', async () => {
    const dir = committedRepository(many)
    const before = readFileSync(join(dir, '.git/index'))
    await save(dir)
    expect(readFileSync(join(dir, '.git/index'))).toEqual(before)
    rmSync(join(dir, '.git/gitsync'), { recursive: true })
    rmSync(join(dir, '.git/index'))
    await save(dir)
    expectMended(dir, treeOf(dir))
    expect(existsSync(join(dir, '.git/gitsync/torn'))).toBe(false)
  })
})

describe('what was staged and whose content is torn', () => {
  it('is staged anew, and nothing else', async () => {
    const dir = committedRepository({ edited: 'edited\n', kept: 'kept\n', a: 'a\n' })
    writeFiles(dir, {
      edited: 'edited, later\n',
      'n/e/w': 'new\n',
      kept: 'kept, later\n',
      'a.b': 'a\n',
    })
    const tree = oracleTree(dir)
    git(dir, ['add', '-A'])
    for (const path of ['edited', 'n/e/w']) tear(dir, `:${path}`)
    await save(dir)
    expectMended(dir, tree)
  })

  it('hides no edit of the same length and second, which an index that is younger would vouch for', async () => {
    const dir = committedRepository({ edited: 'edited\n', same: 'same\n' })
    const then = Math.floor(Date.now() / 1000) - 10
    utimesSync(join(dir, 'same'), then + 0.1, then + 0.1)
    git(dir, ['update-index', '--refresh'])
    writeFiles(dir, { edited: 'edited, later\n' })
    git(dir, ['add', 'edited'])
    tear(dir, ':edited')
    writeFiles(dir, { same: 'else\n' })
    utimesSync(join(dir, 'same'), then + 0.5, then + 0.5)
    utimesSync(join(dir, '.git/index'), then + 0.7, then + 0.7)
    await save(dir)
    expect(git(dir, ['show', 'HEAD:same'])).toBe('else')
    expect(git(dir, ['show', 'HEAD:edited'])).toBe('edited, later')
  })

  it('is forgotten where its file is gone, too', async () => {
    const dir = committedRepository({ kept: 'kept\n' })
    writeFiles(dir, { new: 'new\n' })
    git(dir, ['add', '-A'])
    tear(dir, ':new')
    rmSync(join(dir, 'new'))
    await save(dir)
    expectMended(dir, treeOf(dir))
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
  })
})
