import { join } from 'node:path'
import fs from 'fs-extra'
import { configOf, forgetConfig, readConfig } from './config.js'
import { refuseNoEntry } from './no-entry.js'
import type { GitConfigSnapshot, GitRepository } from './git-objects.js'
import { libgit2 } from './libgit2.js'
import { failure } from './problem/problem.js'
import { shellWord } from '../shell-word.js'
import type { SharedRights } from './files/shared-rights.js'
import { parseShared } from './files/shared-rights.js'
import { stampOf } from './index/stamp.js'
import { meantNow } from './files/stat-now.js'

/** GIT_REPOSITORY_OPEN_NO_SEARCH: a folder inside a work tree is not taken for the whole. */
const noSearch = 1

/** One open repository, kept open: opening anew for each cycle would cost time and native memory. */
export interface Repository {
  readonly git: GitRepository
  /** Absolute, without a trailing `/`. */
  readonly workTree: string
  /** Absolute path of this work tree's own git directory. */
  readonly gitDir: string
  /** Absolute path of the git directory that holds refs and objects. */
  readonly commonDir: string
  /** Where gitsync keeps what belongs to this work tree, inside the git directory. */
  readonly ownDir: string
  /** Whether the right to execute a file tells of an edit, or git was told not to trust it (`core.fileMode`). */
  readonly fileModes: 'told' | 'untold'
  /** Whether the disk takes names that differ in case alone for one (`core.ignoreCase`, which git finds out itself). */
  readonly names: 'exact' | 'folded'
  /** The rights of what is made in `.git`; null: those that the umask leaves. */
  readonly shared: SharedRights | null
  /** Aborted when nobody waits any more for what is looked at in it. */
  readonly closing: AbortSignal
  /** Milliseconds that a server may be silent to which a filter talks; null: as long as the filter itself waits. */
  readonly networkTimeout: number | null
}

const isTrue = /^(true|yes|on|1)$/i
const isFalse = /^(false|no|off|0)$/i

/** What libgit2 would get wrong: recording deletions or refusing half-way. Each is found before anything is touched. */
const unsupported: readonly (readonly [key: string, value: RegExp, what: string])[] = [
  ['core.sparsecheckout', isTrue, 'a sparse checkout'],
  ['extensions.partialclone', /./, 'a partial clone'],
  ['extensions.refstorage', /^reftable$/i, 'reftable references'],
  ['extensions.objectformat', /^sha256$/i, 'sha256 object names'],
  ['index.sparse', isTrue, 'a sparse index'],
]

/** Where gitsync keeps what belongs to a work tree, inside its git directory. */
export const ownDirIn = (gitDir: string): string => join(gitDir, 'gitsync')

const trimmed = (path: string): string => path.replace(/\/+$/, '')

const refuseUnsupported = async (git: GitRepository, config: GitConfigSnapshot): Promise<void> => {
  // Where no extension says so, a remote does: it promises what is missing here.
  const promisors = (await git.getRemoteNames()).map(
    (name) => [`remote.${name}.promisor`, isTrue, 'a partial clone'] as const,
  )
  for (const [key, value, what] of [...unsupported, ...promisors]) {
    const found = await readConfig(config, key)
    if (found !== null && value.test(found))
      throw failure(
        'unexpected',
        `This repository uses ${what}, which gitsync cannot serve without risk.`,
        `Use an ordinary clone for syncing (git config ${key} is ${found}).`,
      )
  }
}

/** Where names are told apart by case and git believes otherwise, each of two such files is taken for the other. @throws GitFailure */
const refuseWrongCase = async (config: GitConfigSnapshot, path: string): Promise<void> => {
  const found = await readConfig(config, 'core.ignorecase')
  if (found === null || !isTrue.test(found)) return
  if (await fs.pathExists(join(path, '.GIT'))) return
  throw failure(
    'unexpected',
    `core.ignorecase is ${found} in ${path}, where names that differ in case are two files: it was copied from another system.`,
    `Tell git so: git -C ${shellWord(path)} config core.ignorecase false`,
  )
}

