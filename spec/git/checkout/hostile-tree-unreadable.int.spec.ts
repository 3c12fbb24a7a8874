import { asNobody, giveToNobody } from '../../support/nobody.js'
import { settingsOf } from '../../support/settings.js'
import {
  committedRepository,
  git,
  temporaryFolder,
  treeOf,
  writeFiles,
} from '../../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/actors/problem.js'
import { build } from '../../support/built.js'

const script = fileURLToPath(new URL('../../support/commit-child.mjs', import.meta.url))

const built = { dist: '' }

beforeAll(() => {
  built.dist = build()
})

/** What one pass reports of a work tree that belongs to who runs it. */
const passOfNobody = (dir: string): unknown => {
  giveToNobody(dir)
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [script, built.dist, JSON.stringify(settingsOf(dir)), 'once'],
    asNobody,
  )
  expect(stderr.toString()).toBe('')
  return JSON.parse(stdout.toString().trim().split('\n').at(-1) ?? '')
}

describe('what may not be read', () => {
  it('is left out one by one, told, and never taken for deleted', { timeout: 120_000 }, () => {
    const dir = committedRepository({
      'tracked.txt': 'a\n',
      'same.txt': 'same\n',
      'closed/in.txt': 'in\n',
      'b.txt': 'b\n',
    })
    writeFiles(dir, {
      'fresh.txt': 'fresh\n',
      'secret.txt': 'secret\n',
      'shut/inside.txt': 'inside\n',
      'tracked.txt': 'edited\n',
      'b.txt': 'edited\n',
    })
    for (const path of ['secret.txt', 'tracked.txt', 'same.txt', 'shut', 'closed'])
      chmodSync(join(dir, path), 0)
    const report = passOfNobody(dir)
    expect(report).toMatchObject({ type: 'Committed', commit: { paths: ['b.txt', 'fresh.txt'] } })
    const told = (report as { skipped: readonly { path: string; reason: string }[] }).skipped
    expect(new Map(told.map(({ path, reason }) => [path, reason]))).toEqual(
      new Map([
        ['secret.txt', 'unreadable'],
        ['tracked.txt', 'unreadable'],
        ['same.txt', 'unreadable'],
        ['closed', 'unreadable'],
        ['shut', 'unreadable'],
      ]),
    )
    expect(treeOf(dir).entries.map((entry) => entry.split('\t')[1])).toEqual([
      'b.txt',
      'closed/in.txt',
      'fresh.txt',
      'same.txt',
      'tracked.txt',
    ])
    expect(git(dir, ['show', 'HEAD:tracked.txt'])).toBe('a')
  })

  it('is not what a folder holds that became a link into a barred one', () => {
    const dir = committedRepository({ a: 'a\n', 'd/d.txt': 'd\n', 'd.txt': 'beside\n' })
    const barred = temporaryFolder()
    chmodSync(barred, 0o700)
    rmSync(join(dir, 'd'), { recursive: true })
    symlinkSync(join(barred, 'in'), join(dir, 'd'))
    expect(passOfNobody(dir)).toMatchObject({ type: 'Committed', commit: { deleted: 1 } })
    expect(git(dir, ['ls-files'])).toBe('a\nd\nd.txt')
    expect(treeOf(dir).entries).toHaveLength(3)
  })
})

describe('what may not be written', () => {
  it('is the object database, not the file that was saved', () => {
    const dir = committedRepository({ 'a.txt': 'a\n' })
    writeFiles(dir, { 'fresh.txt': 'fresh\n' })
    const fanOut = git(dir, ['hash-object', 'fresh.txt']).slice(0, 2)
    mkdirSync(join(dir, '.git/objects', fanOut), { recursive: true })
    chmodSync(join(dir, '.git/objects', fanOut), 0o555)
    const report = passOfNobody(dir)
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'unexpected' } })
    const { problem } = report as { readonly problem: Problem }
    expect(`${problem.message} ${problem.remedy}`).toMatch(/objects.*right to read and write/s)
    chmodSync(join(dir, '.git/objects', fanOut), 0o755)
    expect(passOfNobody(dir)).toMatchObject({ commit: { paths: ['fresh.txt'] } })
  })
})
