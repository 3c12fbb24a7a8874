import { committedRepository } from '../support/temp-repositories.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisProcess } from '../../src/git/process-identity.js'
import { stepsOn } from '../support/steps.js'

const lockOf = (dir: string): string => join(dir, '.git', 'gitsync', 'instance.lock')

const leaveLock = (dir: string, text: string): void => {
  mkdirSync(join(dir, '.git', 'gitsync'), { recursive: true })
  writeFileSync(lockOf(dir), text)
}

/** The pid of a process that has ended. */
const deadPid = async (): Promise<string> => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return String(child.pid)
}

describe('one gitsync per work tree', () => {
  it('names the holder to the second, and lets it in afterwards', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const [first, second] = [stepsOn(dir), stepsOn(dir)]
    await first.save()
    const problem = await second.problem()
    expect(problem).toMatchObject({ kind: 'already-running' })
    expect(problem.message).toContain(`process ${process.pid} on ${hostname()}`)
    // The refused one must not have touched what the holder works with.
    writeFileSync(join(dir, 'b'), 'b\n')
    expect((await first.save()).commit).toMatchObject({ added: 1 })
    first.workTree.close()
    expect(existsSync(lockOf(dir))).toBe(false)
    expect((await second.save()).commit).toBeNull()
    second.workTree.close()
  })

  it('is taken over from a dead holder', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${await deadPid()} 1 ${hostname()} x\n`)
    const steps = stepsOn(dir)
    await steps.save()
    expect(readFileSync(lockOf(dir), 'utf8')).toContain(thisProcess)
    steps.workTree.close()
  })

  it('is taken over where another process has the holder’s pid by now', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const [pid = '', started = ''] = thisProcess.split(' ')
    const steps = stepsOn(dir)
    leaveLock(dir, `${pid} ${Number(started) - 1} ${hostname()} x\n`)
    await steps.save()
    steps.workTree.close()
  })

  it.each(['1 1 another-host x\n', 'written by hand\n'])('is believed: %j', async (text) => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, text)
    expect(await stepsOn(dir).problem()).toMatchObject({ kind: 'already-running' })
    expect(readFileSync(lockOf(dir), 'utf8')).toBe(text)
  })

  it('goes to exactly one of many that start at once', async () => {
    const dir = committedRepository({ a: 'a\n' })
    for (let round = 0; round < 10; round += 1) {
      leaveLock(dir, `${await deadPid()} 1 ${hostname()} x\n`)
      const all = Array.from({ length: 6 }, () => stepsOn(dir))
      const reports = await Promise.all(all.map((steps) => steps.inspect()))
      expect(reports.filter(({ type }) => type === 'Inspected')).toHaveLength(1)
      for (const steps of all) steps.workTree.close()
    }
  })
})
