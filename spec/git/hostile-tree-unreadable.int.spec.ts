import {
  committedRepository,
  git,
  settingsOf,
  treeOf,
  writeFiles,
} from '../support/temp-repositories.js'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { build } from '../support/built.js'

const script = fileURLToPath(new URL('../support/commit-child.mjs', import.meta.url))

/** Rights do not bind root: there the program runs as somebody else. */
const nobody = 65_534

describe('what may not be read', () => {
  it('is left out one by one, told, and never taken for deleted', { timeout: 120_000 }, () => {
    const dir = committedRepository({
      'tracked.txt': 'a\n',
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
    const dist = build()
    for (const path of ['secret.txt', 'tracked.txt', 'shut', 'closed'])
      chmodSync(join(dir, path), 0)
    const root = process.getuid?.() === 0
    if (root) execFileSync('chown', ['-R', `${nobody}:${nobody}`, dir])
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [script, dist, JSON.stringify(settingsOf(dir)), 'once'],
      root ? { uid: nobody, gid: nobody } : {},
    )
    expect(stderr.toString()).toBe('')
    const report: unknown = JSON.parse(stdout.toString().trim().split('\n').at(-1) ?? '')
    expect(report).toMatchObject({ type: 'Committed', commit: { paths: ['b.txt', 'fresh.txt'] } })
    const told = (report as { skipped: readonly { path: string; reason: string }[] }).skipped
    expect(new Map(told.map(({ path, reason }) => [path, reason]))).toEqual(
      new Map([
        ['secret.txt', 'unreadable'],
        ['tracked.txt', 'unreadable'],
        ['closed/in.txt', 'unreadable'],
      ]),
    )
    expect(treeOf(dir).entries.map((entry) => entry.split('\t')[1])).toEqual([
      'b.txt',
      'closed/in.txt',
      'fresh.txt',
      'tracked.txt',
    ])
    expect(git(dir, ['show', 'HEAD:tracked.txt'])).toBe('a')
  })
})
