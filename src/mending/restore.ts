import { changesOf } from '../actors/changes.js'
import type { Oid, RepoPath } from '../actors/outcome.js'
import type { SyncConfig } from '../config/sync-config.js'
import { commitAt, findCommit, readCommitted } from '../git/history/committed-file.js'
import { readFileHistory } from '../git/history/file-history.js'
import { unknownName } from '../git/history/unknown-name.js'
import { findWorkTree } from '../git/find-work-tree.js'
import { mend } from '../git/mend.js'
import { failure } from '../git/problem/problem.js'
import { editTree } from '../git/tree/tree-edit.js'
import type { Version } from '../git/tree/version.js'
import type { Done, Refused } from './result.js'
import { doneBy, orRefused } from './result.js'
import { settingsAt } from './settings-at.js'
import { plainWord } from '../shell-word.js'

/** Which version: the one of that moment, or the one in that commit. */
export type Wanted = { readonly at: Date } | { readonly version: string }

export interface Restored extends Done {
  readonly type: 'Restored'
  /** Where the version is now. */
  readonly path: RepoPath
  /** The commit that it was taken from, and its name there. */
  readonly from: { readonly commit: Oid; readonly path: RepoPath; readonly blob: Oid }
}

interface Found {
  readonly commit: Oid
  readonly path: RepoPath
  readonly version: Version
}

/** On the clock of whoever asked; Swedes write a time as `2026-11-22 17:12:59`. */
const shown = (at: Date): string => at.toLocaleString('sv-SE').slice(0, 16)

const commitOf = async (workTree: string, wanted: Wanted): Promise<Oid> => {
  if ('version' in wanted) return findCommit(workTree, wanted.version)
  const commit = await commitAt(workTree, wanted.at)
  if (commit !== null) return commit
  throw failure(
    'not-found',
    `There was no commit yet at ${shown(wanted.at)}.`,
    'Name a later time; gitsync history FILE tells when its versions were made.',
  )
}

/** By the name that it had then. */
const find = async (workTree: string, path: RepoPath, wanted: Wanted): Promise<Found> => {
  const history = await readFileHistory(workTree, path)
  if (history.length === 0) throw unknownName(path)
  const commit = await commitOf(workTree, wanted)
  const names = new Set([path, ...history.flatMap((one) => [one.path, one.from ?? one.path])])
  for (const name of names) {
    const version = await readCommitted(workTree, commit, name)
    if (version !== null) return { commit, path: name, version }
  }
  const when = 'at' in wanted ? `at ${shown(wanted.at)}` : `in ${wanted.version}`
  throw failure(
    'not-found',
    `${path} was not there ${when}.`,
    `gitsync history ${plainWord(path)} lists its versions; take the one before it was deleted.`,
  )
}

const targetOf = async (workTree: string, path: RepoPath, to: string | null): Promise<RepoPath> => {
  if (to === null) return path
  const place = await findWorkTree(to)
  if (place.workTree === workTree && place.path !== '') return place.path
  throw failure('not-found', `${to} is no place for a file in ${workTree}.`, 'Name one in it.')
}

/**
 * Brings a version of a file back, in a new commit. What is there now is committed first, and is in the history.
 *
 * @param file also one that was deleted
 * @param to another place in the same work tree
 * @throws ConfigError
 */
export const restoreFile = (
  config: SyncConfig,
  file: string,
  wanted: Wanted,
  to: string | null = null,
): Promise<Restored | Refused> =>
  orRefused(async () => {
    const { workTree, path } = await findWorkTree(file)
    if (path === '') throw failure('not-found', `${file} is a work tree.`, 'Name a file in it.')
    const settings = settingsAt(workTree, config)
    const target = await targetOf(workTree, path, to)
    const found = await find(workTree, path, wanted)
    const mended = await mend(settings, changesOf([path, target]), async (tip) => ({
      tree: await editTree(tip.repository, tip.tree, [{ path: target, version: found.version }]),
      verb: 'Restore',
      object: target,
      body: `As ${found.path} was in commit ${found.commit}.`,
    }))
    return {
      type: 'Restored',
      ...doneBy(workTree, mended),
      path: target,
      from: { commit: found.commit, path: found.path, blob: found.version.oid },
    }
  })
