import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { newUser } from './new-user.js'
import type { NewUser } from './new-user.js'
import { start, until } from './program.js'
import type { Finished, Running } from './program.js'
import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  temporaryFolder,
  writeFiles,
} from './temp-repositories.js'

const remoteWith = (): string => {
  const remote = bareRemote()
  const clone = cloneOf(remote)
  writeFiles(clone, { 'a.txt': 'one\n' })
  commitAll(clone, 'First')
  git(clone, ['push', '--quiet', 'origin', 'HEAD'])
  return remote
}

export const cloned = (): string => cloneOf(remoteWith())

export const commits = (repo: string): number => Number(git(repo, ['rev-list', '--count', 'HEAD']))

export interface Machine extends NewUser {
  readonly file: string
  /** Writes the config in place. */
  save(repos: readonly object[]): void
  run(...more: readonly string[]): Running
  gitsync(...args: readonly string[]): Promise<Finished>
}

export const textOf = (repos: readonly object[]): string =>
  JSON.stringify({ repos, defaults: { debounce: '200ms' } })

export const machine = (): Machine => {
  const user = newUser()
  const env = { ...user.env, XDG_RUNTIME_DIR: temporaryFolder() }
  const file = join(user.home, '.config/gitsync/config.json')
  return {
    ...user,
    env,
    file,
    save: (repos) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, textOf(repos))
    },
    run: (...more) => start(['run', '--json', ...more], env),
    gitsync: (...args) => start(args, env).finished,
  }
}

export const of = ({ outcomes }: Running, repo: string): readonly string[] =>
  outcomes.filter((outcome) => outcome.repo === repo).map(({ type }) => type)

export const count = (running: Running, repo: string, type: string): number =>
  of(running, repo).filter((one) => one === type).length

export const watched = (running: Running, repo: string, times = 1): Promise<void> =>
  until(`${repo} is watched`, () => count(running, repo, 'WatchStarted') >= times)

export const end = async (running: Running): Promise<void> => {
  const from = performance.now()
  running.child.kill('SIGTERM')
  expect((await running.finished).code).toBe(0)
  expect(performance.now() - from).toBeLessThan(10_000)
}

/** An edit is committed by itself. */
export const isSynced = async (repo: string, name: string): Promise<void> => {
  const before = commits(repo)
  writeFiles(repo, { [name]: `${name}\n` })
  await until(`${name} is committed`, () => commits(repo) === before + 1)
}
