import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hooked } from '../../support/hooked-files.js'
import { closeWorlds, ends, openPair, remoteChanges } from '../../support/mid-move.js'
import { faultsOf, pass } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'

vi.mock('node:fs/promises', async (original) => {
  const { hookedFiles } = await import('../../support/hooked-files.js')
  return hookedFiles(await original<typeof promises>())
})

afterEach(closeWorlds)

/** Before or after the index of the move comes to stand for git's. */
const once = (due: 'before' | 'after', act: () => void): void => {
  hooked.hook = (when, call, paths) => {
    if (when !== due || call !== 'rename' || !ends(paths[1], '.git/index')) return
    hooked.hook = () => undefined
    act()
  }
}

const expectWhole = async (b: Machine): Promise<void> => {
  expect(readFileSync(b.at('d/new.txt'), 'utf8')).toBe('new from the remote\n')
  expect(b.git('status', '--porcelain')).toBe('')
  expect((await pass(b)).problem).toBeNull()
  expect(b.git('ls-tree', '-r', '--name-only', 'HEAD')).toContain('d/new.txt')
  expect(faultsOf(b)).toEqual([])
}

describe('a git clean that read the index before a move was in it', () => {
  it('takes no new file from everybody', async () => {
    const { a, b } = openPair('')
    await pass(b)
    await remoteChanges(a)
    once('after', () => {
      rmSync(b.at('d/new.txt'))
    })
    expect((await pass(b)).problem).toBeNull()
    await expectWhole(b)
  })

  it('is waited for while it is at work', async () => {
    const { a, b } = openPair('')
    await pass(b)
    await remoteChanges(a)
    const ended: Promise<unknown>[] = []
    const told: string[] = []
    // It lists what it would take before the index is published, and takes it a second later.
    once('before', () => {
      const clean = spawn('git', ['clean', '-fdi'], {
        cwd: b.path,
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      clean.stdout.on('data', (bytes: Buffer) => told.push(bytes.toString()))
      ended.push(new Promise((resolve) => clean.on('close', resolve)))
      spawnSync('sleep', ['0.5'])
      setTimeout(() => clean.stdin.end('1\n'), 1_000)
    })
    expect((await pass(b)).problem).toBeNull()
    await Promise.all(ended)
    expect(told.join('')).toContain('Removing d/new.txt')
    await expectWhole(b)
  })
})
