import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync, outcomesOf, start, until, untilWatched } from '../support/program.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'

const writers: ChildProcess[] = []

afterEach(() => {
  endAll()
  for (const writer of writers.splice(0)) writer.kill('SIGKILL')
})

interface Writer {
  /** Adds a line to the file that it has open. */
  readonly write: (line: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** A program of somebody's that opens a file once, and goes on to write to its end. */
const writerOf = async (file: string): Promise<Writer> => {
  const script = 'exec 3>>"$1"; echo open; while read -r line; do echo "$line" >&3; echo done; done'
  const child = spawn('sh', ['-c', script, 'sh', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  writers.push(child)
  await once(child.stdout, 'data')
  return {
    write: async (line) => {
      child.stdin.write(`${line}\n`)
      await once(child.stdout, 'data')
    },
    close: async () => {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

/** Two machines; the other has changed the log that a program here has open, and deleted a draft that one has open too. */
const setUp = async () => {
  const remote = bareRemote()
  const path = cloneOf(remote)
  writeFiles(path, { log: 'base\n', draft: 'draft\n' })
  commitAll(path, 'First')
  git(path, ['push', '-q', '-u', 'origin', 'main'])
  const other = cloneOf(remote)
  const [log, draft] = [await writerOf(join(path, 'log')), await writerOf(join(path, 'draft'))]
  const change = (): void => {
    writeFiles(other, { log: 'base\nof the other\n' })
    git(other, ['rm', '-q', 'draft'])
    commitAll(other, 'Other')
    git(other, ['push', '-q'])
  }
  const contents = (): readonly string[] => {
    git(other, ['pull', '-q'])
    const names = git(other, ['ls-files']).split('\n')
    return names.map((name) => readFileSync(join(other, name), 'utf8'))
  }
  return { path, log, draft, change, contents }
}

const steps = [
  ...['taken-away', 'placed', 'index-moved', 'published', 'ref-moved'],
  ...['open-noted', 'open-noted:2', 'old-settled'],
]

/** Who holds a file open is told by /proc, which only Linux has. */
describe.runIf(existsSync('/proc/self/fd'))(
  'what a program writes to a file that it had open',
  () => {
    it('before another machine changed it, reaches that within a fetch', async () => {
      const { path, log, draft, change, contents } = await setUp()
      const flags = ['--json', '--debounce', '200ms', '--fetch-interval', '1s']
      const running = start(['run', path, ...flags])
      await untilWatched(running)
      change()
      const told = (type: string) => running.outcomes.filter((one) => one.type === type)
      await until('the change', () => told('FastForwarded').length > 0)
      const before = running.outcomes.length
      await log.write('late')
      await until('the copy', () => told('ConflictKept').length > 0)
      await until('the push', () => told('Pushed').length > 0)
      expect(contents()).toEqual(['base\nof the other\n', 'base\nlate\n'])
      await log.write('later')
      await until('the next push', () => told('Pushed').length > 1)
      expect(contents()).toEqual(['base\nof the other\n', 'base\nlate\nlater\n'])
      await draft.write('late')
      await until('the draft', () => told('Pushed').length > 2)
      expect(contents()).toContain('draft\nlate\n')
      const since = running.outcomes.slice(before)
      expect(since.filter(({ type }) => type === 'OperationFailed' || type === 'Halted')).toEqual(
        [],
      )
      running.child.kill('SIGTERM')
      expect((await running.finished).code).toBe(0)
    })

    it.each(steps)('is kept where gitsync was killed at %s', async (step) => {
      const { path, log, draft, change, contents } = await setUp()
      change()
      const dead = start(['once', path], { ...process.env, GITSYNC_TEST_KILL_AT: step })
      expect((await dead.finished).code).toBeNull()
      // As the next start finds them: replaced, and as they were.
      if (step !== 'ref-moved') expect((await gitsync(['once', path])).code).toBe(0)
      await log.write('late')
      await draft.write('late')
      await log.close()
      await draft.close()
      const next = await gitsync(['once', '--json', path])
      expect(next.code).toBe(0)
      const found = contents()
      expect(found).toContain('base\nof the other\n')
      expect(found).toContain('base\nlate\n')
      expect(found).toContain('draft\nlate\n')
      expect((await gitsync(['once', path])).code).toBe(0)
      expect(existsSync(join(path, '.git/gitsync/open'))).toBe(false)
      expect(git(path, ['status', '--porcelain'])).toBe('')
      expect(outcomesOf(next).some(({ type }) => type === 'Halted')).toBe(false)
    })
  },
)
