import { git, writeFiles } from './temp-repositories.js'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Problem } from '../../src/actors/problem.js'
import { conflictCopyPath } from '../../src/git/merge/conflict-name.js'
import type { Refused } from '../../src/mending/result.js'

/** No config names the repository: the defaults hold. */
export const noConfig = { repos: [] } as const

/** Content of a file of the work tree; null where there is none. */
export const contentOf = (dir: string, path: string): string | null =>
  existsSync(join(dir, path)) && statSync(join(dir, path)).isFile()
    ? readFileSync(join(dir, path), 'utf8')
    : null

/** Content of a file in a commit. */
export const committed = (dir: string, path: string, commit = 'HEAD'): string =>
  `${git(dir, ['show', `${commit}:${path}`])}\n`

/** Every content that the branch reaches under any name. */
export const isInHistory = (dir: string, content: string): boolean => {
  const oid = git(dir, ['hash-object', '--stdin'], { input: content })
  return git(dir, ['rev-list', '--objects', 'HEAD']).includes(oid)
}

/** Nothing is left over: git's own state, ours, and the work tree are at rest. */
export const expectAtRest = (dir: string): void => {
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(existsSync(join(dir, '.git/index.lock'))).toBe(false)
  expect(existsSync(join(dir, '.git/gitsync/mending/move.json'))).toBe(false)
  git(dir, ['fsck', '--strict'])
}

/** @returns the problem of a refusal */
export const refusal = (result: { readonly type: string } | Refused): Problem => {
  expect(result.type).toBe('Refused')
  return (result as Refused).problem
}

/** A conflict copy in the work tree, as a merge would have made it. */
export const writeCopy = (dir: string, path: string, content: string, seconds: number): string => {
  const oid = git(dir, ['hash-object', '--stdin'], { input: content })
  const copy = conflictCopyPath(path, seconds, oid)
  writeFiles(dir, { [copy]: content })
  return copy
}
