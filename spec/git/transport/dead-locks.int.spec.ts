import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clearDeadLocks } from '../../../src/git/transport/around/dead-locks.js'
import type { Clone } from './playground.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'

const lockOf = (clone: Clone): string => join(clone.gitDir, 'refs/remotes/origin/main.lock')

/** A clone that has something to fetch, and a lock on its tracking ref that is so many seconds old. */
const lockedClone = (
  text: string,
  age: number,
): { readonly clone: Clone; readonly oid: string } => {
  const bare = bareRepository()
  const oid = advance(bare, 'theirs')
  const clone = cloneOf(bare)
  mkdirSync(dirname(lockOf(clone)), { recursive: true })
  writeFileSync(lockOf(clone), text)
  const then = Date.now() / 1000 - age
  utimesSync(lockOf(clone), then, then)
  return { clone, oid }
}

const hex = 'a'.repeat(40)

describe.each(both)('before a transfer of %s', (transport) => {
  it.each([['nothing'], ['half a name', hex.slice(0, 7)], ['a name', `${hex}\n`]])(
    'an old lock of a killed one that holds %s is cleared',
    async (_, text = '') => {
      const { clone, oid } = lockedClone(text, 90)
      expect(await transportFor(clone, { transport }).fetch(requestFor(clone))).toMatchObject({
        oid,
      })
      expect(existsSync(lockOf(clone))).toBe(false)
    },
  )

  it('the list of shallow commits is let go of', async () => {
    const { clone, oid } = lockedClone('', 90)
    const shallow = join(clone.gitDir, 'shallow.lock')
    writeFileSync(shallow, '')
    utimesSync(shallow, 1, 1)
    expect(await transportFor(clone, { transport }).fetch(requestFor(clone))).toMatchObject({ oid })
    expect(existsSync(shallow)).toBe(false)
  })

  it.each([
    ['a young lock', '', 10],
    ['a lock with something else in it', 'a person’s\n', 90],
  ])('%s is waited for', async (_, text, age) => {
    const { clone } = lockedClone(text, age)
    const fetched = transportFor(clone, { transport }).fetch(requestFor(clone))
    expect(await problemFrom(fetched)).toMatchObject({ kind: 'locked' })
    expect(existsSync(lockOf(clone))).toBe(true)
  })

  it('a lock is waited for while a git works in the repository', async () => {
    const { clone, oid } = lockedClone('', 90)
    const cat = spawn('git', ['cat-file', '--batch'], {
      cwd: clone.gitDir,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await once(cat, 'spawn')
    const wire = transportFor(clone, { transport })
    expect(await problemFrom(wire.fetch(requestFor(clone)))).toMatchObject({ kind: 'locked' })
    cat.stdin.end()
    await once(cat, 'exit')
    expect(await wire.fetch(requestFor(clone))).toMatchObject({ oid })
  })
})

describe('a young lock', () => {
  it('of the time before the boot is cleared', async () => {
    const { clone } = lockedClone('', 10)
    await clearDeadLocks(clone.path, requestFor(clone), Date.now() - 20_000)
    expect(existsSync(lockOf(clone))).toBe(true)
    await clearDeadLocks(clone.path, requestFor(clone), Date.now() - 5000)
    expect(existsSync(lockOf(clone))).toBe(false)
  })
})
