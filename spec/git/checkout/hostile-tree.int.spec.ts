import {
  git,
  oracleTree,
  temporaryRepository,
  treeOf,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillHostile, mutate, seeded } from '../../support/hostile-tree.js'
import { stepsOn } from '../../support/steps.js'

const hasLfs = tryGit('.', ['lfs', 'version']).code === 0

/** Where git refuses to go, or records what gitsync leaves to the owner. */
const nested = ['nested', 'nested born'] as const

const nest = (dir: string): void => {
  for (const name of nested) {
    writeFiles(join(dir, name), { 'inner.txt': 'inner\n' })
    temporaryRepository(join(dir, name))
  }
  git(join(dir, 'nested born'), ['commit', '--quiet', '--allow-empty', '-m', 'Inner'])
}

/** What `git status` lists besides what was left out. */
const unclean = (dir: string): readonly string[] =>
  execFileSync('git', ['status', '--porcelain', '-z'], { cwd: dir })
    .toString('latin1')
    .split('\0')
    .filter((line) => line !== '' && !nested.some((name) => line === `?? ${name}/`))

const objectsOf = (dir: string): string => git(dir, ['count-objects', '-v'])

describe.each([
  { seed: 1, files: 3_000 },
  { seed: 20_260_817, files: 800 },
  { seed: 424_242, files: 800 },
])('a hostile work tree of $files files, seed $seed', ({ seed, files }) => {
  it('is recorded as git add -A would, time and again', { timeout: 300_000 }, async () => {
    const random = seeded(seed)
    const dir = temporaryRepository()
    fillHostile(dir, random, files, hasLfs)
    nest(dir)
    execFileSync('mkfifo', [join(dir, 'fifo')])
    const socket = createServer().listen(join(dir, 'socket'))
    const steps = stepsOn(dir, { ignoreDefaults: false })

    const agree = async (paths?: readonly string[]): Promise<void> => {
      const { skipped } = await steps.save(paths)
      expect(skipped.filter(({ reason }) => reason !== 'nested-repository')).toEqual([])
      expect(treeOf(dir)).toEqual(oracleTree(dir, nested))
      expect(unclean(dir)).toEqual([])
      expect(tryGit(dir, ['fsck', '--strict', '--no-dangling'])).toMatchObject({ code: 0 })
    }

    const stayPut = async (): Promise<void> => {
      const lock = join(dir, '.git', 'index.lock')
      const before = [readFileSync(join(dir, '.git', 'index')), objectsOf(dir)]
      // With somebody else's lock in the way, any wish to write would fail.
      writeFileSync(lock, '')
      const report = await steps.commit({ kind: 'everything' }, await steps.position())
      rmSync(lock)
      expect(report).toMatchObject({ type: 'Committed', commit: null, skipped: [] })
      expect([readFileSync(join(dir, '.git', 'index')), objectsOf(dir)]).toEqual(before)
    }

    await agree()
    await stayPut()
    for (let round = 0; round < 2; round += 1) {
      mutate(dir, random, 300)
      await agree()
      await stayPut()
      const named = mutate(dir, random, 150)
      await agree(named.map((path) => path.toString()))
      await stayPut()
    }
    socket.close()
    steps.workTree.close()
  })
})
