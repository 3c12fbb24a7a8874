import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { maxQueuedEvents } from '../../../src/streams/watch/failure.js'
import { watchNative$ } from '../../../src/streams/watch/native.js'
import { folderRules } from './stress/folder-rules.js'
import { type Scratch, makeGitDir, makeScratch, plant, write } from './stress/scratch.js'
import { Watching, until } from './stress/watching.js'

let scratch: Scratch
let watching: Watching

const start = (): Watching => {
  watching = new Watching(watchNative$(scratch, folderRules(scratch.root, scratch.gitDir)))
  return watching
}

beforeEach(() => {
  scratch = makeScratch()
  plant(scratch.root, 20, 2)
})
afterEach(() => {
  vi.restoreAllMocks()
  watching.stop()
  scratch.remove()
})

/** Lets the first opens of watches pass, then fails them with this code; tells which handles are open. */
const failingWatch = (code: string, fails: (name: string) => boolean): { open: () => number } => {
  const { watch } = fs
  let open = 0
  const failing = (name: Buffer | string, options: object): fs.FSWatcher => {
    if (fails(name.toString())) throw Object.assign(new Error(`${code}: no watch`), { code })
    const watcher = watch(name, options)
    open += 1
    watcher.once('close', () => {
      open -= 1
    })
    return watcher
  }
  vi.spyOn(fs, 'watch').mockImplementation(failing as typeof fs.watch)
  return { open: () => open }
}

describe('an overflow of the kernel queue', () => {
  it('is suspected, and what it hid is found', async () => {
    start()
    expect(await watching.armed()).toBe(true)
    const [one, two] = [scratch.at('g0/d0/f0.txt'), scratch.at('g0/d0/f1.txt')]
    const [first, second] = [fs.openSync(one, 'a'), fs.openSync(two, 'a')]
    // The loop is held, so nothing is drained; alternating, since the kernel merges equal events.
    for (let n = 0; n < maxQueuedEvents(); n += 1) {
      fs.writeSync(first, 'x')
      fs.writeSync(second, 'x')
    }
    fs.closeSync(first)
    fs.closeSync(second)
    plant(scratch.at('hidden'), 10, 2)
    expect(await until(() => watching.kinds().includes('rescan'))).toBe(true)
    expect(watching.reasons().join()).toContain('may be lost')
    expect(watching.covers('hidden/g0/d0/f0.txt')).toBe(false)
    expect(await watching.blind(scratch.root)).toEqual([])
  })
})

describe('the root', () => {
  const lostBy = async (work: () => void): Promise<void> => {
    start()
    expect(await watching.armed()).toBe(true)
    work()
    expect(await until(() => watching.completed)).toBe(true)
    expect(watching.changes.at(-1)).toMatchObject({ kind: 'degraded', source: 'native' })
    expect(watching.reasons().at(-1)).toContain('deleted, moved')
    expect(watching.errors).toEqual([])
  }

  it('deleted', () =>
    lostBy(() => {
      fs.rmSync(scratch.root, { recursive: true })
    }))
  it('renamed', () =>
    lostBy(() => {
      fs.renameSync(scratch.root, `${scratch.root}.away`)
    }))
  it('replaced', () =>
    lostBy(() => {
      fs.renameSync(scratch.root, `${scratch.root}.away`)
      makeGitDir(scratch.gitDir)
    }))
  it('deleted and made again, with the same inode number', () =>
    lostBy(() => {
      fs.rmSync(scratch.root, { recursive: true })
      makeGitDir(scratch.gitDir)
    }))
  it('reached through a symbolic link that leads elsewhere now', async () => {
    const link = path.join(scratch.home, 'link')
    fs.symlinkSync(scratch.root, link)
    const other = path.join(scratch.home, 'other')
    makeGitDir(path.join(other, '.git'))
    scratch = { ...scratch, root: link, gitDir: path.join(link, '.git') }
    await lostBy(() => {
      fs.rmSync(link)
      fs.symlinkSync(other, link)
    })
  })
  it('absent from the start', async () => {
    scratch.remove()
    start()
    expect(await until(() => watching.completed)).toBe(true)
    expect(watching.kinds()).toEqual(['degraded'])
  })
  it('made again while its git directory is elsewhere: all in it is watched anew', async () => {
    const gitDir = path.join(scratch.home, 'git')
    makeGitDir(gitDir)
    scratch = { ...scratch, gitDir }
    start()
    expect(await watching.armed()).toBe(true)
    fs.rmSync(scratch.root, { recursive: true })
    plant(scratch.root, 5, 1)
    // Told apart by its identity it is lost; with the same inode number it is watched again and looked at.
    expect(await until(() => watching.completed || watching.kinds().includes('rescan'))).toBe(true)
    await watching.quiet()
    if (!watching.completed) expect(await watching.blind(scratch.root)).toEqual([])
  })
})

