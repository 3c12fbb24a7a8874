import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { serveHttp, serveNothing } from '../git/transport/http-server.js'
import { identity, lastOf, newUser } from '../support/new-user.js'
import type { NewUser } from '../support/new-user.js'
import { endAll, start, until } from '../support/program.js'

afterEach(endAll)

/** A remote called notes.git with one commit. */
const filledRemote = (): string => {
  const remote = join(temporaryFolder(), 'notes.git')
  git('/', ['init', '--quiet', '--bare', remote])
  const clone = cloneOf(remote)
  writeFiles(clone, { 'a.txt': 'one\n' })
  commitAll(clone, 'First')
  git(clone, ['push', '--quiet', 'origin', 'main'])
  return remote
}

/** Everything in a folder but what a new user has. */
const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => !['.gitconfig', '.config', '.state'].includes(name))

const notesOf = ({ home }: NewUser): string => join(home, 'notes')

describe('gitsync clone', () => {
  it('clones, adds to the config, and the second time says that all is ready', async () => {
    const user = newUser()
    const remote = filledRemote()
    const args = ['clone', remote, notesOf(user), '--json', '--fetch-interval', '30s'] as const
    const first = await user.gitsync(...args)
    expect(first.code).toBe(0)
    expect(lastOf(first)).toMatchObject({
      type: 'Cloned',
      repo: notesOf(user),
      made: true,
      branch: 'main',
      upstream: 'origin/main',
      state: 'level',
      notes: [],
    })
    expect(readFileSync(join(notesOf(user), 'a.txt'), 'utf8')).toBe('one\n')
    expect(user.config()).toEqual({ repos: [{ path: '~/notes', fetchInterval: '30s' }] })
    expect(lastOf(await user.gitsync(...args))).toMatchObject({ made: false, added: false })
    expect(namesIn(user.home)).toEqual(['notes'])
  })

  it('takes the name of the address, an empty folder, and a path from here on', async () => {
    const user = newUser()
    const remote = filledRemote()
    mkdirSync(join(user.home, 'notes'))
    const env = { ...user.env, PWD: user.home }
    git(user.home, ['clone', '--quiet', '--bare', remote, 'there.git'])
    const running = start(['--config', './own.json', 'clone', 'there.git', 'notes'], env, user.home)
    expect((await running.finished).code).toBe(0)
    expect(git(notesOf(user), ['remote', 'get-url', 'origin'])).toBe(join(user.home, 'there.git'))
    expect(readFileSync(join(user.home, 'own.json'), 'utf8')).toContain('~/notes')
    expect((await start(['clone', 'there.git'], env, user.home).finished).code).toBe(0)
    expect(namesIn(user.home)).toContain('there')
  })

  it('is on the branch that is there, where the HEAD of the remote is on none', async () => {
    const user = newUser()
    const remote = filledRemote()
    git(remote, ['symbolic-ref', 'HEAD', 'refs/heads/trunk'])
    const found = await user.gitsync('clone', remote, notesOf(user), '--json')
    expect(found.code).toBe(0)
    expect(lastOf(found)).toMatchObject({ branch: 'main', upstream: 'origin/main' })
    expect(readFileSync(join(notesOf(user), 'a.txt'), 'utf8')).toBe('one\n')
  })

  it('asks which of several branches where the HEAD of the remote is on none', async () => {
    const user = newUser()
    const remote = filledRemote()
    git(remote, ['symbolic-ref', 'HEAD', 'refs/heads/trunk'])
    git(remote, ['branch', 'other', 'main'])
    const found = await user.gitsync('clone', remote, notesOf(user), '--json')
    expect(found.code).toBe(1)
    expect(lastOf(found)).toMatchObject({ problem: { kind: 'other-branch' } })
    expect(namesIn(user.home)).toEqual([])
    expect(
      (await user.gitsync('clone', remote, notesOf(user), '--branch', 'other', '-q')).code,
    ).toBe(0)
    expect(git(notesOf(user), ['rev-parse', '--abbrev-ref', 'HEAD'])).toBe('other')
  })

  it('waits for the first file where the remote is empty', async () => {
    const user = newUser()
    const remote = bareRemote()
    const found = await user.gitsync('clone', remote, notesOf(user), '--json')
    expect(found.code).toBe(0)
    expect(lastOf(found)).toMatchObject({ head: null, upstream: null, state: 'level' })
    user.write('notes/a.txt', 'one\n')
    expect((await user.gitsync('once')).code).toBe(0)
    expect(git(remote, ['log', '--format=%s', 'main'])).toBe('Add a.txt')
  })

  it('says that nobody is known who commits, and which submodules are not cloned', async () => {
    const user = newUser('')
    const remote = filledRemote()
    const clone = cloneOf(remote)
    const file = ['-c', 'protocol.file.allow=always']
    git(clone, [...file, 'submodule', 'add', '--quiet', remote, 'sub'])
    commitAll(clone, 'Sub')
    git(clone, ['push', '--quiet'])
    const found = await user.gitsync('clone', remote, notesOf(user))
    expect(found.code).toBe(0)
    expect(found.stderr).toContain('user.name')
    expect(found.stderr).toContain('submodule update --init')
  })

  it('keeps a password out of every output and process list, and where git would keep it', async () => {
    const user = newUser()
    const port = await serveHttp(join(filledRemote(), '..'), 'ada:hunter2')
    const url = `http://ada:hunter2@127.0.0.1:${String(port)}/notes.git`
    const trace = join(temporaryFolder(), 'trace')
    const env = { ...user.env, GIT_TRACE: trace }
    const found = await start(['-v', 'clone', url, notesOf(user)], env).finished
    expect(found.code).toBe(0)
    const again = await start(['-v', 'init', notesOf(user), '--remote', url], env).finished
    expect(again.code).toBe(0)
    const said = [found, again].map(({ stdout, stderr }) => `${stdout}${stderr}`).join('')
    expect(readFileSync(trace, 'utf8')).toContain('remote-http')
    expect(`${said}${readFileSync(trace, 'utf8')}`).not.toContain('hunter2')
    expect(git(notesOf(user), ['config', 'remote.origin.url'])).toBe(url)
  })
})

