import { settingsOf } from '../../support/settings.js'
import {
  commitAll,
  committedRepository,
  git,
  temporaryRepository,
  writeFiles,
} from '../../support/temp-repositories.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import { libgit2 } from '../../../src/git/libgit2.js'
import { compareAndSwapRef } from '../../../src/git/refs/move-ref.js'
import { openRepository } from '../../../src/git/repository.js'
import { build } from '../../support/built.js'
import { stepsOn } from '../../support/steps.js'
import { temporaryFolder } from '../../support/temp-repositories.js'

const script = fileURLToPath(new URL('../../support/commit-child.mjs', import.meta.url))
const built = { dist: '', killed: '' }

const lockOf = (dir: string): string => join(dir, '.git', 'refs', 'heads', 'main.lock')
const noteOf = (dir: string): string => join(dir, '.git', 'gitsync', 'ref.json')

/** A repository as a kill right before libgit2 took the branch's lock leaves it. */
const killedBefore = async (dir: string): Promise<void> => {
  const child = spawn(
    process.execPath,
    [script, built.dist, JSON.stringify(settingsOf(dir)), 'once'],
    {
      stdio: 'ignore',
      env: { ...process.env, GITSYNC_TEST_KILL_AT: 'ref-noted' },
    },
  )
  await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
}

const killedCopy = (): string => {
  const dir = temporaryFolder()
  cpSync(built.killed, dir, { recursive: true, preserveTimestamps: true })
  return dir
}

beforeAll(async () => {
  built.dist = build()
  built.killed = committedRepository({ a: 'a\n' })
  writeFiles(built.killed, { a: 'A\n', b: 'b\n' })
  await killedBefore(built.killed)
})

const expectSaved = async (dir: string): Promise<void> => {
  const steps = stepsOn(dir)
  await steps.save()
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(git(dir, ['show', 'HEAD:b'])).toBe('b')
  expect(existsSync(lockOf(dir))).toBe(false)
  expect(existsSync(noteOf(dir))).toBe(false)
  steps.workTree.close()
}

const wantedOid = (dir: string): string => {
  const note: unknown = JSON.parse(readFileSync(noteOf(dir), 'utf8'))
  expect(note).toMatchObject({ ref: 'refs/heads/main' })
  return /[0-9a-f]{40}/.exec(JSON.stringify(note))?.[0] ?? ''
}

describe('a branch’s lock that a kill left', () => {
  it.each([0, 1, 20, 40, 41])('with %i bytes is cleared at the next start', async (length) => {
    const dir = killedCopy()
    writeFileSync(lockOf(dir), `${wantedOid(dir)}\n`.slice(0, length))
    await expectSaved(dir)
  })

  it('is cleared where a power cut took the note’s name back', async () => {
    const dir = killedCopy()
    writeFileSync(lockOf(dir), `${wantedOid(dir)}\n`)
    renameSync(noteOf(dir), `${noteOf(dir)}.new`)
    await expectSaved(dir)
    expect(existsSync(`${noteOf(dir)}.new`)).toBe(false)
  })

  it('is cleared where the branch was to be born', async () => {
    const dir = temporaryRepository()
    writeFiles(dir, { b: 'b\n' })
    await killedBefore(dir)
    writeFileSync(lockOf(dir), '')
    await expectSaved(dir)
  })

  it('is cleared without a start where libgit2 could not give it back', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    writeFiles(dir, { b: 'b\n' })
    const position = await steps.position()
    const swap = vi.spyOn(libgit2.Reference, 'createMatching').mockImplementationOnce(() => {
      writeFileSync(lockOf(dir), '')
      return Promise.reject(new Error('permission denied'))
    })
    expect(await steps.commit(everything, position)).toMatchObject({ type: 'Failed' })
    expect(swap).toHaveBeenCalledOnce()
    expect(existsSync(lockOf(dir))).toBe(true)
    await steps.save()
    steps.workTree.close()
    await expectSaved(dir)
  })

  it('leaves no note of ours where the branch has come to be meanwhile', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const repository = await openRepository(dir)
    mkdirSync(repository.ownDir, { recursive: true })
    const to = git(dir, ['rev-parse', 'HEAD'])
    const move = { ref: 'refs/heads/main', from: null, to, log: 'born' }
    await expect(compareAndSwapRef(repository, move)).rejects.toThrow(/exist/)
    expect(existsSync(noteOf(dir))).toBe(false)
  })

  it('need not be there', async () => {
    await expectSaved(killedCopy())
  })
})

describe('a branch’s lock that is a person’s', () => {
  const expectWaited = async (dir: string): Promise<void> => {
    const steps = stepsOn(dir)
    const text = readFileSync(lockOf(dir), 'utf8')
    const report = await steps.commit({ kind: 'everything' }, await steps.position())
    expect(report).toMatchObject({ problem: { kind: 'locked' } })
    expect(readFileSync(lockOf(dir), 'utf8')).toBe(text)
    steps.workTree.close()
  }

  it('is waited for without a note of ours', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { b: 'b\n' })
    writeFileSync(lockOf(dir), '')
    await expectWaited(dir)
  })

  it('is waited for where it holds another commit', async () => {
    const dir = killedCopy()
    writeFileSync(lockOf(dir), `${'1'.repeat(40)}\n`)
    await expectWaited(dir)
  })

  it('is waited for where it is older than our note', async () => {
    const dir = killedCopy()
    writeFileSync(lockOf(dir), '')
    utimesSync(lockOf(dir), 1, 1)
    await expectWaited(dir)
  })

  it('is waited for where the note is torn', async () => {
    const dir = killedCopy()
    writeFileSync(noteOf(dir), '{"ref":"refs/heads/ma')
    writeFileSync(lockOf(dir), '')
    await expectWaited(dir)
  })
})

describe('the reflog', () => {
  it('says what git would', async () => {
    const dir = temporaryRepository()
    writeFiles(dir, { a: 'a\n' })
    const steps = stepsOn(dir, { message: '{{summary}}\n\nBody' })
    await steps.save()
    writeFiles(dir, { b: 'b\n' })
    await steps.save()
    steps.workTree.close()
    const own = git(dir, ['log', '-g', '--format=%gs', 'main']).split('\n')
    expect(own).toEqual(['commit: Add b', 'commit (initial): Add a'])
    expect(git(dir, ['log', '-g', '--format=%gs', 'HEAD']).split('\n')).toEqual(own)
    writeFiles(dir, { c: 'c\n' })
    commitAll(dir, 'Add c\n\nBody')
    expect(git(dir, ['log', '-g', '-1', '--format=%gs', 'main'])).toBe('commit: Add c')
  })
})