describe('no more watches', () => {
  it('at the start: all are given back, and the remedy is told once', async () => {
    let opened = 0
    const { open } = failingWatch('ENOSPC', () => (opened += 1) > 12)
    start()
    expect(await until(() => watching.completed)).toBe(true)
    expect(watching.kinds()).toEqual(['degraded'])
    expect(watching.changes[0]).toMatchObject({
      remedy: expect.stringMatching(/sudo sysctl fs\.inotify\.max_user_watches=\d+/) as string,
    })
    expect(await until(() => open() === 0)).toBe(true)
  })

  it('while running', async () => {
    const { open } = failingWatch('EMFILE', (name) => name.includes('late'))
    start()
    expect(await watching.armed()).toBe(true)
    expect(open()).toBeGreaterThan(20)
    fs.mkdirSync(scratch.at('late'))
    expect(await until(() => watching.completed)).toBe(true)
    expect(watching.changes.at(-1)).toMatchObject({
      kind: 'degraded',
      remedy: expect.stringMatching(/max_user_instances=\d+/) as string,
    })
    expect(await until(() => open() === 0)).toBe(true)
  })
})

describe('a directory that may not be read', () => {
  it('is passed over, told as changed, and tried again when it changes', async () => {
    let locked = true
    failingWatch('EACCES', (name) => locked && name.includes('locked'))
    write(scratch.at('locked-before/in/file.txt'))
    start()
    expect(await watching.armed()).toBe(true)
    write(scratch.at('locked-later/file.txt'))
    expect(await until(() => watching.paths().has('locked-later'))).toBe(true)
    write(scratch.at('g0/d0/f0.txt'), 'still seen')
    expect(await until(() => watching.paths().has('g0/d0/f0.txt'))).toBe(true)
    locked = false
    fs.chmodSync(scratch.at('locked-before'), 0o711)
    fs.chmodSync(scratch.at('locked-later'), 0o711)
    expect(await until(() => watching.paths().has('locked-before/in'))).toBe(true)
    await watching.quiet()
    expect(await watching.blind(scratch.root)).toEqual([])
  })
})

describe('the git directory', () => {
  it('tells what a person did, and nothing of what our own cycles write', async () => {
    start()
    expect(await watching.armed()).toBe(true)
    const own = ['index', 'index.lock', 'HEAD.lock', 'FETCH_HEAD', 'ORIG_HEAD', 'refs/heads/main']
    for (const name of own) write(path.join(scratch.gitDir, name))
    fs.rmSync(path.join(scratch.gitDir, 'index.lock'))
    await watching.quiet()
    expect(watching.kinds()).toEqual(['armed'])
    for (const name of ['HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'BISECT_LOG', 'config']) {
      watching.forget()
      const file = path.join(scratch.gitDir, name)
      fs.writeFileSync(`${file}.lock`, '')
      fs.renameSync(`${file}.lock`, file)
      expect(await until(() => watching.reasons().includes(`git changed ${name}`))).toBe(true)
    }
    watching.forget()
    fs.rmSync(path.join(scratch.gitDir, 'MERGE_HEAD'))
    expect(await until(() => watching.kinds().includes('rescan'))).toBe(true)
    expect([...watching.paths()]).toEqual([])
  })

  it('of a nested repository is no part of the tree', async () => {
    start()
    expect(await watching.armed()).toBe(true)
    watching.forget()
    makeGitDir(scratch.at('nested/.git'))
    write(scratch.at('my.git.notes/file.txt'))
    write(scratch.at('nested/file.txt'))
    expect(await until(() => watching.covers('my.git.notes/file.txt'))).toBe(true)
    await watching.quiet()
    expect([...watching.paths()].filter((name) => name.split('/').includes('.git'))).toEqual([])
    expect(await watching.blind(scratch.root)).toEqual([])
  })

  it('of a linked work tree shares its exclude file and its config', async () => {
    const gitDir = path.join(scratch.gitDir, 'worktrees/linked')
    fs.mkdirSync(gitDir, { recursive: true })
    fs.writeFileSync(path.join(gitDir, 'commondir'), '../..\n')
    fs.writeFileSync(path.join(gitDir, 'HEAD'), '')
    const root = path.join(scratch.home, 'linked')
    fs.mkdirSync(root)
    watching = new Watching(
      watchNative$({ root, gitDir, own: new Set() }, folderRules(root, gitDir)),
    )
    expect(await watching.armed()).toBe(true)
    fs.appendFileSync(path.join(gitDir, 'HEAD'), 'x')
    expect(await until(() => watching.reasons().includes('git changed HEAD'))).toBe(true)
    fs.writeFileSync(path.join(scratch.gitDir, 'info/exclude'), '')
    expect(await until(() => watching.reasons().includes('info/exclude changed'))).toBe(true)
    fs.writeFileSync(path.join(scratch.gitDir, 'config'), 'x')
    expect(await until(() => watching.reasons().includes('git changed config'))).toBe(true)
  })

  it('made again where it was', async () => {
    start()
    expect(await watching.armed()).toBe(true)
    fs.rmSync(scratch.gitDir, { recursive: true })
    makeGitDir(scratch.gitDir)
    expect(await until(() => watching.completed)).toBe(true)
  })
})
