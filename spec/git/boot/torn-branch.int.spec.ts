import type { Tree } from '../../support/temp-repositories.js'
import {
  bareRemote,
  commitAll,
  committedRepository,
  git,
  oracleTree,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tear } from '../../support/loose-objects.js'
import { stepsOn } from '../../support/steps.js'

const save = async (dir: string): Promise<void> => {
  const steps = stepsOn(dir)
  await steps.save()
  steps.workTree.close()
}

const expectMended = (dir: string, tree: Tree): void => {
  expect(treeOf(dir)).toEqual(tree)
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(tryGit(dir, ['bundle', 'create', '-q', '.git/all', '--all'])).toEqual({
    code: 0,
    text: '',
  })
  expect(tryGit(dir, ['gc', '-q'])).toEqual({ code: 0, text: '' })
}

const edited = (): { readonly dir: string; readonly before: string } => {
  const dir = committedRepository({ 'a/b': 'b\n', c: 'c\n', gone: 'gone\n' })
  const before = git(dir, ['rev-parse', 'HEAD'])
  writeFiles(dir, { 'a/b': 'b, later\n', 'n/e/w': 'new\n' })
  rmSync(join(dir, 'gone'))
  commitAll(dir, 'By hand')
  return { dir, before }
}

describe('a branch whose commit a power cut tore', () => {
  it.each([
    ['the commit', 'HEAD'],
    ['its tree', 'HEAD^{tree}'],
    ['a folder in it', 'HEAD:n/e'],
    ['a file in it', 'HEAD:a/b'],
  ])('goes back to the one before it, and what is there is committed anew: %s', async (_, what) => {
    const { dir, before } = edited()
    const [tree, torn] = [oracleTree(dir), git(dir, ['rev-parse', 'HEAD'])]
    tear(dir, what)
    await save(dir)
    expectMended(dir, tree)
    expect(git(dir, ['rev-parse', 'HEAD~'])).toBe(before)
    expect(git(dir, ['reflog', '--format=%H'])).not.toContain(torn)
    expect(readFileSync(join(dir, '.git/gitsync/torn/branches'), 'utf8')).toBe(
      `refs/heads/main ${torn}\n`,
    )
  })

  it.each([
    ['empty', ''],
    ['zeros', '\0'.repeat(41)],
  ])('goes back along its reflog where its own file is %s', async (_, text) => {
    for (const isPacked of [false, true]) {
      const { dir } = edited()
      if (isPacked) git(dir, ['pack-refs', '--all'])
      const [tree, made] = [oracleTree(dir), git(dir, ['rev-parse', 'HEAD'])]
      writeFileSync(join(dir, '.git/refs/heads/main'), text)
      await save(dir)
      expectMended(dir, tree)
      expect(git(dir, ['rev-parse', 'HEAD'])).toBe(made)
    }
  })

  it('goes back where its own file is torn, and a tree too', async () => {
    const { dir, before } = edited()
    const tree = oracleTree(dir)
    tear(dir, 'HEAD^{tree}')
    writeFileSync(join(dir, '.git/refs/heads/main'), '')
    await save(dir)
    expectMended(dir, tree)
    expect(git(dir, ['rev-parse', 'HEAD~'])).toBe(before)
  })

  it('stays torn where no commit of its reflog is there', async () => {
    const { dir } = edited()
    rmSync(join(dir, '.git/logs'), { recursive: true })
    const file = join(dir, '.git/refs/heads/main')
    writeFileSync(file, '')
    const steps = stepsOn(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'unexpected' })
    steps.workTree.close()
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('stays where it is unborn', async () => {
    const { dir } = edited()
    git(dir, ['checkout', '-q', '--orphan', 'other'])
    writeFiles(dir, { c: 'c, of another\n' })
    const steps = stepsOn(dir)
    await steps.save()
    steps.workTree.close()
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
  })

  it('goes back over several, and over an amended one', async () => {
    const { dir, before } = edited()
    writeFiles(dir, { c: 'c, later\n' })
    commitAll(dir, 'Again')
    git(dir, ['commit', '-q', '--amend', '-m', 'Amended'])
    for (const oid of ['HEAD', 'HEAD@{1}', 'HEAD~'].map((what) => git(dir, ['rev-parse', what])))
      tear(dir, oid)
    const tree = oracleTree(dir)
    await save(dir)
    expectMended(dir, tree)
    expect(git(dir, ['rev-parse', 'HEAD~'])).toBe(before)
  })

  it('stays where nothing of it is torn', async () => {
    const { dir } = edited()
    const head = git(dir, ['rev-parse', 'HEAD'])
    const oid = git(dir, ['hash-object', '-w', '--stdin'], { input: 'of nothing\n' })
    tear(dir, oid)
    const log = readFileSync(join(dir, '.git/logs/HEAD'), 'utf8')
    await save(dir)
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(readFileSync(join(dir, '.git/logs/HEAD'), 'utf8')).toBe(log)
  })

  it('stays where an older commit of its reflog is gone', async () => {
    const { dir } = edited()
    git(dir, ['commit', '-q', '--amend', '-m', 'Amended'])
    const head = git(dir, ['rev-parse', 'HEAD'])
    tear(dir, 'HEAD@{1}')
    await save(dir)
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
  })

  it('stays where nothing whole is known, and that is told', async () => {
    const { dir, before } = edited()
    const head = git(dir, ['rev-parse', 'HEAD'])
    for (const what of [before, head]) tear(dir, what)
    const steps = stepsOn(dir)
    expect((await steps.problem()).kind).toBe('unexpected')
    steps.workTree.close()
    expect(readFileSync(join(dir, '.git/refs/heads/main'), 'utf8')).toBe(`${head}\n`)
  })

  it('has what is tracked of the remote fetched anew', async () => {
    const { dir, before } = edited()
    const remote = bareRemote()
    git(dir, ['remote', 'add', 'origin', remote])
    git(dir, ['push', '-q', 'origin', 'HEAD:main'])
    const tree = oracleTree(dir)
    tear(dir, 'HEAD')
    await save(dir)
    expectMended(dir, tree)
    expect(git(dir, ['rev-parse', 'HEAD~'])).toBe(before)
    expect(tryGit(dir, ['rev-parse', '--verify', 'refs/remotes/origin/main']).code).not.toBe(0)
    git(dir, ['fetch', '-q'])
    expect(tryGit(dir, ['merge-tree', '--write-tree', 'HEAD', 'origin/main']).code).toBe(0)
  })
})
