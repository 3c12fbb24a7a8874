import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import {
  cloned,
  commits,
  count,
  end,
  isSynced,
  machine,
  of,
  textOf,
  watched,
} from '../support/live-config.js'
import { endAll, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

describe('a repository that is added to the config of a gitsync that runs', () => {
  it('is synced from then on, and the others never hear of it', async () => {
    const user = machine()
    const notes = cloned()
    user.save([{ path: notes, fetchInterval: 'off' }])
    const running = user.run()
    await untilWatched(running)
    await until('it is at rest', () => of(running, notes).includes('CycleSettled'))
    const before = of(running, notes).length

    const remote = bareRemote()
    const blog = join(user.home, 'Blog')
    user.write('Blog/b.txt', 'two\n')
    const made = await user.gitsync('init', blog, '--remote', remote)
    expect(made).toMatchObject({ code: 0 })
    expect(made.stderr).toMatch(/Added to .*\nThe gitsync that runs takes it up by itself\.\n$/)
    await watched(running, blog)
    writeFiles(blog, { 'c.txt': 'three\n' })
    await until('it is pushed', () =>
      git(remote, ['ls-tree', '--name-only', 'main']).includes('c.txt'),
    )
    expect(of(running, notes).slice(before)).toEqual([])
    await isSynced(notes, 'd.txt')
    expect(running.stderr()).toContain('info the config was changed: gitsync begins with Blog\n')
    expect((await user.gitsync('sync', blog)).code).toBe(0)
    await end(running)
    expect(of(running, blog).at(-1)).toBe('Stopped')
  })

  it('is told to be taken up by itself only where a gitsync follows that config', async () => {
    const user = machine()
    const notes = cloned()
    const running = start(['run', notes, '--json'], user.env)
    await untilWatched(running)
    const { stderr } = await user.gitsync('init', join(user.home, 'Blog'))
    expect(stderr).toContain('gitsync run  ')
    expect(stderr).not.toContain('by itself')
  })

  it('begins where the file of the Python gitsync was read, which is moved aside', async () => {
    const user = machine()
    const notes = cloned()
    user.write('.config/gitsync', `[gitsync]\nwork_dir = ${notes}\n`)
    const running = user.run()
    await untilWatched(running)
    const blog = join(user.home, 'Blog')
    const made = await user.gitsync('init', blog)
    expect(made.stderr).toContain('takes it up by itself')
    await watched(running, blog)
    expect(count(running, notes, 'WatchStarted')).toBe(1)
    expect(count(running, notes, 'Stopped')).toBe(0)
    await isSynced(blog, 'b.txt')
    await end(running)
  })
})

describe('a repository that is taken out', () => {
  it('settles, and is anybody’s from then on', async () => {
    const user = machine()
    const [notes, blog] = [cloned(), cloned()]
    user.save([{ path: notes }, { path: blog }])
    const running = user.run()
    await untilWatched(running, 2)
    user.save([{ path: notes }])
    await until('it is let go', () => count(running, blog, 'Stopped') === 1)
    writeFiles(blog, { 'b.txt': 'two\n' })
    await isSynced(notes, 'n.txt')
    expect(commits(blog)).toBe(1)
    const once = await user.gitsync('once', blog)
    expect(once.code).toBe(0)
    expect(commits(blog)).toBe(2)
    const asked = await user.gitsync('pause', blog)
    expect(asked.code).toBe(1)
    expect(asked.stderr).toContain('no gitsync runs that keeps it in sync')
    expect((await user.gitsync('sync')).code).toBe(0)
    // Put back, it begins anew.
    user.save([{ path: notes }, { path: blog }])
    await watched(running, blog, 2)
    await isSynced(blog, 'c.txt')
    expect((await user.gitsync('sync', blog)).code).toBe(0)
    expect(count(running, notes, 'WatchStarted')).toBe(1)
    await end(running)
  })

  it('may be the last one: gitsync waits for the next', async () => {
    const user = machine()
    const notes = cloned()
    user.save([{ path: notes }])
    const running = user.run()
    await untilWatched(running)
    user.save([])
    await until('it is let go', () => count(running, notes, 'Stopped') === 1)
    expect(running.stderr()).toContain('lets go of')
    expect(running.stderr()).toContain('names no repository now')
    user.save([{ path: notes }])
    await watched(running, notes, 2)
    user.save([])
    await until('it is let go', () => count(running, notes, 'Stopped') === 2)
    await end(running)
  })
})

describe('a repository with other options', () => {
  it('is taken up anew with them, and stays paused if it was', async () => {
    const user = machine()
    const [notes, blog] = [cloned(), cloned()]
    user.save([{ path: notes }, { path: blog }])
    const running = user.run()
    await untilWatched(running, 2)
    user.save([{ path: notes, message: 'mine' }, { path: blog }])
    await watched(running, notes, 2)
    await isSynced(notes, 'b.txt')
    expect(git(notes, ['log', '-1', '--format=%s'])).toBe('mine')

    for (const repo of [notes, blog]) expect((await user.gitsync('pause', repo)).code).toBe(0)
    user.save([{ path: notes, message: 'other' }, { path: blog }])
    await until('it is taken up anew', () => count(running, notes, 'Stopped') === 2)
    await until('it is paused', () => of(running, notes).at(-1) === 'Paused')
    for (const repo of [notes, blog]) writeFiles(repo, { 'c.txt': 'three\n' })
    await sleep(2_000)
    expect([commits(notes), commits(blog)]).toEqual([2, 1])
    expect((await user.gitsync('resume')).code).toBe(0)
    await until('both go on', () => commits(notes) === 3 && commits(blog) === 2)
    expect(git(notes, ['log', '-1', '--format=%s'])).toBe('other')
    expect(count(running, blog, 'Stopped')).toBe(0)
    await end(running)
  })
})

describe('a config that becomes faulty', () => {
  it('changes nothing, is told once, and is taken up when it is right again', async () => {
    const user = machine()
    const [notes, blog] = [cloned(), cloned()]
    user.save([{ path: notes }])
    const running = user.run()
    await untilWatched(running)
    const told = (): number => running.stderr().split('the config has faults').length - 1
    const whole = textOf([{ path: notes }, { path: blog }])
    for (const times of [1, 2]) {
      writeFileSync(user.file, whole.slice(0, 40 + times))
      await until('it is told', () => told() === 1)
      await sleep(times === 1 ? 1_800 : 0)
    }
    user.save([{ path: notes, conflikt: 'halt' }])
    await until('the next is told', () => told() === 2)
    expect(running.stderr()).toContain('did you mean \"conflict\"?')
    rmSync(user.file)
    await until('that it is gone is told', () => told() === 3)
    await isSynced(notes, 'b.txt')
    expect(of(running, notes)).not.toContain('Stopped')
    writeFileSync(user.file, whole)
    await watched(running, blog)
    expect(running.stderr()).toContain('has no faults any more')
    expect(count(running, notes, 'WatchStarted')).toBe(1)
    await end(running)
  })

  it('is none where a work tree that is synced is away', async () => {
    const user = machine()
    const [notes, blog] = [cloned(), cloned()]
    user.save([{ path: notes }])
    const running = user.run()
    await untilWatched(running)
    renameSync(notes, `${notes}.away`)
    user.save([{ path: notes }, { path: blog }])
    await watched(running, blog)
    renameSync(`${notes}.away`, notes)
    await isSynced(notes, 'b.txt')
    expect(of(running, notes)).not.toContain('Stopped')
    await end(running)
  })
})

describe('a config is noticed', () => {
  const replacing: readonly (readonly [how: string, save: (file: string, text: string) => void])[] =
    [
      ['that is written in place', writeFileSync],
      [
        'that is renamed into place',
        (file, text) => {
          writeFileSync(`${file}.new`, text)
          renameSync(`${file}.new`, file)
        },
      ],
      [
        'that is deleted and made anew',
        (file, text) => {
          rmSync(file)
          writeFileSync(file, text)
        },
      ],
      [
        'whose folder is moved away and made anew',
        (file, text) => {
          renameSync(dirname(file), `${dirname(file)}.old`)
          mkdirSync(dirname(file))
          writeFileSync(file, text)
        },
      ],
    ]
  it.each(replacing)('%s, more than once', async (_, save) => {
    const user = machine()
    const [notes, blog] = [cloned(), cloned()]
    const before = user.file
    user.save([{ path: notes }])
    const running = user.run()
    await untilWatched(running)
    save(before, textOf([{ path: notes }, { path: blog }]))
    await watched(running, blog)
    rmSync(`${dirname(before)}.old`, { recursive: true, force: true })
    save(before, textOf([{ path: notes }]))
    await until('it is let go', () => count(running, blog, 'Stopped') === 1)
    expect(count(running, notes, 'WatchStarted')).toBe(1)
    await end(running)
  })

  it('behind a link into a repository that is synced itself, and brings it from elsewhere', async () => {
    const user = machine()
    const [dotfiles, blog] = [cloned(), cloned()]
    const theirs = cloneOf(git(dotfiles, ['remote', 'get-url', 'origin']))
    const kept = join(dotfiles, 'gitsync.json')
    writeFileSync(kept, textOf([{ path: dotfiles, fetchInterval: '1s' }]))
    mkdirSync(dirname(user.file), { recursive: true })
    symlinkSync(kept, user.file)
    const running = user.run()
    await untilWatched(running)
    await until('the config is pushed', () => of(running, dotfiles).includes('Pushed'))
    git(theirs, ['pull', '--quiet'])
    const text = textOf([{ path: dotfiles, fetchInterval: '1s' }, { path: blog }])
    writeFiles(theirs, { 'gitsync.json': text })
    commitAll(theirs, 'One more')
    git(theirs, ['push', '--quiet'])
    await watched(running, blog)
    expect(readFileSync(user.file, 'utf8')).toBe(text)
    await isSynced(blog, 'b.txt')
    // Its own options change while it brings the change.
    const other = textOf([{ path: dotfiles, fetchInterval: '2s', message: 'mine' }, { path: blog }])
    writeFiles(theirs, { 'gitsync.json': other })
    commitAll(theirs, 'Other options')
    git(theirs, ['push', '--quiet'])
    await watched(running, dotfiles, 2)
    await isSynced(dotfiles, 'b.txt')
    expect(git(dotfiles, ['log', '-1', '--format=%s'])).toBe('mine')
    expect(count(running, blog, 'Stopped')).toBe(0)
    await end(running)
    expect(git(dotfiles, ['status', '--porcelain'])).toBe('')
  })
})

describe('gitsync run without a config', () => {
  it('ends at once as before', async () => {
    const user = machine()
    expect((await user.run().finished).code).toBe(2)
    user.save([])
    const { code, stderr } = await user.run().finished
    expect(code).toBe(2)
    expect(stderr).toContain('must be a list of one repository or more')
  })
})
