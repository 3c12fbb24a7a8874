import {
  committedRepository,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { openRepository } from '../../../src/git/repository.js'
import { hookBounds, runHook } from '../../../src/git/hooks/run-hook.js'
import { hook, trace } from '../../support/hooks.js'
import type { Steps } from '../../support/steps.js'
import { stepsOn } from '../../support/steps.js'

/** A repository with an edit that is to be committed. */
const edited = (
  wishes: Partial<RepoSettings> = {},
): { readonly dir: string; readonly steps: Steps } => {
  const dir = committedRepository({ 'a.md': 'one\n' })
  writeFiles(dir, { 'a.md': 'two\n' })
  return { dir, steps: stepsOn(dir, { hooks: true, ...wishes }) }
}

const isGone = (pid: number): boolean =>
  /^(?:Z|$)/.test(
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .stdout.toString()
      .trim(),
  )

describe('hooks', () => {
  it('are left alone unless they are asked for', async () => {
    const { dir, steps } = edited({ hooks: false })
    for (const name of ['pre-commit', 'commit-msg', 'post-commit']) hook(dir, name, 'exit 1')
    expect((await steps.save()).commit).not.toBeNull()
    steps.workTree.close()
  })

  it('come in the order that git has them, for one commit once', async () => {
    const { dir, steps } = edited()
    const { file, lines } = trace()
    for (const name of ['pre-commit', 'commit-msg', 'post-commit'])
      hook(dir, name, `echo ${name} >> '${file}'`)
    const saved = await steps.save()
    expect(saved).toMatchObject({ commit: { paths: ['a.md'] } })
    expect(saved).not.toHaveProperty('failedHook')
    expect(lines()).toEqual(['pre-commit', 'commit-msg', 'post-commit'])
    expect((await steps.save()).commit).toBeNull()
    expect(lines()).toHaveLength(3)
    steps.workTree.close()
  })

  it('are found where core.hooksPath says, also in the repository', async () => {
    const { dir, steps } = edited()
    git(dir, ['config', 'core.hooksPath', '.husky'])
    hook(dir, 'pre-commit', 'echo by the rules; exit 1', '.husky')
    expect((await steps.problem()).message).toBe('The pre-commit hook refuses: by the rules')
    steps.workTree.close()
  })

  it('are none where they may not be executed', async () => {
    const { dir, steps } = edited()
    writeFileSync(join(dir, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o644 })
    expect((await steps.save()).commit).not.toBeNull()
    steps.workTree.close()
  })
})

describe('pre-commit', () => {
  it('sees what is about to be committed, at the top of the work tree', async () => {
    const { dir, steps } = edited()
    const { file, lines } = trace()
    writeFiles(dir, { 'new/b.md': 'b\n' })
    hook(dir, 'pre-commit', `pwd >> '${file}'; git diff --cached --name-only >> '${file}'`)
    await steps.save()
    expect(lines()).toEqual([dir, 'a.md', 'new/b.md'])
    steps.workTree.close()
  })

  it('may stage more, which is committed', async () => {
    const { dir, steps } = edited()
    hook(dir, 'pre-commit', 'echo TWO > a.md; echo more > b.md; git add a.md b.md')
    const { commit } = await steps.save()
    expect(commit).toMatchObject({ added: 1, modified: 1, paths: ['a.md', 'b.md'] })
    expect(git(dir, ['show', 'HEAD:a.md'])).toBe('TWO')
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    git(dir, ['fsck', '--strict'])
    steps.workTree.close()
  })

  it('may take back what is staged: then there is nothing to commit', async () => {
    const { dir, steps } = edited()
    hook(dir, 'pre-commit', 'git checkout -q HEAD -- a.md')
    const head = git(dir, ['rev-parse', 'HEAD'])
    expect((await steps.save()).commit).toBeNull()
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })

  it('may change the work tree alone: that is the next commit', async () => {
    const { dir, steps } = edited()
    hook(dir, 'pre-commit', 'echo TWO > a.md')
    await steps.save()
    expect(git(dir, ['show', 'HEAD:a.md'])).toBe('two')
    await steps.save()
    expect(git(dir, ['show', 'HEAD:a.md'])).toBe('TWO')
    expect((await steps.save()).commit).toBeNull()
    steps.workTree.close()
  })

  it('may write as much as stood there, in the same second: that is seen too', async () => {
    const { dir, steps } = edited()
    const file = join(dir, 'a.md')
    const secondOf = (): bigint => statSync(file, { bigint: true }).mtimeNs / 1_000_000_000n
    let isSame = false
    // Until what is saved and what the hook writes fall into one second, and the index is written in the next.
    for (let n = 0; n < 20 && !isSame; n += 1) {
      const [saved, hooked] = [`save ${String(n)}`, `hook ${String(n)}`]
      hook(dir, 'pre-commit', `echo '${hooked}' > a.md; sleep 1`)
      await sleep(1000 - (Date.now() % 1000))
      writeFiles(dir, { 'a.md': `${saved}\n` })
      const second = secondOf()
      await steps.save()
      expect(git(dir, ['show', 'HEAD:a.md'])).toBe(saved)
      isSame = secondOf() === second
      rmSync(join(dir, '.git/hooks/pre-commit'))
      await steps.save()
      expect(git(dir, ['show', 'HEAD:a.md'])).toBe(hooked)
    }
    expect(isSame).toBe(true)
    steps.workTree.close()
  })

  it('may write each time it runs, but makes no commits without end', async () => {
    const { dir, steps } = edited()
    const { file, lines } = trace()
    hook(dir, 'pre-commit', `echo x >> '${file}'; date +%N > stamp`)
    for (let n = 0; n < 4; n += 1) expect((await steps.save()).commit).not.toBeNull()
    const problem = await steps.problem()
    expect(problem.message).toContain('writes into the work tree each time')
    expect(await steps.problem()).toEqual(problem)
    expect(lines()).toHaveLength(4)
    writeFiles(dir, { 'a.md': 'three\n' })
    expect((await steps.save()).commit).toMatchObject({ paths: ['a.md', 'stamp'] })
    steps.workTree.close()
  })

  it('that refuses leaves everything as it was, is not asked again and again, and hears a change', async () => {
    const { dir, steps } = edited()
    const { file, lines } = trace()
    const secret = 'https://ada:sesame@example.org/notes'
    const says = `printf '\\033[31mno\\033[0m ${secret}\\n'`
    hook(dir, 'pre-commit', `echo x >> '${file}'; ${says}; grep -q good a.md`)
    const head = git(dir, ['rev-parse', 'HEAD'])
    const index = readFileSync(join(dir, '.git/index'))
    const problem = await steps.problem()
    expect(problem).toMatchObject({
      kind: 'unexpected',
      message: 'The pre-commit hook refuses: no https://***@example.org/notes',
    })
    for (let n = 0; n < 3; n += 1) expect(await steps.problem()).toEqual(problem)
    expect(lines()).toHaveLength(1)
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(readFileSync(join(dir, '.git/index'))).toEqual(index)
    expect(existsSync(join(dir, '.git/index.lock'))).toBe(false)
    steps.workTree.insist()
    await steps.problem()
    expect(lines()).toHaveLength(2)
    writeFiles(dir, { 'a.md': 'good\n' })
    expect((await steps.save()).commit).not.toBeNull()
    steps.workTree.close()
  })

  it('that a person works under finds their branch where it was', async () => {
    const { dir, steps } = edited()
    // Without the index, so that no lock is in its way.
    hook(dir, 'pre-commit', 'git update-ref HEAD $(git commit-tree -m by-hand -p HEAD HEAD^{tree})')
    const position = await steps.position()
    const report = await steps.commit({ kind: 'everything' }, position)
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'work-tree-moved' } })
    rmSync(join(dir, '.git/hooks/pre-commit'))
    await steps.save()
    expect(git(dir, ['log', '--format=%s'])).toContain('by-hand')
    steps.workTree.close()
  })
})

