import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import type { Problem } from '../../../src/actors/problem.js'
import { GitFailure } from '../../../src/git/problem/problem.js'
import type { Onlooker } from '../../../src/git/transport/port.js'
import { openTransport } from '../../../src/git/transport/transport.js'
import type { Transport, TransportSettings } from '../../../src/git/transport/transport.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'gitsync-transport-')))
const home = join(root, 'home')
mkdirSync(home)

// Neither the configuration nor the keys of whoever runs this have a say.
process.env.HOME = home
process.env.GIT_CONFIG_NOSYSTEM = '1'
process.env.GIT_AUTHOR_NAME = process.env.GIT_COMMITTER_NAME = 'Ann'
process.env.GIT_AUTHOR_EMAIL = process.env.GIT_COMMITTER_EMAIL = 'ann@example.org'
for (const name of [
  'SSH_AUTH_SOCK',
  'GIT_SSH_COMMAND',
  'GIT_SSH',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_NO_VERIFY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'XDG_CONFIG_HOME',
])
  Reflect.deleteProperty(process.env, name)

const child = new URL('../../../dist/git/transport/libgit2/child.js', import.meta.url)
if (!existsSync(child))
  execFileSync('npx', ['tsc', '-p', '.', '--outDir', 'dist'], {
    cwd: new URL('../../..', import.meta.url),
  })

const opened: Transport[] = []
const processes: ChildProcess[] = []

afterEach(() => {
  for (const transport of opened.splice(0)) transport.close()
})

afterAll(() => {
  for (const { pid } of processes) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

const counter = { n: 0 }

export const freshFolder = (name: string): string => {
  counter.n += 1
  const folder = join(root, `${name}-${String(counter.n)}`)
  mkdirSync(folder)
  return folder
}

export const homeFolder = home

export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()

/** Starts a server that is ended with the tests. */
export const serve = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess => {
  // In a group of its own, to be ended together with what it starts.
  const one = spawn(command, args, {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...env },
  })
  processes.push(one)
  return one
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => {
        resolve(port)
      })
    })
  })

export const bareRepository = (): string => {
  const bare = `${freshFolder('remote')}/x.git`
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare)
  git(bare, 'config', 'http.receivepack', 'true')
  return bare
}

export interface Clone {
  readonly path: string
  readonly gitDir: string
  /** One line with this name, in a file of the same name where none is given. */
  commit(name: string, file?: string): string
  tracked(): string
}

/** A work tree whose `origin` is at this address. */
export const cloneOf = (url: string): Clone => {
  const path = freshFolder('work')
  git(path, 'init', '--quiet', '--initial-branch=main')
  git(path, 'remote', 'add', 'origin', url)
  return {
    path,
    gitDir: join(path, '.git'),
    commit: (name, file = name) => {
      writeFileSync(join(path, file), `${name}\n`)
      git(path, 'add', '.')
      git(path, 'commit', '--quiet', '-m', name)
      return git(path, 'rev-parse', 'HEAD')
    },
    tracked: () => git(path, 'for-each-ref', '--format=%(objectname)', 'refs/remotes/origin/main'),
  }
}

export const tipOf = (repository: string): string =>
  git(repository, 'for-each-ref', '--format=%(objectname)', 'refs/heads/main')

/** A local bare repository with a commit that none of the clones has. */
export const advance = (bare: string, name: string): string => {
  const other = cloneOf(bare)
  if (tipOf(bare) !== '') git(other.path, 'pull', '--quiet', 'origin', 'main')
  const oid = other.commit(name)
  git(other.path, 'push', '--quiet', 'origin', 'main')
  return oid
}

export const both = ['git', 'libgit2'] as const

export const transportFor = (
  clone: Clone,
  settings: Partial<TransportSettings> = {},
  onlooker?: Onlooker,
): Transport => {
  const transport = openTransport(
    {
      transport: 'git',
      sshKey: null,
      knownHosts: null,
      networkTimeout: 20_000,
      path: clone.path,
      ...settings,
    },
    onlooker,
  )
  opened.push(transport)
  return transport
}

export const requestFor = (clone: Clone) => ({
  gitDir: clone.gitDir,
  remote: 'origin',
  branch: 'main',
})

/** The problem that a transfer must fail with. */
export const problemFrom = async (transfer: Promise<unknown>): Promise<Problem> => {
  const thrown: unknown = await transfer.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (thrown instanceof GitFailure) return thrown.problem
  throw thrown
}
