import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defer, of } from 'rxjs'
import { watchNative$ } from '../../../src/streams/watch/native.js'
import { type WorkTreeWatch, watchWorkTree$ } from '../../../src/streams/watch/work-tree.js'
import { folderRules } from './stress/folder-rules.js'
import { type Scratch, makeScratch, plant, write } from './stress/scratch.js'
import { survey } from './stress/survey.js'
import { Watching, until } from './stress/watching.js'

let scratch: Scratch
let watching: Watching

const start = (options: Partial<WorkTreeWatch>): Watching => {
  watching = new Watching(
    watchWorkTree$({
      root: scratch.root,
      gitDir: scratch.gitDir,
      own: new Set(['in/own']),
      mode: 'auto',
      pollInterval: 50,
      ignoreRules: folderRules(scratch.root, scratch.gitDir),
      probe: {
        fingerprint: () => defer(() => of(JSON.stringify([...survey(scratch.root).files]))),
      },
      ...options,
    }),
  )
  return watching
}

beforeEach(() => {
  scratch = makeScratch()
  plant(scratch.root, 10, 2)
})
afterEach(() => {
  vi.restoreAllMocks()
  watching.stop()
  scratch.remove()
})

describe('watchWorkTree$', () => {
  it.each([
    ['auto', 'native'],
    ['native', 'native'],
    ['fs.watch', 'fs.watch'],
    ['poll', 'poll'],
  ] as const)('%s is armed as %s and sees a change', async (mode, source) => {
    start({ mode })
    expect(await watching.armed()).toBe(true)
    expect(watching.changes).toEqual([{ kind: 'armed', source }])
    write(scratch.at('g0/d0/new.txt'))
    expect(
      await until(() => watching.covers('g0/d0/new.txt') || watching.kinds().includes('rescan')),
    ).toBe(true)
  })

  it('polls a file system that gives no events', async () => {
    const real = fs.statfsSync
    vi.spyOn(fs, 'statfsSync').mockImplementation(((name: string) =>
      Object.assign(real(name), { type: 0xfe534d42 })) as typeof fs.statfsSync)
    start({ mode: 'auto' })
    expect(await watching.armed()).toBe(true)
    expect(watching.changes).toEqual([{ kind: 'armed', source: 'poll' }])
  })

  it('outlives its root: says so once, polls, and is armed again', async () => {
    start({ mode: 'native' })
    expect(await watching.armed()).toBe(true)
    const away = `${scratch.root}.away`
    fs.renameSync(scratch.root, away)
    expect(await until(() => watching.kinds().includes('degraded'))).toBe(true)
    fs.renameSync(away, scratch.root)
    const armedNatively = (): number =>
      watching.changes.filter((change) => change.kind === 'armed' && change.source === 'native')
        .length
    expect(await until(() => armedNatively() === 2)).toBe(true)
    expect(watching.reasons().at(-1)).toContain('watched again')
    expect(watching.kinds().filter((kind) => kind === 'degraded')).toHaveLength(1)
    expect(await watching.blind(scratch.root)).toEqual([])
  })

  it('polls while there are no watches, and goes back when there are', async () => {
    const { watch } = fs
    let full = true
    vi.spyOn(fs, 'watch').mockImplementation(((name: string, options: object) => {
      if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      return watch(name, options)
    }) as typeof fs.watch)
    start({ mode: 'native' })
    expect(await watching.armed()).toBe(true)
    expect(watching.kinds()).toEqual(['degraded', 'armed', 'rescan'])
    watching.forget()
    write(scratch.at('polled.txt'))
    expect(await until(() => watching.kinds().includes('rescan'))).toBe(true)
    full = false
    watching.forget()
    expect(await watching.armed()).toBe(true)
    expect(watching.changes).toContainEqual({ kind: 'armed', source: 'native' })
    expect(await watching.blind(scratch.root)).toEqual([])
  })

  it('the recursive watch tells nothing of the git directory, and survives what Node trips over', async () => {
    start({ mode: 'fs.watch' })
    expect(await watching.armed()).toBe(true)
    write(scratch.at('.git/index'), 'x')
    write(scratch.at('.git/objects/aa/bb'), 'x')
    await watching.quiet()
    expect(watching.kinds()).toEqual(['armed'])
    for (let round = 0; round < 20; round += 1) {
      plant(scratch.at('churn'), 20, 1)
      await sleep(2)
      fs.rmSync(scratch.at('churn'), { recursive: true })
      await sleep(2)
    }
    write(scratch.at('last.txt'))
    expect(await until(() => watching.kinds().includes('rescan'))).toBe(true)
    expect(watching.errors).toEqual([])
    expect(watching.kinds()).not.toContain('degraded')
  })
})

describe('what gitsync itself writes', () => {
  it.each(['native', 'fs.watch'] as const)('is not told by %s', async (mode) => {
    write(scratch.at('in/own/before.txt'))
    write(scratch.at('in/own-not.txt'))
    start({ mode })
    expect(await watching.armed()).toBe(true)
    watching.forget()
    write(scratch.at('in/own/before.txt'), 'more')
    write(scratch.at('in/own/later/file.txt'))
    await watching.quiet()
    expect(watching.changes).toEqual([])
    write(scratch.at('in/own-not.txt'), 'more')
    expect(await until(() => watching.changes.length > 0)).toBe(true)
  })
})

describe('watchNative$ where the system watches recursively', () => {
  it('tells nothing of ignored directories, and learns of new rules', async () => {
    write(scratch.at('.gitignore'), 'one/\n')
    for (const name of ['one', 'two', 'src']) write(scratch.at(`${name}/file.txt`))
    const rules = folderRules(scratch.root, scratch.gitDir)
    watching = new Watching(watchNative$(scratch, rules, 'darwin'))
    expect(await watching.armed()).toBe(true)
    write(scratch.at('one/file.txt'), 'unseen')
    write(scratch.at('src/file.txt'), 'seen')
    expect(await until(() => watching.paths().has('src/file.txt'))).toBe(true)
    expect([...watching.paths()]).toEqual(['src/file.txt'])
    fs.appendFileSync(scratch.at('.gitignore'), 'two/\n')
    expect(await until(() => watching.kinds().includes('rescan'))).toBe(true)
    watching.forget()
    write(scratch.at('two/file.txt'), 'unseen')
    write(scratch.at('src/file.txt'), 'seen again')
    expect(await until(() => watching.paths().has('src/file.txt'))).toBe(true)
    expect([...watching.paths()]).toEqual(['src/file.txt'])
  })
})