describe('commit-msg', () => {
  it('may edit the message', async () => {
    const { dir, steps } = edited({ message: 'Say so' })
    hook(
      dir,
      'commit-msg',
      'echo "[T-1] $(cat "$1")" > "$1"; git diff --cached --quiet && exit 9; exit 0',
    )
    const { commit } = await steps.save()
    expect(git(dir, ['show', '-s', '--format=%B'])).toBe('[T-1] Say so\n')
    expect(commit?.message).toBe('[T-1] Say so\n')
    expect(git(dir, ['reflog', '-1', '--format=%gs'])).toBe('commit: [T-1] Say so')
    expect(existsSync(join(dir, '.git/gitsync/COMMIT_EDITMSG'))).toBe(false)
    steps.workTree.close()
  })

  it.each([
    ['echo no ticket >&2; exit 3', 'The commit-msg hook refuses: no ticket'],
    ['exit 3', 'The commit-msg hook refuses: It ended with 3.'],
    [': > "$1"', 'The commit-msg hook left no message.'],
    ['rm "$1"', 'The commit-msg hook left no message.'],
  ])('that refuses is heard, with pre-commit asked once: %s', async (script, message) => {
    const { dir, steps } = edited()
    const { file, lines } = trace()
    hook(dir, 'pre-commit', `echo x >> '${file}'`)
    hook(dir, 'commit-msg', script)
    for (let n = 0; n < 3; n += 1) expect((await steps.problem()).message).toBe(message)
    expect(lines()).toHaveLength(1)
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
    steps.workTree.close()
  })
})

