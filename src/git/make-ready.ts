import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoSettings } from '../actors/settings.js'
import { readSignatures } from './commit/signatures.js'
import { flushTree } from './files/flush.js'
import { nameNew } from './files/without-links.js'
import { gitOutput } from './program/git-output.js'
import { durably } from './program/git-program.js'
import { takeInstanceLock } from './lock/instance-lock.js'
import { libgit2 } from './libgit2.js'
import { compareAndSwapRef } from './refs/move-ref.js'
import { readBranch, readPosition, readRef } from './refs/position.js'
import { readConfig } from './config.js'
import { openRepository } from './repository.js'
import { setUpstream } from './refs/upstream.js'
import { writeCommit } from './commit/write-commit.js'

const git = (cwd: string, args: readonly string[]): Promise<Buffer> =>
  gitOutput(cwd, [...durably, ...args])

/**
 * Makes the folder and the repository in it, as `git init` does it for this user; the branch where it is known already.
 * On the disk at once: git takes one whose HEAD a power cut made empty for none, and makes none there.
 */
export const makeRepository = async (path: string, branch: string | null): Promise<void> => {
  await mkdir(path, { recursive: true })
  await git(path, ['init', '--quiet', '.'])
  if (branch !== null) await startOn(path, branch)
  await flushTree(join(path, '.git'))
}

/** Nothing is committed yet, so the branch has no more than its name. */
export const startOn = async (path: string, branch: string): Promise<void> => {
  await git(path, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
}

/** Written whole or not at all, and never over one that is there. Aside in the git directory, where no commit picks it up. */
export const writeIgnoreFile = async (path: string, text: string): Promise<boolean> => {
  const { gitDir } = await openRepository(path)
  const aside = join(gitDir, 'gitsync-gitignore')
  const handle = await open(aside, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    return await nameNew(aside, join(path, '.gitignore'))
  } finally {
    await rm(aside, { force: true })
  }
}

/** As `git remote add` would, but without the address among the arguments of a process. The address comes last: it is what makes a remote. */
export const addRemote = async (path: string, name: string, url: string): Promise<void> => {
  const config = await (await openRepository(path)).git.config()
  const key = `remote.${name}.fetch`
  if ((await readConfig(await config.snapshot(), key)) === null)
    await config.setString(key, `+refs/heads/*:refs/remotes/${name}/*`)
  await config.setString(`remote.${name}.url`, url)
}

/**
 * An empty first commit, without which there is nothing to push: two machines that begin with an empty folder have a
 * beginning in common, and the remote has shown that it takes pushes. Nothing where there is a commit.
 */
export const commitNothing = async (settings: RepoSettings): Promise<void> => {
  const repository = await openRepository(settings.path)
  const lock = await takeInstanceLock(repository)
  try {
    const branch = await readBranch(repository.git)
    const ref = `refs/heads/${branch}`
    if ((await readRef(repository.git, ref)) !== null) return
    const written = await git(settings.path, ['hash-object', '-t', 'tree', '-w', '--stdin'])
    const signatures = await readSignatures(repository, settings)
    const tree = libgit2.Oid.fromString(written.toString().trim())
    const draft = { ...signatures, message: 'Begin\n', tree, parents: [] }
    const made = await writeCommit(repository, draft)
    const log = 'commit (initial): Begin'
    await compareAndSwapRef(repository, { ref, from: null, to: made.tostrS(), log })
  } finally {
    lock.giveBack()
  }
}

/** Where the branch stands; one that the remote has is followed from now on, as after `git push -u` or `git clone`. */
export const followUpstream = async (
  settings: Pick<RepoSettings, 'path' | 'remote'>,
): Promise<Awaited<ReturnType<typeof readPosition>>> => {
  const repository = await openRepository(settings.path)
  const position = await readPosition(repository.git, settings)
  const { branch, upstream } = position
  if (upstream !== null && upstream.oid !== null) await setUpstream(repository, branch, upstream)
  return position
}
