import { committedRepository, git, writeFiles } from '../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Running } from '../support/program.js'
import { endAll, gitsync, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

const files = { 'a/b.txt': 'b\n', 'c.txt': 'c\n' }

const fifo = (dir: string, path: string): void => {
  execFileSync('mkfifo', [join(dir, path)])
}

const haltedOver = ({ outcomes }: Running, path: string): boolean =>
  outcomes.some(
    (one) =>
      one.type === 'Halted' &&
      one.problem.kind === 'unexpected' &&
      one.problem.message.startsWith(path) &&
      one.problem.remedy.includes(path),
  )

/** Milliseconds that the program takes to end. */
const stopped = async ({ child, finished }: Running): Promise<number> => {
  const from = performance.now()
  child.kill('SIGTERM')
  await finished
  return performance.now() - from
}

describe.each(['.gitignore', '.gitattributes', 'a/.gitignore', 'a/.gitattributes'])(
  'a FIFO named %s, for which git waits without end',
  (path) => {
    it('is a clear problem of one pass', async () => {
      const dir = committedRepository(files)
      fifo(dir, path)
      writeFiles(dir, { 'a/b.txt': 'edited\n' })
      const { code, stdout } = await gitsync(['once', dir, '--json'])
      expect(code).toBe(1)
      expect(stdout).toContain(`"message":"${path} is a FIFO`)
    })

    it('is told by the daemon, which ends when asked, and goes on when it is gone', async () => {
      const dir = committedRepository(files)
      const running = start(['run', dir, '--json', '--rescan-interval', '2s'])
      await untilWatched(running)
      fifo(dir, path)
      writeFiles(dir, { 'a/b.txt': 'edited\n' })
      await until('it is told', () => haltedOver(running, path))
      rmSync(join(dir, path))
      await until('it goes on', () => running.outcomes.some(({ type }) => type === 'Resumed'))
      expect(git(dir, ['show', 'HEAD:a/b.txt'])).toBe('edited')
      fifo(dir, path)
      writeFiles(dir, { 'a/b.txt': 'edited again\n' })
      expect(await stopped(running)).toBeLessThan(10_000)
    })
  },
)

describe('a FIFO named .gitignore that is there from the beginning', () => {
  it('does not keep the daemon from saying so, nor from ending', async () => {
    const dir = committedRepository(files)
    fifo(dir, 'a/.gitignore')
    const running = start(['run', dir, '--json'])
    await until('it is told', () => haltedOver(running, 'a/.gitignore'))
    expect(await stopped(running)).toBeLessThan(10_000)
  })

  it.each(['poll', 'fs.watch'])('does not either with --watch %s', async (watch) => {
    const dir = committedRepository(files)
    fifo(dir, '.gitignore')
    const running = start(['run', dir, '--json', '--watch', watch])
    await until('it is told', () => haltedOver(running, '.gitignore'))
    expect(await stopped(running)).toBeLessThan(10_000)
  })
})

describe('what is empty for ever', () => {
  it('is no problem: a link to /dev/null', async () => {
    const dir = committedRepository(files)
    execFileSync('ln', ['-s', '/dev/null', join(dir, '.gitignore')])
    expect((await gitsync(['once', dir])).code).toBe(0)
  })
})
