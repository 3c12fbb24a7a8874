import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { cloned, commits, end, isSynced, machine, textOf } from '../support/live-config.js'
import type { Machine } from '../support/live-config.js'
import { endAll, untilWatched } from '../support/program.js'
import { git, writeFiles } from '../support/temp-repositories.js'

afterEach(endAll)

describe('a config that changes all the time', () => {
  const storm = async (user: Machine, repos: readonly string[], times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      const some = repos.filter((_, index) => index === 0 || (n >> (index - 1)) % 2 === 0)
      const listed = some.map((path) => ({ path, ...(n % 3 === 0 ? { message: `n${n}` } : {}) }))
      if (n % 2 === 0) user.save(listed)
      else {
        writeFileSync(`${user.file}.new`, textOf(listed))
        renameSync(`${user.file}.new`, user.file)
      }
      await sleep(n % 10 === 0 ? 300 : 20)
    }
  }

  it('leads to what it says in the end, and every lock is given back', async () => {
    const user = machine()
    const repos = [cloned(), cloned(), cloned()]
    user.save(repos.map((path) => ({ path })))
    const running = user.run()
    await untilWatched(running, 3)
    await storm(user, repos, 100)
    const [notes = '', blog = '', last = ''] = repos
    user.save([{ path: notes }, { path: last }])
    await sleep(1_500)
    await isSynced(notes, 'b.txt')
    await isSynced(last, 'b.txt')
    writeFiles(blog, { 'b.txt': 'two\n' })
    expect((await user.gitsync('once', blog)).code).toBe(0)
    expect(commits(blog)).toBe(2)
    // And once more, into the shutdown.
    const going = storm(user, repos, 60)
    await sleep(700)
    await end(running)
    await going
    for (const repo of repos) {
      expect(git(repo, ['status', '--porcelain'])).toBe('')
      git(repo, ['fsck', '--strict'])
      expect((await user.gitsync('once', repo)).code).toBe(0)
      expect(existsSync(join(repo, '.git/gitsync/instance.lock'))).toBe(false)
    }
  })

  it('goes on after kill -9 with what it says then', async () => {
    const user = machine()
    const repos = [cloned(), cloned(), cloned()]
    const [notes = '', blog = ''] = repos
    user.save(repos.map((path) => ({ path })))
    const running = user.run()
    await untilWatched(running, 3)
    const going = storm(user, repos, 40)
    await sleep(900)
    running.child.kill('SIGKILL')
    await going
    user.save([{ path: notes }, { path: blog }])
    const again = user.run()
    await untilWatched(again, 2)
    await isSynced(notes, 'b.txt')
    await isSynced(blog, 'b.txt')
    await end(again)
  })
})