describe('gitsync clone refuses, and leaves nothing', () => {
  it('a folder that is not empty, and another repository', async () => {
    const user = newUser()
    user.write('notes/mine.txt', 'mine\n')
    const remote = filledRemote()
    const found = await user.gitsync('clone', remote, notesOf(user), '--json')
    expect(found.code).toBe(2)
    expect(lastOf(found)).toMatchObject({ type: 'SetupRefused', problem: { kind: 'not-empty' } })
    expect(readdirSync(notesOf(user))).toEqual(['mine.txt'])
    git(notesOf(user), ['init', '--quiet'])
    expect((await user.gitsync('clone', remote, notesOf(user))).code).toBe(2)
    expect(user.config()).toBeNull()
  })

  it.each([
    [
      'a login that is wrong',
      1,
      'authentication',
      (port: number) => `http://127.0.0.1:${port}/notes.git`,
    ],
    ['what is not there', 1, 'not-found', (port: number) => `http://127.0.0.1:${port}/status/404`],
    ['a server that is down', 75, 'network', () => 'http://127.0.0.1:1/notes.git'],
  ])('%s', async (_, code, kind, urlOf) => {
    const user = newUser()
    const port = await serveHttp(join(filledRemote(), '..'), 'ada:hunter2')
    const found = await user.gitsync('clone', urlOf(port), notesOf(user), '--json')
    expect(found.code).toBe(code)
    expect(lastOf(found)).toMatchObject({ type: 'SetupRefused', problem: { kind } })
    expect(namesIn(user.home)).toEqual([])
    expect(user.config()).toBeNull()
  })

  it.each(['SIGINT', 'SIGHUP', 'SIGKILL'] as const)('what %s cut short', async (signal) => {
    const user = newUser(`${identity}[http]\n\tproxy =\n`)
    const url = `http://127.0.0.1:${String(await serveNothing())}/notes.git`
    const running = start(['clone', url, notesOf(user)], user.env)
    await until('git clones', () => namesIn(user.home).length > 0)
    running.child.kill(signal)
    await running.finished
    expect(existsSync(notesOf(user))).toBe(false)
    expect(user.config()).toBeNull()
    expect((await user.gitsync('clone', filledRemote(), notesOf(user))).code).toBe(0)
    expect(namesIn(user.home)).toEqual(['notes'])
  })
})
