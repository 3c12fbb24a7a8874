import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { tap } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchNative$ } from '../../../src/streams/watch/native.js'
import { type FolderRules, folderRules } from './stress/folder-rules.js'
import { randomWork } from './stress/random-work.js'
import { type Scratch, makeScratch, plant, write } from './stress/scratch.js'
import { survey } from './stress/survey.js'
import { Watching, until } from './stress/watching.js'

/** In another process, so that its work and the watcher's run at the same time. */
const run = promisify(execFile)

let scratch: Scratch
let rules: FolderRules
let watching: Watching | undefined

const start = async (): Promise<Watching> => {
  rules = folderRules(scratch.root, scratch.gitDir)
  watching = new Watching(watchNative$(scratch, rules))
  expect(await watching.armed()).toBe(true)
  return watching
}

/** Does the work under watch: nothing of it may be missed, and nothing may be blind afterwards. */
const seesAll = async (work: () => unknown): Promise<Watching> => {
  const watched = await start()
  const before = survey(scratch.root)
  watched.forget()
  await work()
  expect(await watched.missed(before, survey(scratch.root))).toEqual([])
  await watched.quiet()
  expect(await watched.blind(scratch.root)).toEqual([])
  expect(watched.errors).toEqual([])
  expect(watched.kinds()).not.toContain('degraded')
  return watched
}

beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => {
  watching?.stop()
  watching = undefined
  vi.restoreAllMocks()
  scratch.remove()
})

