import {
  git,
  temporaryFolder,
  temporaryRepository,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openRepository } from '../../src/git/repository.js'
import { tidy } from '../../src/git/tidy.js'
import { createSyncPipeline } from '../../src/pipeline.js'
import { stepsOn } from '../support/steps.js'

const oidOf = (content: string): string =>
  createHash('sha1')
    .update(`blob ${String(content.length)}\0${content}`)
    .digest('hex')

/** git guesses how many objects there are by those whose name begins so. */
const guessed = Array.from({ length: 2_000 }, (_, n) => `content ${String(n)}\n`).filter(
  (content) => oidOf(content).startsWith('17'),
)

const looseIn = (dir: string): readonly string[] =>
  readdirSync(join(dir, '.git/objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^[0-9a-f]{2}\/[0-9a-f]{38}$/.test(name),
  )

const packsIn = (dir: string): number =>
  readdirSync(join(dir, '.git/objects/pack')).filter((name) => name.endsWith('.pack')).length

/** Some commits of ours, after which git takes its objects for many; a hook that tells of being run; an object of nobody's. */
const grown = async (): Promise<{ readonly dir: string; readonly stray: string }> => {
  const dir = temporaryRepository()
  git(dir, ['config', 'gc.auto', '1'])
  const hook = join(dir, '.git/hooks/pre-auto-gc')
  writeFileSync(hook, `#!/bin/sh\ntouch '${dir}/.git/hook-ran'\n`)
  chmodSync(hook, 0o755)
  const steps = stepsOn(dir)
  for (const [n, content] of guessed.entries()) {
    writeFiles(dir, { [`${String(n % 3)}.md`]: content })
    await steps.save()
  }
  steps.workTree.close()
  return { dir, stray: git(dir, ['hash-object', '-w', '--stdin'], { input: 'of nobody\n' }) }
}

describe('what lies about after many commits', () => {
  it('is packed, with nothing of it gone, no hook run and nobody’s object taken', async () => {
    const { dir, stray } = await grown()
    git(dir, ['config', 'gc.pruneExpire', 'now'])
    const at = join(dir, '.git/objects', stray.slice(0, 2), stray.slice(2))
    utimesSync(at, 1_700_000_000, 1_700_000_000)
    const head = git(dir, ['rev-parse', 'HEAD'])
    const objects = git(dir, ['rev-list', '--objects', 'HEAD'])
    await tidy(await openRepository(dir))
    expect(looseIn(dir)).toEqual([`${stray.slice(0, 2)}/${stray.slice(2)}`])
    expect(packsIn(dir)).toBe(1)
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(git(dir, ['rev-list', '--objects', 'HEAD'])).toBe(objects)
    git(dir, ['fsck', '--strict'])
    for (const left of ['gc.pid', 'hook-ran'])
      expect(existsSync(join(dir, '.git', left))).toBe(false)
  })

  it.each([
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['maintenance.gc.enabled', 'no'],
  ])('stays where %s is %s', async (key, value) => {
    const { dir } = await grown()
    git(dir, ['config', key, value])
    const before = looseIn(dir)
    await tidy(await openRepository(dir))
    expect(looseIn(dir)).toEqual(before)
  })

  it('stays where it is little', async () => {
    const { dir } = await grown()
    git(dir, ['config', 'gc.auto', '6700'])
    const before = looseIn(dir)
    await tidy(await openRepository(dir))
    expect(looseIn(dir)).toEqual(before)
  })

  it('is packed again and again, under commits that find all that they build on', async () => {
    const { dir } = await grown()
    const repository = await openRepository(dir)
    const steps = stepsOn(dir)
    for (const [n, content] of guessed.entries()) {
      const tidied = tidy(repository)
      writeFiles(dir, { [`${String(n % 3)}.md`]: `${content} again` })
      await steps.save()
      await tidied
    }
    steps.workTree.close()
    git(dir, ['fsck', '--strict'])
    expect(tryGit(dir, ['status', '--porcelain']).text).toBe('')
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe(String(2 * guessed.length))
  })

  it('is packed by a pass that adds to it, and left by one that does not', async () => {
    process.env.XDG_STATE_HOME = temporaryFolder()
    const { dir } = await grown()
    const pass = () =>
      lastValueFrom(createSyncPipeline({ repos: [{ path: dir }] }, { mode: 'once' }))
    expect(await pass()).toMatchObject({ type: 'Stopped' })
    expect(packsIn(dir)).toBe(0)
    writeFiles(dir, { '0.md': 'one more\n' })
    await pass()
    expect(packsIn(dir)).toBe(1)
  })
})