const refuseMissing = (path: string, before: 'known' | 'unknown'): void => {
  const found = meantNow(path)
  const remedy = 'Mount the disk or bring the folder back.'
  if (found !== null && meantNow(join(path, '.git')) !== null) return
  refuseNoEntry(path)
  if (found === null) throw failure('root-emptied', `${path} is gone.`, remedy)
  // The mount point of a disk that is gone is an empty folder.
  if (before === 'known')
    throw failure('root-emptied', `${path} holds no repository any more.`, remedy)
  throw failure('not-a-repository', `${path} is not the top folder of a git work tree.`)
}

/** What is looked at and what git means must be the same folder. @throws GitFailure */
const refuseElsewhere = async (workTree: string, path: string): Promise<void> => {
  const [meant, given] = await Promise.all([workTree, path].map((one) => fs.realpath(one)))
  if (meant === given) return
  throw failure(
    'not-a-repository',
    `The work tree of ${path} is elsewhere, in ${trimmed(workTree)} (core.worktree).`,
    'Sync that folder through an ordinary clone, or unset core.worktree.',
  )
}

/** @throws GitFailure where the folder is gone, no repository, not ours, or of a kind that libgit2 cannot serve */
export const openRepository = async (
  path: string,
  before: 'known' | 'unknown' = 'unknown',
  {
    closing = new AbortController().signal,
    networkTimeout = null,
  }: Partial<Pick<Repository, 'closing' | 'networkTimeout'>> = {},
): Promise<Repository> => {
  refuseMissing(path, before)
  const git = await libgit2.Repository.openExt(path, noSearch, '').catch((error: unknown) => {
    refuseNoEntry(join(path, '.git'))
    const message = error instanceof Error ? error.message : ''
    if (/unsupported (?:extension|mandatory)|repository version|object format/i.test(message))
      throw failure('unexpected', message, 'Use an ordinary clone for syncing.')
    throw error
  })
  if (git.isBare() !== 0 || git.workdir() === undefined)
    throw failure('not-a-repository', `${path} is a bare repository; it has no work tree to sync.`)
  await refuseElsewhere(git.workdir() ?? '', path)
  const config = await configOf(git)
  await refuseUnsupported(git, config)
  await refuseWrongCase(config, path)
  const gitDir = trimmed(git.path())
  return {
    git,
    workTree: path,
    gitDir,
    commonDir: trimmed(git.commondir()),
    ownDir: ownDirIn(gitDir),
    fileModes: isFalse.test((await readConfig(config, 'core.filemode')) ?? '') ? 'untold' : 'told',
    names: isTrue.test((await readConfig(config, 'core.ignorecase')) ?? '') ? 'folded' : 'exact',
    shared: parseShared(await readConfig(config, 'core.sharedrepository')),
    closing,
    networkTimeout,
  }
}

/** Of the files whose change makes libgit2's cached `core.*` settings stale. */
const fingerprintOf = ({ gitDir, commonDir }: Repository): string =>
  stampOf([join(commonDir, 'config'), join(gitDir, 'config.worktree')])

/** Keeps one repository open, and opens it anew only when its configuration file or its place changed. */
export const keepRepository = (
  path: string,
  networkTimeout: number | null = null,
): { readonly get: () => Promise<Repository>; readonly close: () => void } => {
  const closing = new AbortController()
  let kept: { readonly repository: Repository; readonly fingerprint: string } | null = null
  return {
    get: async () => {
      if (kept !== null) {
        refuseMissing(path, 'known')
        forgetConfig(kept.repository.git)
        if (fingerprintOf(kept.repository) === kept.fingerprint) return kept.repository
      }
      const repository = await openRepository(path, kept === null ? 'unknown' : 'known', {
        closing: closing.signal,
        networkTimeout,
      })
      kept = { repository, fingerprint: fingerprintOf(repository) }
      return repository
    },
    close: () => {
      closing.abort()
    },
  }
}