describe('a native watch misses nothing and is blind nowhere after', () => {
  const seeds = [1, 2, Math.floor(Math.random() * 1e9)]
  it.each(seeds)('a burst of thousands of random operations, seed %i', async (seed) => {
    plant(scratch.root, 60, 10)
    await seesAll(() => randomWork(scratch.root, seed, 3_000))
  })

  it('mkdir -p with writes', async () => {
    const script =
      'for n in $(seq 150); do mkdir -p m$n/a/b/c; echo > m$n/a/b/c/one; echo > m$n/a/two; done'
    await seesAll(() => run('sh', ['-c', script], { cwd: scratch.root }))
  })

  it('checkouts between branches', async () => {
    const git = (...words: string[]): Promise<unknown> =>
      run('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', ...words], { cwd: scratch.root })
    await git('init', '-q', '-b', 'main')
    plant(scratch.root, 100, 8)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'one')
    await git('checkout', '-q', '-b', 'other')
    fs.rmSync(scratch.at('g1'), { recursive: true })
    fs.renameSync(scratch.at('g2'), scratch.at('g1'))
    plant(scratch.at('new'), 50, 8)
    for (let n = 0; n < 100; n += 5) fs.appendFileSync(scratch.at(`g0/d${String(n)}/f1.txt`), 'x')
    await git('add', '-A')
    await git('commit', '-q', '-m', 'two')
    await git('checkout', '-q', 'main')
    const watched = await seesAll(async () => {
      for (const branch of ['other', 'main', 'other']) await git('checkout', '-q', branch)
    })
    expect(watched.reasons()).toContain('git changed HEAD')
  })

  it('the unpacking of an archive and a recursive copy', async () => {
    plant(path.join(scratch.home, 'from'), 120, 10)
    const archive = path.join(scratch.home, 'from.tar')
    await run('tar', ['-cf', archive, '-C', scratch.home, 'from'])
    await seesAll(async () => {
      await run('tar', ['-xf', archive, '-C', scratch.root])
      await run('cp', ['-r', scratch.at('from'), scratch.at('copy')])
    })
  })

  it('directories renamed, swapped, moved into one another', async () => {
    plant(scratch.root, 100, 8)
    await seesAll(() => {
      fs.renameSync(scratch.at('g0'), scratch.at('h0'))
      fs.renameSync(scratch.at('g1'), scratch.at('swap'))
      fs.renameSync(scratch.at('g2'), scratch.at('g1'))
      fs.renameSync(scratch.at('swap'), scratch.at('g2'))
      fs.renameSync(scratch.at('g3'), scratch.at('g4/g3'))
      fs.renameSync(scratch.at('g4/g3/d3'), scratch.at('d3'))
    })
  })

  it('a directory moved in and one moved out', async () => {
    plant(path.join(scratch.home, 'outside'), 30, 8)
    plant(scratch.root, 30, 8)
    await seesAll(() => {
      fs.renameSync(path.join(scratch.home, 'outside'), scratch.at('inside'))
      fs.renameSync(scratch.at('g0'), path.join(scratch.home, 'gone'))
      // What happens out there is none of ours.
      fs.writeFileSync(path.join(scratch.home, 'gone/elsewhere.txt'), '')
    })
    expect([...(watching?.paths() ?? [])].filter((name) => name.includes('elsewhere'))).toEqual([])
  })

  it('atomic saves and saves as vim does them', async () => {
    plant(scratch.root, 20, 10)
    const files = [...survey(scratch.root).files.keys()].map((name) => scratch.at(name))
    await seesAll(() => {
      files.forEach((file, index) => {
        if (index % 2 === 0) {
          fs.writeFileSync(`${file}.tmp`, 'new')
          fs.renameSync(`${file}.tmp`, file)
        } else {
          fs.writeFileSync(path.join(path.dirname(file), '4913'), '')
          fs.rmSync(path.join(path.dirname(file), '4913'))
          fs.renameSync(file, `${file}~`)
          fs.writeFileSync(file, 'new')
          fs.rmSync(`${file}~`)
        }
      })
    })
  })

  describe.each(['with', 'without'])('%s times of birth', (births) => {
    beforeEach(() => {
      const { lstatSync } = fs
      if (births === 'with') return
      vi.spyOn(fs, 'lstatSync').mockImplementation(((name: string, options: object) => {
        const stats = lstatSync(name, options) as fs.Stats | undefined
        return stats === undefined ? stats : Object.assign(stats, { birthtimeMs: 0 })
      }) as typeof fs.lstatSync)
    })

    it('empty directories removed and made again at once, with the same inode numbers', async () => {
      const names = Array.from({ length: 40 }, (_, n) => scratch.at(`top/e${String(n)}`))
      for (const name of names) fs.mkdirSync(name, { recursive: true })
      await seesAll(() => {
        for (const name of names) {
          fs.rmdirSync(name)
          fs.mkdirSync(name)
        }
      })
    })

    it('directories removed and made again, over and over', async () => {
      plant(scratch.root, 40, 3)
      await seesAll(async () => {
        for (let round = 0; round < 12; round += 1) {
          for (const group of ['g0', 'g1', 'g2']) fs.rmSync(scratch.at(group), { recursive: true })
          plant(scratch.root, 40, 3)
          if (round % 4 === 0) await sleep(5)
        }
      })
    })

    it('a tree moved out and removed, and another one made in its place', async () => {
      plant(scratch.root, 40, 3)
      await seesAll(() => {
        fs.renameSync(scratch.at('g0'), path.join(scratch.home, 'out'))
        fs.rmSync(path.join(scratch.home, 'out'), { recursive: true })
        plant(scratch.root, 40, 3)
      })
    })
  })

  it('what another program does between any two steps of the watcher', async () => {
    const { watch, readdirSync } = fs
    let made = 0
    // Directories that grow while they are watched and listed, down to a depth that ends it.
    const grow = (name: Buffer | string): void => {
      const inside = path.relative(scratch.root, name.toString())
      if (!inside.startsWith('grows') || inside.split('/').length > 3) return
      write(path.join(name.toString(), `by-another-${String((made += 1))}`, 'deep/file.txt'))
    }
    vi.spyOn(fs, 'watch').mockImplementation(((name: string, options: object) => {
      grow(name)
      const watcher = watch(name, options)
      grow(name)
      return watcher
    }) as typeof fs.watch)
    await start()
    let growing = true
    vi.spyOn(fs, 'readdirSync').mockImplementation(((name: string, options: object) => {
      if (growing) grow(name)
      const names = readdirSync(name, options as { withFileTypes: true })
      if (growing) grow(name)
      return names
    }) as typeof fs.readdirSync)
    fs.mkdirSync(scratch.at('grows'))
    expect(await until(() => made > 20)).toBe(true)
    await watching?.quiet()
    growing = false
    expect(await watching?.blind(scratch.root)).toEqual([])
  })

  it('rm -rf', async () => {
    plant(scratch.root, 200, 8)
    await seesAll(() => {
      for (const group of ['g0', 'g1', 'g2']) fs.rmSync(scratch.at(group), { recursive: true })
    })
  })

  it('a directory and files that have its own name', async () => {
    write(scratch.at('same/same/same.txt'))
    await seesAll(() => {
      fs.writeFileSync(scratch.at('same/same/same'), '')
      fs.rmSync(scratch.at('same/same/same'))
      fs.rmSync(scratch.at('same/same'), { recursive: true })
      write(scratch.at('same/same/same.txt'), 'again')
      write(scratch.at('work'))
    })
  })

  it('symbolic links, broken, looping and out of the tree, which are never followed', async () => {
    plant(path.join(scratch.home, 'target'), 5, 2)
    plant(scratch.root, 5, 2)
    fs.symlinkSync('.', scratch.at('loop-at-start'))
    fs.symlinkSync(path.join(scratch.home, 'target'), scratch.at('link-at-start'))
    const watched = await seesAll(() => {
      fs.symlinkSync('..', scratch.at('g0/loop'))
      fs.symlinkSync('self', scratch.at('self'))
      fs.symlinkSync('nowhere', scratch.at('broken'))
      fs.symlinkSync(path.join(scratch.home, 'target'), scratch.at('link'))
      fs.rmSync(scratch.at('g1'), { recursive: true })
      fs.symlinkSync('g0', scratch.at('g1'))
      fs.rmSync(scratch.at('link-at-start'))
      write(scratch.at('link-at-start/real.txt'))
    })
    fs.writeFileSync(path.join(scratch.home, 'target/outside.txt'), '')
    await watched.quiet()
    expect([...watched.paths()].filter((name) => name.includes('outside'))).toEqual([])
  })

  it('odd names, also such that are not UTF-8', async () => {
    const names = [
      'a b',
      'ü',
      'u\u0308',
      'line\nbreak',
      '*?[x]',
      '-rf',
      'quo\'te"',
      'back\\slash',
      '...',
      '.github',
    ]
    const bytes = Buffer.concat([Buffer.from(`${scratch.root}/`), Buffer.from([0x66, 0xff, 0xfe])])
    fs.mkdirSync(bytes)
    fs.writeFileSync(Buffer.concat([bytes, Buffer.from('/at-start')]), '')
    await seesAll(() => {
      for (const name of names) write(scratch.at(`${name}/${name}`))
      fs.mkdirSync(Buffer.concat([bytes, Buffer.from([0x2f, 0x80])]))
      fs.writeFileSync(Buffer.concat([bytes, Buffer.from([0x2f, 0x80, 0x2f, 0x81])]), '')
      for (const name of names.slice(0, 4)) fs.rmSync(scratch.at(name), { recursive: true })
    })
  })

  it('a root that is reached through a symbolic link', async () => {
    plant(scratch.root, 5, 2)
    const link = path.join(scratch.home, 'link')
    fs.symlinkSync(scratch.root, link)
    scratch = { ...scratch, root: link, gitDir: path.join(link, '.git') }
    await seesAll(() => {
      write(scratch.at('g0/new/file.txt'))
    })
  })
})

