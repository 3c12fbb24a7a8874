import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { readSignatures } from '../../git/commit.js'
import { runGit } from '../../git/git-program.js'
import { refuseUnlessAtRest } from '../../git/inspect.js'
import { isForsaken, readLock } from '../../git/lock-file.js'
import { readPosition } from '../../git/position.js'
import { failure } from '../../git/problem.js'
import type { Repository } from '../../git/repository.js'
import { openRepository } from '../../git/repository.js'
import type { Holder, RepositoryFacts } from './facts.js'
import { countFolders } from './folders.js'
import { gatherRemote } from './gather-remote.js'
import { readSpace } from './space.js'
import type { Told } from './told.js'
import { orElse, patience, told } from './told.js'

/** git looks, and does not even refresh the index. */
const looking = { GIT_OPTIONAL_LOCKS: '0' } as const

const open = async (path: string): Promise<Repository> => {
  const repository = await openRepository(path)
  await repository.git.index().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    throw failure(
      'unexpected',
      `The index cannot be read: ${message}`,
      'For a split index: git update-index --no-split-index.',
    )
  })
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

const closed = (settings: RepoSettings, opened: Extract<Told<never>, { kind: 'problem' }>) => ({
  settings,
  opened,
  holder: opened,
  atRest: opened,
  position: opened,
  identity: opened,
  spaces: [],
  folders: null,
  usesLfs: false,
  newestCommit: null,
  remote: null,
})

/** Asks one repository and its remote, and changes nothing. */
export const gatherRepository = async (settings: RepoSettings): Promise<RepositoryFacts> => {
  const opened = await told(() => open(settings.path))
  if (opened.kind === 'problem') return closed(settings, opened)
  const repository = opened.value
  const { git, workTree, commonDir } = repository
  const position = await told(() => readPosition(git, settings))
  const [holder, atRest, identity, spaces, folders, usesLfs, newestCommit, remote] =
    await Promise.all([
      told(() => Promise.resolve(readHolder(repository))),
      told(() => refuseUnlessAtRest(git, settings)),
      told(() => readIdentity(repository, settings)),
      Promise.all([workTree, commonDir].map((place) => told(() => readSpace(place)))),
      settings.watch === 'poll' ? null : told(() => countFolders(workTree)),
      told(() => readLfsUse(repository)),
      told(() => readNewest(repository)),
      gatherRemote(repository, position, settings),
    ])
  return {
    settings,
    opened,
    holder,
    atRest,
    position,
    identity,
    spaces,
    folders: folders === null ? null : orElse(folders, null),
    usesLfs: orElse(usesLfs, false),
    newestCommit: orElse(newestCommit, null),
    remote,
  }
}
