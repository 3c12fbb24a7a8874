import { settingsOf } from '../../support/settings.js'
import {
  commitAll,
  committedRepository,
  git,
  oracleTree,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { commit } from '../../../src/git/commit/commit.js'
import type { IndexCopy } from '../../../src/git/index/index-copy.js'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { readPosition } from '../../../src/git/refs/position.js'
import { problemOf } from '../../../src/git/problem/problem.js'
import { openRepository } from '../../../src/git/repository.js'
import { stepsOn } from '../../support/steps.js'

/** Does this right before the index is published, once the tree is written. */
const disturbed = (indexCopy: IndexCopy, disturb: () => void): IndexCopy => ({
  ...indexCopy,
  locked: (work) =>
    indexCopy.locked((held) =>
      work({
        ...held,
        publish: () => {
          disturb()
          return held.publish([])
        },
      }),
    ),
})

/** Commits while git takes away what nothing names, then without; the branch must be as if nothing had been. */
const survives = async (dir: string, wishes: Partial<RepoSettings> = {}): Promise<void> => {
  const settings = settingsOf(dir, wishes)
  const repository = await openRepository(dir)
  const indexCopy = await openIndexCopy(repository)
  const position = await readPosition(repository.git, settings)
  const passes = { count: 0 }
  // What a person staged just now is left alone for a moment: here it is a minute old.
  const minuteAgo = new Date(Date.now() - 60_000)
  utimesSync(join(dir, '.git/index'), minuteAgo, minuteAgo)
  const collected = disturbed(indexCopy, () => {
    passes.count += 1
    if (passes.count === 1) git(dir, ['gc', '--prune=now', '--quiet'])
  })
  const once = commit(repository, collected, everything, position, settings)
  const problem = problemOf(
    await once.then(
      () => 'committed',
      (error: unknown) => error,
    ),
  )
  expect(problem).toMatchObject({
    kind: 'locked',
    message: 'What was staged was taken away by git gc.',
  })
  expect(git(dir, ['rev-parse', 'HEAD'])).toBe(position.head)
  const again = await commit(repository, indexCopy, everything, position, settings)
  expect(again.commit).not.toBeNull()
  expect(treeOf(dir)).toEqual(oracleTree(dir))
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(tryGit(dir, ['fsck', '--strict', '--no-dangling'])).toMatchObject({ code: 0 })
}

const base = { 'in/side/a.txt': 'a\n', 'in/b.txt': 'b\n', c: 'c\n', 'out/d': 'd\n', 'out/e': 'e\n' }

describe('git gc --prune=now beside a commit', () => {
  it('takes away no change of any kind', async () => {
    const dir = committedRepository(base)
    writeFiles(dir, { 'in/side/a.txt': 'A\n', 'new/f': 'f\n', c: 'C\n' })
    rmSync(join(dir, 'out/d'))
    await survives(dir)
  })

  it('takes away no deletion', async () => {
    const dir = committedRepository(base)
    rmSync(join(dir, 'out/d'))
    rmSync(join(dir, 'in/side'), { recursive: true })
    await survives(dir)
  })

  it('takes away no file that became a folder, nor a folder that became a file', async () => {
    const dir = committedRepository(base)
    rmSync(join(dir, 'c'))
    rmSync(join(dir, 'in'), { recursive: true })
    writeFiles(dir, { 'c/inner': 'inner\n', in: 'file\n' })
    await survives(dir)
  })

  it('takes away nothing of many', async () => {
    const dir = committedRepository(base)
    for (let n = 0; n < 600; n += 1) writeFiles(dir, { [`many ${n % 7}/${n}`]: `${n}\n` })
    await survives(dir)
  })

  it('takes away nothing that a filter made', async () => {
    const dir = committedRepository({ ...base, '.gitattributes': '*.up filter=up\n' })
    git(dir, ['config', 'filter.up.clean', 'tr a-z A-Z'])
    git(dir, ['config', 'filter.up.smudge', 'cat'])
    writeFiles(dir, { 'x.up': 'shout\n' })
    await survives(dir)
    expect(git(dir, ['show', 'HEAD:x.up'])).toBe('SHOUT')
  })

  it('makes nothing of what is tracked beside an ignore rule', async () => {
    const dir = committedRepository({ ...base, 'x.swp': 'x\n', 'y.log': 'y\n' })
    writeFiles(dir, { '.gitignore': '*.log\n' })
    commitAll(dir, 'Ignore')
    writeFiles(dir, { 'x.swp': 'X\n', 'y.log': 'Y\n', 'z.log': 'z\n' })
    git(dir, ['add', '--force', 'z.log'])
    // What was added by hand is in the index before, so that git keeps it.
    await survives(dir)
    expect(git(dir, ['ls-files'])).toMatch(/x\.swp\ny\.log\nz\.log/)
  })
})

describe('git gc', () => {
  it('is waited for while it runs', async () => {
    const dir = committedRepository(base)
    const steps = stepsOn(dir)
    const position = await steps.position()
    const running = spawn('git', ['cat-file', '--batch'], {
      cwd: dir,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await once(running, 'spawn')
    writeFileSync(join(dir, '.git', 'gc.pid'), `${running.pid ?? 0} ${hostname()}`)
    writeFiles(dir, { c: 'C\n' })
    await expect
      .poll(() => steps.commit(everything, position))
      .toMatchObject({
        problem: { kind: 'locked', message: `git gc is running, process ${running.pid ?? 0}.` },
      })
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(position.head)
    running.stdin.end()
    await once(running, 'exit')
    expect((await steps.save()).commit).toMatchObject({ modified: 1 })
    steps.workTree.close()
  })

  it.each([
    ['whose number another process has by now', `${process.pid} ${hostname()}`],
    ['of another machine', '1 another-host'],
    ['that cannot be read', 'x'],
  ])('%s is not waited for', async (_, text) => {
    const dir = committedRepository(base)
    writeFileSync(join(dir, '.git', 'gc.pid'), text)
    writeFiles(dir, { c: 'C\n' })
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ modified: 1 })
    steps.workTree.close()
  })
})