describe('ignored directories', () => {
  const watches = (): number =>
    fs
      .readdirSync('/proc/self/fdinfo')
      .flatMap((fd) => {
        try {
          return fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('\n')
        } catch {
          return []
        }
      })
      .filter((line) => line.startsWith('inotify wd:')).length

  it('cost no watch and no event', async () => {
    fs.writeFileSync(scratch.at('.gitignore'), 'node_modules/\n')
    plant(scratch.at('node_modules'), 100, 1)
    plant(scratch.at('src'), 10, 1)
    const before = watches()
    const watched = await start()
    // src, its five groups, ten directories; the root, the git directory and its info.
    expect(watches() - before).toBe(1 + 5 + 10 + 3)
    watched.forget()
    plant(scratch.at('node_modules/more'), 20, 1)
    write(scratch.at('src/last.txt'))
    expect(await until(() => watched.paths().has('src/last.txt'))).toBe(true)
    expect([...watched.paths()]).toEqual(['src/last.txt'])
    watched.stop()
    expect(watches()).toBe(before)
  })

  it('are asked for again once all is watched: what rules let in meanwhile is watched and looked at', async () => {
    fs.writeFileSync(scratch.at('.gitignore'), 'g1/\n')
    plant(scratch.root, 3, 2)
    const asked = folderRules(scratch.root, scratch.gitDir)
    const ignoredDirectories = (): ReturnType<FolderRules['ignoredDirectories']> =>
      asked.ignoredDirectories().pipe(
        tap(() => {
          // Nothing is watched yet that would tell of it.
          fs.rmSync(scratch.at('.gitignore'), { force: true })
        }),
      )
    watching = new Watching(watchNative$(scratch, { ...asked, ignoredDirectories }))
    expect(await until(() => watching?.kinds().includes('rescan') === true)).toBe(true)
    expect(watching.kinds().slice(0, 2)).toEqual(['armed', 'rescan'])
    expect(await watching.blind(scratch.root)).toEqual([])
  })

  it('are asked for when new, before they are entered', async () => {
    fs.writeFileSync(scratch.at('.gitignore'), 'build/\n')
    const watched = await start()
    const before = watches()
    watched.forget()
    plant(scratch.at('build'), 50, 1)
    plant(scratch.at('pkg/build'), 50, 1)
    write(scratch.at('pkg/src/file.txt'))
    expect(await until(() => watched.covers('pkg/src/file.txt'))).toBe(true)
    await watched.quiet()
    expect(watches() - before).toBe(2)
    expect([...watched.paths()].filter((name) => name.includes('build'))).toEqual([])
    expect(rules.asked.filter((name) => /build\/./.test(name))).toEqual([])
    expect(await watched.blind(scratch.root, ['build'])).toEqual([])
    fs.rmSync(scratch.at('build'), { recursive: true })
    write(scratch.at('build'), 'a file by that name is not ignored')
    expect(await until(() => watched.paths().has('build'))).toBe(true)
  })

  it.each(['.gitignore', 'sub/.gitignore', '.git/info/exclude'])(
    'are found anew when %s is edited',
    async (file) => {
      plant(scratch.at('sub/one'), 10, 1)
      plant(scratch.at('sub/two'), 10, 1)
      write(scratch.at(file), 'one/\n')
      const watched = await start()
      const before = watches()
      watched.forget()
      fs.writeFileSync(scratch.at(file), 'two/\nnone/\n')
      expect(await until(() => watched.kinds().includes('rescan'))).toBe(true)
      await watched.quiet()
      expect(watches()).toBe(before)
      watched.forget()
      write(scratch.at('sub/two/g0/d0/unseen.txt'))
      write(scratch.at('sub/one/g0/d0/seen.txt'))
      expect(await until(() => watched.paths().has('sub/one/g0/d0/seen.txt'))).toBe(true)
      expect([...watched.paths()].filter((name) => name.includes('two'))).toEqual([])
      fs.rmSync(scratch.at(file))
      expect(await until(() => watched.kinds().includes('rescan'))).toBe(true)
      await watched.quiet()
      expect(await watched.blind(scratch.root)).toEqual([])
    },
  )
})
