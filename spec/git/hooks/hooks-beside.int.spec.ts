import { commitAt, ownClone, squash, subjects } from '../../support/squashing.js'
import { describe, expect, it } from 'vitest'
import { hook, trace } from '../../support/hooks.js'
import { signBySsh, verdicts } from '../../support/signing.js'
import { stepsOn } from '../../support/steps.js'
import { git, writeFiles } from '../../support/temp-repositories.js'

const unpushed = 'origin/main..HEAD'

describe('what is squashed', () => {
  it('has words that went through commit-msg, and is signed', async () => {
    const own = ownClone()
    const { dir } = own
    signBySsh(dir)
    for (const at of [0, 10, 200]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    hook(dir, 'commit-msg', 'echo "[T-1] $(cat "$1")" > "$1"')
    expect(await squash(own, { hooks: true })).toMatchObject({ squashed: { commits: 3 } })
    expect(subjects(dir, unpushed)).toEqual(['[T-1] Add b.md', 'At 200'])
    expect(verdicts(dir, 2)).toEqual(['G', 'G'])
  })

  it('stays as it is where commit-msg refuses', async () => {
    const own = ownClone()
    const { dir } = own
    for (const at of [0, 10]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    hook(dir, 'commit-msg', 'echo no; exit 1')
    const head = git(dir, ['rev-parse', 'HEAD'])
    expect(await squash(own, { hooks: true })).toMatchObject({
      type: 'Failed',
      problem: { kind: 'unexpected', message: 'The commit-msg hook refuses: no' },
    })
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(git(dir, ['status', '--porcelain'])).toBe('')
  })
})

describe('what the guard holds back', () => {
  it('is neither shown to pre-commit, nor let through where that stages it', async () => {
    const { dir } = ownClone()
    const { file, lines } = trace()
    hook(dir, 'pre-commit', `git diff --cached --name-only >> '${file}'; git add -A`)
    const steps = stepsOn(dir, { hooks: true, guard: 'on' })
    writeFiles(dir, { '.env': 'PASSWORD=sesame\n', 'b.md': 'b\n' })
    const saved = await steps.save()
    steps.workTree.close()
    expect(lines()).toEqual(['b.md'])
    expect(git(dir, ['show', '--name-only', '--format=', 'HEAD'])).toBe('b.md')
    expect(git(dir, ['log', '--all', '--format=%h', '--', '.env'])).toBe('')
    expect(saved.skipped).toMatchObject([{ path: '.env', reason: 'secret' }])
  })
})
