import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandIn, gitRuns } from '../../../src/git/program/git-processes.js'
import { committedRepository } from '../../support/temp-repositories.js'

describe('commandIn', () => {
  it.each([
    ['git commit -m x', 'commit'],
    ['/usr/bin/git -C /a/b -c user.name=x --no-pager --git-dir /x rebase -i', 'rebase'],
    ['git --git-dir=/x stash -u', 'stash'],
    ['git', null],
    ['git --version', null],
    ['', null],
  ])('of %j is %j', (line, command) => {
    expect(commandIn(line.split(' ').join('\0'))).toBe(command)
    expect(commandIn(`${line.split(' ').join('\0')}\0`)).toBe(command)
  })
})

// Only Linux tells what runs, and where.
describe.runIf(process.platform === 'linux')('gitRuns', () => {
  it('tells whether one of these is at work at the top of a work tree', async () => {
    const [dir, other] = [committedRepository({ 'in/a': 'a\n' }), committedRepository({ a: 'a\n' })]
    const env = { ...process.env, GIT_EDITOR: 'sleep 60; false' }
    const one = spawn('git', ['-C', 'in', 'commit', '--amend'], {
      cwd: dir,
      env,
      stdio: 'ignore',
      detached: true,
    })
    const commits = new Set(['commit'])
    await expect.poll(() => gitRuns(commits, dir), { timeout: 10_000 }).toBe(true)
    expect(await gitRuns(new Set(['merge']), dir)).toBe(false)
    expect(await gitRuns(commits, other)).toBe(false)
    process.kill(-(one.pid ?? 0), 'SIGKILL')
    await expect.poll(() => gitRuns(commits, dir), { timeout: 10_000 }).toBe(false)
  })
})
