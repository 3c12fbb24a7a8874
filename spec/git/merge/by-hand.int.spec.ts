import { bareRemote, cloneOf, commitAll, git, temporaryRepository, writeFiles } from '../../support/temp-repositories.js' // prettier-ignore
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync } from '../../support/program.js'

afterEach(endAll)

/** A folder that begins on its own what the remote has another version of: it was never pushed, and has no upstream. */
const beginnings = (kin: 'related' | 'strangers') => {
  const remote = bareRemote()
  const there = cloneOf(remote)
  writeFiles(there, { 'a.txt': 'root\n' })
  commitAll(there, 'Root')
  git(there, ['push', '-q', 'origin', 'main'])
  const here = kin === 'related' ? cloneOf(remote) : temporaryRepository()
  if (kin === 'related') git(here, ['branch', '--unset-upstream'])
  else git(here, ['remote', 'add', 'origin', remote])
  writeFiles(there, { 'a.txt': 'theirs\n' })
  commitAll(there, 'Theirs')
  git(there, ['push', '-q', 'origin', 'main'])
  writeFiles(here, { 'a.txt': 'ours\n' })
  return here
}

describe('the remedy of a conflict that is left to a person', () => {
  it.each([
    ['related', 'merge'],
    ['related', 'rebase'],
    ['strangers', 'merge'],
  ] as const)('works as printed before the first push (%s, %s)', async (kin, integrate) => {
    const here = beginnings(kin)
    const args = ['once', here, '--conflict', 'halt', '--integrate', integrate]
    const halted = await gitsync(args)
    expect([halted.code, halted.stderr]).toEqual([1, expect.stringContaining('halted (conflict)')])
    const [, command = ''] = /(git merge [^\n]*[^\n.])\.?\n/.exec(halted.stderr) ?? []
    const { stdout } = spawnSync(command, { cwd: here, shell: true, encoding: 'utf8' })
    expect(stdout).toContain('CONFLICT')
    writeFiles(here, { 'a.txt': 'both\n' })
    commitAll(here, 'By hand')
    expect((await gitsync(args)).code).toBe(0)
    expect(git(here, ['rev-parse', '@{upstream}'])).toBe(git(here, ['rev-parse', 'HEAD']))
  })
})
