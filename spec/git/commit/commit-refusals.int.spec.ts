import {
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import { stepsOn } from '../../support/steps.js'

/** What a refusal must leave alone: refs, index and objects. */
const evidence = (dir: string): readonly unknown[] => [
  tryGit(dir, ['for-each-ref']).text,
  readFileSync(join(dir, '.git', 'HEAD'), 'utf8'),
  readFileSync(join(dir, '.git', 'index')),
  readdirSync(join(dir, '.git', 'objects'), { recursive: true }).sort(),
]

/** Two branches that change the same line, and the work tree with an edit of its own. */
const forked = (): string => {
  const dir = committedRepository({ 'a.txt': 'base\n', 'b.txt': 'b\n' })
  git(dir, ['switch', '--quiet', '-c', 'other'])
  writeFiles(dir, { 'a.txt': 'theirs\n' })
  commitAll(dir, 'Theirs')
  git(dir, ['switch', '--quiet', 'main'])
  writeFiles(dir, { 'a.txt': 'ours\n' })
  commitAll(dir, 'Ours')
  return dir
}

const refuses = async (
  dir: string,
  kind: string,
  words: RegExp,
  wishes: Parameters<typeof stepsOn>[1] = {},
): Promise<void> => {
  writeFiles(dir, { 'fresh.txt': 'fresh\n' })
  const before = evidence(dir)
  const steps = stepsOn(dir, wishes)
  const problem = await steps.problem()
  expect(problem.kind).toBe(kind)
  expect(`${problem.message} ${problem.remedy}`).toMatch(words)
  expect(evidence(dir)).toEqual(before)
  steps.workTree.close()
}

describe('a person’s operation comes first', () => {
  it.each([
    ['merge', ['merge', 'other'], /A merge .*git merge --abort/],
    ['rebase', ['rebase', 'other'], /A rebase .*git rebase --abort/],
    ['cherry-pick', ['cherry-pick', 'other'], /A cherry-pick .*git cherry-pick --abort/],
    ['revert', ['revert', '--no-edit', 'HEAD~1', 'HEAD'], /A revert .*git revert --abort/],
  ])('%s', async (_, args, words) => {
    const dir = forked()
    if (args[0] === 'revert') {
      writeFiles(dir, { 'a.txt': 'second\n' })
      commitAll(dir, 'Second')
      writeFiles(dir, { 'a.txt': 'third\n' })
      commitAll(dir, 'Third')
    }
    expect(tryGit(dir, args).code).not.toBe(0)
    await refuses(dir, 'operation-in-progress', words)
  })

  it('merge, that could not be begun beside a lock', async () => {
    const dir = forked()
    writeFiles(dir, { '.git/index.lock': '' })
    expect(tryGit(dir, ['merge', 'other']).code).not.toBe(0)
    rmSync(join(dir, '.git/index.lock'))
    await refuses(dir, 'operation-in-progress', /Nothing of it is here.*git merge --abort/)
  })

  it('bisect', async () => {
    const dir = forked()
    git(dir, ['bisect', 'start'])
    await refuses(dir, 'operation-in-progress', /A bisect .*git bisect reset/)
  })

  it('am', async () => {
    const dir = forked()
    const patch = git(dir, ['format-patch', '-1', '--stdout', 'other'])
    expect(tryGit(dir, ['am'], { input: patch }).code).not.toBe(0)
    await refuses(dir, 'operation-in-progress', /An am .*git am --continue or git am --abort/)
  })

  it('a merge that began after the look', async () => {
    const dir = forked()
    const steps = stepsOn(dir)
    const position = await steps.position()
    git(dir, ['merge', '--no-commit', '--strategy=ours', 'other'])
    writeFiles(dir, { 'fresh.txt': 'fresh\n' })
    await expect
      .poll(() => steps.commit(everything, position))
      .toMatchObject({ problem: { kind: 'operation-in-progress' } })
    expect(git(dir, ['log', '--format=%s', '-1'])).toBe('Ours')
    steps.workTree.close()
  })

  it('unmerged paths without a merge', async () => {
    const dir = forked()
    tryGit(dir, ['merge', 'other'])
    git(dir, ['update-ref', '-d', 'MERGE_HEAD'])
    await refuses(dir, 'operation-in-progress', /unmerged paths.*git add/)
  })
})

describe('the branch', () => {
  it('is not guessed where HEAD is detached', async () => {
    const dir = forked()
    git(dir, ['switch', '--quiet', '--detach'])
    await refuses(dir, 'detached-head', /git switch/)
  })

  it('must be the one of the configuration', async () => {
    await refuses(forked(), 'wrong-branch', /other.*main|main.*other/, { branch: 'other' })
  })

  it('that was switched after the look gets nothing', async () => {
    const dir = forked()
    const steps = stepsOn(dir)
    const position = await steps.position()
    git(dir, ['switch', '--quiet', 'other'])
    writeFiles(dir, { 'fresh.txt': 'fresh\n' })
    const heads = git(dir, ['for-each-ref'])
    // The index of the switch is a moment old: at first it may be another command's turn.
    await expect
      .poll(() => steps.commit(everything, position))
      .toMatchObject({ problem: { kind: 'work-tree-moved' } })
    expect(git(dir, ['for-each-ref'])).toBe(heads)
    expect(git(dir, ['status', '--porcelain'])).toBe('?? fresh.txt')
    steps.workTree.close()
  })

  it('that is being switched, with a pause before HEAD moves, gets none of the other’s files', async () => {
    const dir = committedRepository({ 'a.txt': 'a\n' })
    git(dir, ['switch', '--quiet', '-c', 'other'])
    writeFiles(dir, { 'other/b.txt': 'b\n' })
    commitAll(dir, 'Other')
    git(dir, ['switch', '--quiet', 'main'])
    writeFiles(dir, { 'main/c.txt': 'c\n' })
    commitAll(dir, 'Main')
    const heads = git(dir, ['for-each-ref'])
    const hook = join(dir, '.git/hooks/post-index-change')
    writeFileSync(hook, '#!/bin/sh\nsleep 4\n', { mode: 0o755 })
    const steps = stepsOn(dir)
    const switching = spawn('git', ['switch', '--quiet', 'other'], { cwd: dir, stdio: 'ignore' })
    const ended = once(switching, 'exit').then(() => true)
    let looks = 0
    while (!(await Promise.race([ended, setTimeout(100, false)]))) {
      await steps.commit(everything, await steps.position())
      looks += 1
    }
    await expect
      .poll(async () => steps.commit(everything, await steps.position()), { timeout: 20_000 })
      .toMatchObject({ type: 'Committed', commit: null })
    expect(looks).toBeGreaterThan(5)
    expect(git(dir, ['for-each-ref'])).toBe(heads)
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })

  it('that moved after the look keeps what the other commit brought', async () => {
    const dir = forked()
    const steps = stepsOn(dir)
    const position = await steps.position()
    writeFiles(dir, { 'theirs.txt': 'theirs\n' })
    const theirs = commitAll(dir, 'Meanwhile')
    writeFiles(dir, { 'fresh.txt': 'fresh\n' })
    await expect.poll(() => steps.commit(everything, position)).toMatchObject({ type: 'Committed' })
    expect(git(dir, ['rev-parse', 'HEAD~1'])).toBe(theirs)
    expect(git(dir, ['ls-files'])).toContain('theirs.txt')
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })
})

describe('a disk that is gone', () => {
  it('leaves an empty mount point, which is no folder to make a repository in', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    await steps.save()
    const away = `${dir}-away`
    renameSync(dir, away)
    mkdirSync(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'root-emptied' })
    expect((await steps.problem()).remedy).toMatch(/Mount/)
    rmdirSync(dir)
    renameSync(away, dir)
    writeFiles(dir, { b: 'b\n' })
    expect((await steps.save()).commit).toMatchObject({ added: 1 })
    steps.workTree.close()
  })
})

