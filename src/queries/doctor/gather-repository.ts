import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { readSignatures } from '../../git/commit/signatures.js'
import type { FoundHook } from '../../git/hooks/find-hooks.js'
import { findHooks } from '../../git/hooks/find-hooks.js'
import { runGit } from '../../git/program/git-program.js'
import { refuseUnlessAtRest } from '../../git/inspect.js'
import { isForsaken, readLock } from '../../git/lock/lock-file.js'
import { readPosition } from '../../git/refs/position.js'
import type { Repository } from '../../git/repository.js'
import { openRepository } from '../../git/repository.js'
import { refuseOldGit } from '../../git/hooks/run-hook.js'
import type { Signing } from '../../git/signing/signing.js'
import { signingOf } from '../../git/signing/signing.js'
import { trySigning } from '../../git/signing/try-signing.js'
import type { Holder, RepositoryFacts, Space } from './facts.js'
import { countFolders } from './folders.js'
import { gatherRemote } from './gather-remote.js'
import type { Limits } from './limits.js'
import type { Asked } from './question.js'
import { readSpace } from './space.js'
import type { Told } from './told.js'
import { orElse, patience, told } from './told.js'

/** git looks, and does not even refresh the index. */
const looking = { GIT_OPTIONAL_LOCKS: '0' } as const

const open = async (path: string): Promise<Repository> => {
  const repository = await openRepository(path)
  await repository.git.index()
  return repository
}

const readHolder = ({ ownDir }: Repository): Holder | null => {
  const lock = readLock(join(ownDir, 'instance.lock'), '')
  if (lock === null) return null
  const { holder, text } = lock
  const name = holder === null ? text.trim() : `process ${String(holder.pid)} on ${holder.host}`
  return { name, pid: holder?.pid ?? null, isAlive: !isForsaken(lock) }
}

const readIdentity = async (repository: Repository, settings: RepoSettings): Promise<string> => {
  const { author } = await readSignatures(repository, settings)
  return `${author.name()} <${author.email()}>`
}

/** Whether a rule that is checked in hands files to git-lfs. */
const readLfsUse = async ({ workTree }: Repository): Promise<boolean> => {
  const { code } = await runGit(
    ['grep', '--cached', '--quiet', 'filter=lfs', '--', ':(glob)**/.gitattributes'],
    { cwd: workTree, env: looking, idleTimeout: patience },
  )
  return code === 0
}

const readNewest = async ({ workTree }: Repository): Promise<number | null> => {
  const { stdout } = await runGit(['log', '-1', '--branches', '--remotes', '--format=%ct'], {
    cwd: workTree,
    env: looking,
    idleTimeout: patience,
  })
  const seconds = stdout.toString().trim()
  return seconds === '' ? null : Number(seconds) * 1000
}

/** Has asked it, unless no hook is run: what is found there is of no matter then. */
const readHooks = async (
  repository: Repository,
  { hooks }: RepoSettings,
): Promise<readonly FoundHook[]> => {
  if (hooks) await refuseOldGit()
  return findHooks(repository)
}

const readSigning = async (
  repository: Repository,
  settings: RepoSettings,
): Promise<Signing | null> => {
  const signing = await signingOf(repository)
  if (signing !== null) {
    const { committer } = await readSignatures(repository, settings)
    await trySigning(repository, signing, committer)
  }
  return signing
}

/** Asks one repository and its remote, and changes nothing. @param limits how many questions are asked at a time */
export const gatherRepository = (
  settings: RepoSettings,
  limits: Limits,
): Asked<RepositoryFacts> => {
  const opened = limits.here(() => told(() => open(settings.path)))
  const after = async <T>(
    ask: (repository: Repository) => Promise<T>,
    bound = patience,
  ): Promise<Told<T>> => {
    const repository = await opened
    if (repository.kind === 'problem') return repository
    return limits.here(() => told(() => ask(repository.value), bound))
  }
  const afterOr = async <T>(ask: (repository: Repository) => Promise<T>, other: T): Promise<T> =>
    orElse(await after(ask), other)
  const position = after(({ git }) => readPosition(git, settings))
  const spacesOf = async ({ workTree, commonDir }: Repository): Promise<readonly Told<Space>[]> =>
    Promise.all([workTree, commonDir].map((place) => told(() => readSpace(place))))
  return {
    settings: Promise.resolve(settings),
    opened,
    holder: after((repository) => Promise.resolve(readHolder(repository))),
    atRest: after(({ git }) => refuseUnlessAtRest(git, settings)),
    position,
    identity: after((repository) => readIdentity(repository, settings)),
    // The program that signs has a bound of its own, and its remedy is the one to tell.
    signing: after((repository) => readSigning(repository, settings), 2 * patience),
    hooks: after((repository) => readHooks(repository, settings)),
    spaces: afterOr(spacesOf, []),
    folders:
      settings.watch === 'poll'
        ? Promise.resolve(null)
        : afterOr<number | null>(({ workTree }) => countFolders(workTree), null),
    usesLfs: afterOr(readLfsUse, false),
    newestCommit: afterOr(readNewest, null),
    remote: gatherRemote(opened, position, settings, limits),
  }
}
