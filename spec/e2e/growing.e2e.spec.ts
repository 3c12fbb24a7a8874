import { committedRepository, git, writeFiles } from '../support/temp-repositories.js'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { endAll, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

it('a large file that grows is committed once, when it rests, and holds nothing else up', async () => {
  const dir = committedRepository({ a: '' })
  const running = start(['run', dir, '--json', '--debounce', '500ms', '--max-wait', '1s'])
  await untilWatched(running)
  writeFiles(dir, { film: Buffer.alloc(1_500_000, 'x') })
  for (let n = 0; n < 40; n += 1) {
    appendFileSync(join(dir, 'film'), Buffer.alloc(50_000, String(n)))
    appendFileSync(join(dir, 'notes'), `line ${String(n)}\n`)
    await sleep(100)
  }
  const touching = (path: string) =>
    running.outcomes.filter((one) => one.type === 'CommitCreated' && one.paths.includes(path))
      .length
  // What is small was committed meanwhile, as maxWait says.
  expect(touching('notes')).toBeGreaterThanOrEqual(2)
  expect(touching('film')).toBe(0)
  await until('the file is committed', () => touching('film') === 1)
  expect(git(dir, ['cat-file', '-s', 'HEAD:film'])).toBe(String(1_500_000 + 40 * 50_000))
  running.child.kill('SIGTERM')
  expect((await running.finished).code).toBe(0)
})
