import type { Oid, RepoPath } from '../../actors/outcome.js'
import { formerRevisions } from './former-revisions.js'
import { gitOutput } from '../program/git-output.js'
import { fileMode } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import { canonical } from '../tree/tree-changes.js'
import type { Version } from '../tree/version.js'

/** What a commit has at a path; null where it has nothing. @throws GitFailure where it is a folder or a submodule */
export const readCommitted = async (
  workTree: string,
  commit: Oid,
  path: RepoPath,
): Promise<Version | null> => {
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', commit, '--', path]
  const line = (await gitOutput(workTree, args)).toString('latin1')
  const [, mode = '', type, oid = ''] = /^(\d+) (\w+) ([0-9a-f]{40})\t/.exec(line) ?? []
  if (mode === '') return null
  const version = { oid, mode: canonical(Number.parseInt(mode, 8)) }
  if (type === 'blob' && version.mode !== fileMode.commit) return version
  const what = type === 'tree' ? 'a folder' : 'a submodule'
  throw failure('not-found', `${path} is ${what} there, and no file.`, 'Name a file.')
}

/** The full name of a commit. @throws GitFailure `not-found` */
export const findCommit = async (workTree: string, oid: string): Promise<Oid> => {
  const missing = failure(
    'not-found',
    `${oid} is no commit of this repository.`,
    'gitsync history FILE names those that changed a file.',
  )
  if (!/^[0-9a-f]{4,40}$/.test(oid)) throw missing
  const args = ['rev-parse', '--verify', '--quiet', `${oid}^{commit}`]
  const found = await gitOutput(workTree, args).catch(() => null)
  if (found === null) throw missing
  return found.toString().trim()
}

interface Dated {
  readonly oid: Oid
  /** Committer time, in seconds. */
  readonly seconds: number
}

/** The newest of these that was made by then. */
const newestAt = async (
  workTree: string,
  at: Date,
  revisions: readonly string[],
): Promise<Dated | null> => {
  const args = ['log', '--max-count=1', '--no-show-signature', '--format=%H %ct']
  const told = await gitOutput(workTree, [...args, `--before=${at.toISOString()}`, ...revisions])
  const [oid = '', seconds] = told.toString().trim().split(' ')
  return oid === '' ? null : { oid, seconds: Number(seconds) }
}

/**
 * The commit that the branch was at then, also where it was squashed since: merges stand for what they brought in. Null
 * before the first.
 */
export const commitAt = async (workTree: string, at: Date): Promise<Oid | null> => {
  const found = await newestAt(workTree, at, ['--first-parent', 'HEAD'])
  const revisions = await formerRevisions(workTree)
  const former = revisions === null ? null : await newestAt(workTree, at, revisions)
  const isLater = former !== null && (found === null || former.seconds > found.seconds)
  return (isLater ? former : found)?.oid ?? null
}