describe('post-commit', () => {
  it('that fails is told, and the commit stands', async () => {
    const { dir, steps } = edited()
    hook(dir, 'post-commit', 'git add -A; git log -1 --format=%s; exit 1')
    expect(await steps.save()).toMatchObject({
      commit: { paths: ['a.md'] },
      failedHook: { type: 'HookFailed', hook: 'post-commit', message: 'Update a.md' },
    })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })
})

describe('a hook without end', () => {
  const dir = committedRepository({ 'a.md': 'one\n' })

  it('is ended with its children, and with the lock of its git', async () => {
    const alive = join(temporaryFolder(), 'alive')
    hook(dir, 'pre-commit', `trap '' TERM; sleep 600 & echo $! > '${alive}'; wait; sleep 600`)
    const repository = await openRepository(dir)
    const words = await runHook(repository, 'pre-commit', { time: 500 })
    expect(words).toBe('It took longer than 0.5 s, and was ended.')
    await expect
      .poll(() => isGone(Number(readFileSync(alive, 'utf8'))), { timeout: 5_000 })
      .toBe(true)
  })

  it('that talks without end is ended too', async () => {
    hook(dir, 'pre-commit', 'yes')
    const repository = await openRepository(dir)
    expect(await runHook(repository, 'pre-commit')).toBe('It said more than 1 MB, and was ended.')
  })

  it('is cut short by the end of gitsync', async () => {
    hook(dir, 'pre-commit', 'sleep 600')
    writeFiles(dir, { 'a.md': 'two\n' })
    const steps = stepsOn(dir, { hooks: true })
    const position = await steps.position()
    const from = performance.now()
    const running = steps.commit({ kind: 'everything' }, position)
    setTimeout(() => {
      steps.workTree.lookAway()
    }, 500)
    expect(await running).toMatchObject({ type: 'Failed', problem: { kind: 'locked' } })
    expect(performance.now() - from).toBeLessThan(hookBounds.time / 2)
    expect(tryGit(dir, ['add', 'a.md']).code).toBe(0)
    steps.workTree.close()
  })
})
