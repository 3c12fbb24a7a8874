import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRepository } from './git-objects.js'
import { meantNow } from './files/stat-now.js'
import { failure } from './problem/problem.js'

/** Milliseconds after which a message that nobody saved counts as forgotten: where git's processes can be seen, and where not. */
const patience = { seen: 600_000, unseen: 120_000 } as const

/** Null where it is not there. */
const changedAt = (file: string): bigint | null => meantNow(file)?.mtimeNs ?? null

const isGitIn = async (pid: string, folder: string): Promise<boolean> => {
  const name = await readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '')
  if (name !== 'git\n') return false
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder
}

/** Whether git works in this work tree, at whose top it always is; null where that cannot be known. */
const isGitAtWork = async (workTree: string): Promise<boolean | null> => {
  if (process.platform !== 'linux') return null
  const folder = await realpath(workTree)
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name) && (await isGitIn(name, folder))) return true
  return false
}

/**
 * Whether a person writes a commit message just now. git holds no lock meanwhile, but a branch that moves under it
 * makes it throw the commit away. It leaves the message behind, so that what counts is a message that is newer than
 * the last commit.
 */
const isMessageOpen = async (git: GitRepository): Promise<boolean> => {
  const gitDir = git.path()
  const written = changedAt(join(gitDir, 'COMMIT_EDITMSG'))
  if (written === null) return false
  const age = Math.abs(Date.now() - Number(written / 1_000_000n))
  if (age >= patience.seen) return false
  const last = changedAt(join(gitDir, 'logs/HEAD')) ?? changedAt(join(gitDir, 'HEAD'))
  if (last !== null && written <= last) return false
  return (await isGitAtWork(git.workdir() ?? gitDir)) ?? age < patience.unseen
}

/** @throws GitFailure `locked` */
export const refuseWhileWriting = async (git: GitRepository): Promise<void> => {
  if (await isMessageOpen(git))
    throw failure(
      'locked',
      'A commit message is being written.',
      'It is waited for: close the editor.',
    )
}
