import { commitAll, committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { stepsOn } from '../../support/steps.js'
import { describe, expect, it } from 'vitest'

/** On `main`, which is another name of `trunk`. */
const aliased = (): string => {
  const dir = committedRepository({ a: 'a\n' })
  git(dir, ['branch', '-m', 'main', 'trunk'])
  git(dir, ['symbolic-ref', 'refs/heads/main', 'refs/heads/trunk'])
  git(dir, ['symbolic-ref', 'HEAD', 'refs/heads/main'])
  return dir
}

const expectSaved = async (dir: string): Promise<void> => {
  const before = git(dir, ['rev-parse', 'HEAD'])
  writeFiles(dir, { a: 'A\n' })
  const steps = stepsOn(dir)
  expect((await steps.save()).commit).toMatchObject({ branch: 'main', modified: 1 })
  steps.workTree.close()
  expect(git(dir, ['rev-parse', 'trunk~1'])).toBe(before)
  expect(git(dir, ['rev-parse', 'HEAD'])).toBe(git(dir, ['rev-parse', 'trunk']))
  expect(git(dir, ['symbolic-ref', 'refs/heads/main'])).toMatch(/^refs\/heads\//)
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(git(dir, ['reflog', '-1', 'HEAD'])).toMatch(/commit: /)
}

describe('a branch that is another name of another one', () => {
  it('is committed to through it, as by git', async () => {
    const dir = aliased()
    writeFiles(dir, { b: 'b\n' })
    commitAll(dir, 'By git')
    await expectSaved(dir)
  })

  it('that is one of another one in turn is committed to as well', async () => {
    const dir = aliased()
    git(dir, ['symbolic-ref', 'refs/heads/between', 'refs/heads/trunk'])
    git(dir, ['symbolic-ref', 'refs/heads/main', 'refs/heads/between'])
    await expectSaved(dir)
  })

  it('that packed references name is committed to as well', async () => {
    const dir = aliased()
    git(dir, ['pack-refs', '--all'])
    await expectSaved(dir)
  })

  it('is born with its first commit', async () => {
    const dir = aliased()
    git(dir, ['symbolic-ref', 'refs/heads/main', 'refs/heads/unborn'])
    git(dir, ['read-tree', '--empty'])
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ branch: 'main', added: 1 })
    steps.workTree.close()
    expect(git(dir, ['log', '--format=%H', 'unborn'])).toBe(git(dir, ['rev-parse', 'HEAD']))
  })
})
