import {
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisProcess } from '../../../src/git/lock/process-identity.js'
import { stepsOn } from '../../support/steps.js'

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

/** What this process would write, told otherwise. */
const told = (changes: Readonly<Record<string, string>>): string =>
  Object.entries(changes).reduce(
    (text, [name, value]) => text.replace(new RegExp(` ${name}=\\S*`), ` ${name}=${value}`),
    thisProcess,
  )

/** Somebody tidies gitsync's folder away under one that runs. */
const tidyAway = (dir: string): void => {
  rmSync(join(dir, '.git', 'gitsync'), { recursive: true })
}

const renamed = (text: string): string => text.replace(` ${hostname()} `, ' renamed ')

const expectTaken = async (dir: string): Promise<void> => {
  const steps = stepsOn(dir)
  await steps.save()
  expect(readFileSync(lockOf(dir), 'utf8')).toContain(thisProcess)
  steps.workTree.close()
}

const expectBelieved = async (dir: string, words: RegExp): Promise<void> => {
  const text = readFileSync(lockOf(dir), 'utf8')
  const problem = await stepsOn(dir).problem()
  expect(problem).toMatchObject({ kind: 'already-running' })
  expect(problem.message).toMatch(words)
  expect(problem.remedy).toContain(lockOf(dir))
  expect(readFileSync(lockOf(dir), 'utf8')).toBe(text)
}

describe('one gitsync per work tree', () => {
  it('names the holder to the second, and lets it in afterwards', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const [first, second] = [stepsOn(dir), stepsOn(dir)]
    await first.save()
    const problem = await second.problem()
    expect(problem).toMatchObject({ kind: 'already-running' })
    expect(problem.message).toContain(`process ${process.pid} on ${hostname()}`)
    expect(problem.remedy).toContain(lockOf(dir))
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

  it('is taken over where this very process could not give it back', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${thisProcess} id=x\n`)
    await expectTaken(dir)
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

describe('a machine', () => {
  it('that is renamed ends no lock that lives', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${renamed(thisProcess)} id=x\n`)
    await expectBelieved(dir, /on renamed/)
  })

  it('that is renamed ends one whose process is dead', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${renamed(thisProcess).replace(/^\d+/, await deadPid())} id=x\n`)
    await expectTaken(dir)
  })

  it.each([
    ['', thisProcess],
    [' and renamed', renamed(thisProcess)],
  ])('that is started anew%s ends every lock', async (_, text) => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${text.replace(/ boot=\S*/, ' boot=another')} id=x\n`)
    await expectTaken(dir)
  })

  it('that is another one is respected', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const text = renamed(told({ boot: 'another', machine: 'another' }))
    leaveLock(dir, `${text.replace(/^\d+/, await deadPid())} id=x\n`)
    await expectBelieved(dir, /on renamed/)
  })
})

describe('a copy', () => {
  const copyOf = (from: string, to: string): void => {
    execFileSync('cp', ['-a', from, to])
  }

  it('of a repository is free, and the original stays taken', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const holder = stepsOn(dir)
    await holder.save()
    const copy = join(temporaryFolder(), 'copy')
    copyOf(dir, copy)
    await expectTaken(copy)
    await expectBelieved(dir, /process/)
    holder.workTree.close()
  })

  it('that is put back under its holder is taken over by it', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const holder = stepsOn(dir)
    await holder.save()
    const backup = join(temporaryFolder(), 'backup')
    copyOf(join(dir, '.git'), backup)
    // Another holding of the same process by now.
    git(dir, ['config', 'core.commentChar', ';'])
    await holder.save()
    renameSync(join(dir, '.git'), join(temporaryFolder(), 'gone'))
    copyOf(backup, join(dir, '.git'))
    writeFiles(dir, { b: 'b\n' })
    expect((await holder.save()).commit).toMatchObject({ added: 1 })
    await expectBelieved(dir, /process/)
    holder.workTree.close()
  })
})

describe('what a power loss emptied', () => {
  const old = (file: string, text: string): void => {
    writeFileSync(file, text)
    utimesSync(file, 1, 1)
  }

  it('is no lock', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, '')
    await expectTaken(dir)
  })

  it.each(['', '\0\0\0'])('does not guard a takeover: %j', async (text) => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${await deadPid()} 1 ${hostname()} x\n`)
    old(`${lockOf(dir)}.takeover`, text)
    await expectTaken(dir)
    expect(existsSync(`${lockOf(dir)}.takeover`)).toBe(false)
  })

  it('that is young may be somebody’s who just starts', async () => {
    const dir = committedRepository({ a: 'a\n' })
    leaveLock(dir, `${await deadPid()} 1 ${hostname()} x\n`)
    writeFileSync(`${lockOf(dir)}.takeover`, '')
    await expectBelieved(dir, /just started/)
    rmSync(`${lockOf(dir)}.takeover`)
    await expectTaken(dir)
  })
})

describe('what a kill left in our own folder', () => {
  const own = (dir: string): string => join(dir, '.git', 'gitsync')

  it('is gone once the lock is taken', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const dead = `${await deadPid()} 1 ${hostname()} x\n`
    leaveLock(dir, dead)
    const names = [
      'render-index',
      'scratch-index',
      'scratch-index.lock',
      'move.json.new',
      'ref.json.new',
      `instance.${randomUUID()}`,
      `instance.${randomUUID()}.probe`,
    ]
    for (const name of names) writeFileSync(join(own(dir), name), dead)
    const torn = `instance.${randomUUID()}`
    writeFileSync(join(own(dir), torn), '')
    utimesSync(join(own(dir), torn), 1, 1)
    const steps = stepsOn(dir)
    await steps.save()
    expect(readdirSync(own(dir)).sort()).toEqual(['boot', 'index', 'instance.lock', 'sign'])
    steps.workTree.close()
  })

  it('is told from what another start is about to use', async () => {
    const dir = committedRepository({ a: 'a\n' })
    mkdirSync(own(dir), { recursive: true })
    const names = [`instance.${randomUUID()}`, `instance.${randomUUID()}`]
    for (const [n, name] of names.entries())
      writeFileSync(join(own(dir), name), n === 0 ? `${thisProcess} id=x\n` : '')
    const steps = stepsOn(dir)
    await steps.save()
    expect(readdirSync(own(dir))).toEqual(expect.arrayContaining(names))
    steps.workTree.close()
  })
})

describe('a folder of ours that is tidied away', () => {
  it('is made again, and commits go on', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    writeFiles(dir, { a: 'one\n' })
    await steps.save()
    tidyAway(dir)
    writeFiles(dir, { a: 'two\n' })
    expect((await steps.save()).commit).toMatchObject({ modified: 1 })
    expect(git(dir, ['show', 'HEAD:a'])).toBe('two')
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    expect(readFileSync(lockOf(dir), 'utf8')).toContain(thisProcess)
    steps.workTree.close()
    expect(existsSync(lockOf(dir))).toBe(false)
  })

  it('belongs to the other gitsync that came since, until that one leaves', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const [first, second] = [stepsOn(dir), stepsOn(dir)]
    await first.save()
    tidyAway(dir)
    await second.save()
    expect(await first.problem()).toMatchObject({ kind: 'already-running' })
    second.workTree.close()
    writeFiles(dir, { a: 'one\n' })
    expect((await first.save()).commit).not.toBeNull()
    first.workTree.close()
  })
})