describe('a repository that libgit2 would get wrong', () => {
  const base = (): string => committedRepository({ 'in/a.txt': 'a\n', 'out/b.txt': 'b\n' })

  it('has a sparse checkout', async () => {
    const dir = base()
    git(dir, ['sparse-checkout', 'set', 'in'])
    await refuses(dir, 'unexpected', /sparse checkout/)
  })

  it('has a split index, which the remedy makes whole for good', async () => {
    const [dir, settings] = [base(), String(process.env.GIT_CONFIG_GLOBAL)]
    git(dir, ['config', '--file', settings, 'core.splitIndex', 'true'])
    try {
      writeFiles(dir, { fresh: 'fresh\n' })
      git(dir, ['add', 'fresh'])
      await refuses(dir, 'unexpected', /split index/)
      const steps = stepsOn(dir)
      const { remedy } = await steps.problem()
      execSync(/git config .*/.exec(remedy)?.[0] ?? '', { cwd: dir })
      writeFiles(dir, { more: 'more\n' })
      git(dir, ['add', 'more'])
      expect((await steps.save()).commit).toMatchObject({ added: 3 })
      steps.workTree.close()
    } finally {
      git(dir, ['config', '--file', settings, '--unset', 'core.splitIndex'])
    }
  })

  it('is a partial clone', async () => {
    const from = base()
    git(from, ['config', 'uploadpack.allowFilter', 'true'])
    const dir = join(temporaryFolder(), 'partial')
    git('/', ['clone', '--quiet', '--filter=blob:none', `file://${from}`, dir])
    await refuses(dir, 'unexpected', /partial clone/)
  })

  it('was copied from a system that tells no case apart', async () => {
    const dir = base()
    git(dir, ['config', 'core.ignorecase', 'true'])
    await refuses(
      dir,
      'unexpected',
      /names that differ in case are two files.*core.ignorecase false/s,
    )
  })

  it('has sha256 names', async () => {
    const dir = temporaryFolder()
    git(dir, ['init', '--quiet', '--object-format=sha256'])
    writeFiles(dir, { a: 'a' })
    git(dir, ['add', 'a'])
    await refuses(dir, 'unexpected', /sha256|object format/i)
  })
})

describe('what is no repository', () => {
  it('is a bare one', async () => {
    const dir = temporaryFolder()
    git(dir, ['init', '--quiet', '--bare'])
    expect(await stepsOn(dir).problem()).toMatchObject({ kind: 'not-a-repository' })
  })

  it('is a folder inside of one', async () => {
    const dir = committedRepository({ 'in/a.txt': 'a\n' })
    expect(await stepsOn(join(dir, 'in')).problem()).toMatchObject({ kind: 'not-a-repository' })
  })

  it('is gone', async () => {
    const dir = join(temporaryFolder(), 'gone')
    expect(await stepsOn(dir).problem()).toMatchObject({ kind: 'root-emptied' })
  })
})
