import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../../support/temp-repositories.js'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/actors/reports.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { undoCommit } from '../../../src/mending/undo.js'
import { hook, trace } from '../../support/hooks.js'
import { stepsOn } from '../../support/steps.js'

const transports = ['git', 'libgit2'] as const

/** A clone whose remote has a commit that the clone lacks, and another clone. */
const clones = () => {
  const remote = bareRemote()
  const other = cloneOf(remote)
  const push = (): void => {
    git(other, ['push', '-q', '-u', 'origin', 'main'])
  }
  writeFiles(other, { 'a.md': 'one\n' })
  commitAll(other, 'First')
  push()
  const dir = cloneOf(remote)
  writeFiles(other, { 'b.md': 'theirs\n' })
  commitAll(other, 'Theirs')
  push()
  return { remote, dir }
}

/** One pass; the last report. */
const pass = async (dir: string, wishes: Partial<RepoSettings> = {}): Promise<Report> => {
  const steps = stepsOn(dir, { hooks: true, ...wishes })
  const { workTree } = steps
  try {
    const saved = await steps.save()
    const fetched = await firstValueFrom(workTree.fetch(saved.position))
    if (fetched.type !== 'Fetched') return fetched
    const brought = await firstValueFrom(workTree.integrate(fetched.position))
    if (brought.type !== 'Integrated' || brought.position.ahead === 0) return brought
    return await firstValueFrom(workTree.push(brought.position))
  } finally {
    workTree.close()
  }
}

describe('what is brought in', () => {
  it('by a merge has its message from commit-msg, and is followed by post-merge', async () => {
    const { dir } = clones()
    const { file, lines } = trace()
    hook(dir, 'commit-msg', 'echo "[T-1] $(cat "$1")" > "$1"')
    hook(dir, 'post-merge', `echo "post-merge $1 $(git log -1 --format=%s)" >> '${file}'`)
    writeFiles(dir, { 'c.md': 'ours\n' })
    expect((await pass(dir)).type).toBe('PushDone')
    expect(lines()).toEqual(['post-merge 0 [T-1] Merge origin/main'])
    expect(git(dir, ['log', '--format=%s', '--first-parent', '-2'])).toBe(
      '[T-1] Merge origin/main\n[T-1] Add c.md',
    )
  })

  it('by a fast-forward is followed by post-merge, which is told where it fails', async () => {
    const { dir } = clones()
    hook(dir, 'post-merge', 'git add -A && echo install failed && exit 1')
    expect(await pass(dir)).toMatchObject({
      type: 'Integrated',
      result: { type: 'FastForwarded' },
      failedHook: { type: 'HookFailed', hook: 'post-merge', message: 'install failed' },
    })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
  })

  it('by a rebase is no merge', async () => {
    const { dir } = clones()
    const { file, lines } = trace()
    hook(dir, 'post-merge', `echo x >> '${file}'`)
    writeFiles(dir, { 'c.md': 'ours\n' })
    expect((await pass(dir, { integrate: 'rebase' })).type).toBe('PushDone')
    expect(lines()).toEqual([])
  })

  it('waits where commit-msg refuses the merge', async () => {
    const { dir } = clones()
    hook(dir, 'commit-msg', '! grep -q ^Merge "$1" || { echo no merges; exit 1; }')
    writeFiles(dir, { 'c.md': 'ours\n' })
    expect(await pass(dir)).toMatchObject({
      type: 'Failed',
      operation: 'integrate',
      problem: { kind: 'unexpected', message: 'The commit-msg hook refuses: no merges' },
    })
    expect(existsSync(join(dir, 'b.md'))).toBe(false)
    expect(git(dir, ['status', '--porcelain', '-b'])).toBe(
      '## main...origin/main [ahead 1, behind 1]',
    )
  })

  it('and what is taken back runs none, but for what is saved first', async () => {
    const { dir } = clones()
    const { file, lines } = trace()
    for (const name of ['pre-commit', 'commit-msg', 'post-commit', 'post-merge'])
      hook(dir, name, `echo ${name} >> '${file}'`)
    writeFiles(dir, { 'c.md': 'ours\n' })
    await pass(dir, { hooks: false })
    expect((await undoCommit({ repos: [{ path: dir, hooks: true }] }, dir)).type).toBe('Undone')
    expect(lines()).toEqual([])
  })
})

describe.each(transports)('pre-push, by %s', (transport) => {
  it('gets what git gives it, once for a push', async () => {
    const { dir, remote } = clones()
    const { file, lines } = trace()
    hook(dir, 'pre-push', `echo "$1 $2" >> '${file}'; cat >> '${file}'`)
    writeFiles(dir, { 'c.md': 'ours\n' })
    const before = git(remote, ['rev-parse', 'main'])
    expect((await pass(dir, { transport })).type).toBe('PushDone')
    const head = git(dir, ['rev-parse', 'HEAD'])
    expect(git(remote, ['rev-parse', 'main'])).toBe(head)
    expect(lines()).toEqual([
      `origin ${remote}`,
      `refs/heads/main ${head} refs/heads/main ${before}`,
    ])
  })

  it('that refuses keeps the commits here', async () => {
    const { dir, remote } = clones()
    hook(dir, 'pre-push', 'echo the tests fail; exit 1')
    writeFiles(dir, { 'c.md': 'ours\n' })
    const before = git(remote, ['rev-parse', 'main'])
    expect(await pass(dir, { transport })).toMatchObject({
      type: 'Failed',
      operation: 'push',
      problem: { kind: 'declined', message: 'The pre-push hook refuses: the tests fail' },
    })
    expect(git(remote, ['rev-parse', 'main'])).toBe(before)
  })

  it('is not run where hooks are off, nor any other', async () => {
    const { dir } = clones()
    const { file, lines } = trace()
    for (const name of ['pre-push', 'reference-transaction', 'post-merge', 'pre-commit'])
      hook(dir, name, `echo ${name} >> '${file}'; exit 1`)
    writeFiles(dir, { 'c.md': 'ours\n' })
    expect((await pass(dir, { transport, hooks: false })).type).toBe('PushDone')
    expect(lines()).toEqual([])
  })

  it('is told the address without its password', async () => {
    const { dir } = clones()
    const { file, lines } = trace()
    hook(dir, 'pre-push', `echo "$2" > '${file}'; exit 1`)
    git(dir, ['config', 'remote.origin.pushUrl', 'https://ada:sesame@example.org/notes.git'])
    writeFiles(dir, { 'c.md': 'ours\n' })
    expect((await pass(dir, { transport })).type).toBe('Failed')
    expect(lines()).toEqual(['https://***@example.org/notes.git'])
  })
})
