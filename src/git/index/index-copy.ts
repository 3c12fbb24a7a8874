import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { link, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import fs from 'fs-extra'
import type { RepoPath } from '../../actors/outcome.js'
import { flush } from '../files/flush.js'
import { meantNow } from '../files/stat-now.js'
import type { GitIndex } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { hasCode, orAbsent } from '../problem/error-code.js'
import { openIndexLock } from './index-lock.js'
import { followTree, forgetTree } from './known-tree.js'
import { smudgeEdited } from './smudge.js'
import type { Repository } from '../repository.js'
import { stampOf } from './stamp.js'

/**
 * Our own copy of the index. libgit2 takes git's lock inside `write()` alone, so that read, add and write
 * on git's index lose updates beside a `git commit`. A hard link costs nothing to make and is known
 * unchanged by its inode; it is published over the index, under git's own lock, by a rename.
 */
export interface IndexCopy {
  /** Tells git's index from another that comes in its place. */
  stamp(): string
  /** Whether there is a lock that we hold no longer: of a killed run, or ours that could not be given back. */
  readonly isLeftLocked: () => boolean
  /** Removes such a one. Any other stays. */
  readonly clearLock: () => void
  /** Level with git's index; reading only. */
  refresh(): Promise<GitIndex>
  /** Holds git's lock meanwhile. @throws GitFailure `locked` where another process holds it */
  locked<T>(work: (held: HeldIndex) => Promise<T>): Promise<T>
}

export interface HeldIndex {
  readonly index: GitIndex
  /** Of git's index when the lock was taken. */
  readonly stamp: string
  /** Absolute path of the copy, for the git program's GIT_INDEX_FILE. */
  readonly file: string
  /** When somebody else wrote git's index, milliseconds since the epoch; null: it is as we published it. */
  readonly foreignSince: number | null
  /**
   * Writes the copy over git's index in one step.
   *
   * @param staged paths whose entries are new: what was edited since is not vouched for
   * @param before files that come to the disk first, such as the objects that it names
   */
  publish(staged: readonly RepoPath[], before?: readonly string[]): Promise<void>
}

/** GIT_INDEX_CAPABILITY_FROM_OWNER: modes, links and case as `core.*` says. */
const capsFromOwner = -1

/** Bytes at the end of an index, by which libgit2 knows one from another. */
const checksumLength = 20

/** Where times are coarse and inodes are used again, these tell two indexes apart; nothing where there is none. */
const checksumOf = (file: string): string => {
  try {
    const opened = openSync(file, 'r')
    try {
      const end = Buffer.alloc(checksumLength)
      readSync(opened, end, 0, checksumLength, Math.max(0, fstatSync(opened).size - checksumLength))
      return end.toString('hex')
    } finally {
      closeSync(opened)
    }
  } catch {
    return ''
  }
}

/** Times that the index is written again, since what was staged is edited meanwhile; each time there is less to smudge. */
const smudgeBound = 100

export const openIndexCopy = async ({
  git,
  workTree,
  gitDir,
  ownDir,
  names,
}: Repository): Promise<IndexCopy> => {
  const source = join(gitDir, 'index')
  const file = join(ownDir, 'index')
  await fs.ensureDir(ownDir)
  await rm(file, { force: true })
  await rm(`${file}.lock`, { force: true })
  const lock = await openIndexLock(join(gitDir, 'index.lock'), join(ownDir, 'sign'), [
    workTree,
    gitDir,
  ])
  const index = await libgit2.Index.open(file)
  git.setIndex(index, null)
  index.setCaps(capsFromOwner)
  if (names === 'exact') followTree(index)
  // libgit2 knows an index by its checksum, which may be left out, as this one's still is.
  let clean = false
  let published = ''
  /** Stamp of git's index that the copy is a link to, which keeps its inode from being another's; null: it is none. */
  let linkedTo: string | null = null

  const stamp = (): string => `${stampOf([source])} ${checksumOf(source)}`

  const refresh = async (): Promise<GitIndex> => {
    const now = stamp()
    if (clean && linkedTo === now) return index
    if (now !== published) forgetTree(index)
    await orAbsent(unlink(file))
    const linked = await link(source, file).then(
      () => true,
      async (error: unknown) => {
        // One that may not be looked at is not gone.
        if ((await orAbsent(stat(source))) === null) return false
        if (hasCode(error, 'ENOENT')) return false
        await fs.copyFile(source, file)
        return true
      },
    )
    await index.read(clean && linked ? 0 : 1)
    clean = true
    linkedTo = linked && meantNow(file)?.ino === meantNow(source)?.ino ? now : null
    return index
  }

  /** Looks at what was staged once the index has its time: whatever is edited later is no older than it. */
  const writeVouched = async (staged: readonly RepoPath[]): Promise<void> => {
    await index.write()
    for (let n = 0; n < smudgeBound && (await smudgeEdited(index, workTree, staged)) > 0; n += 1)
      await index.write()
  }

  const foreignSince = (now: string): number | null => {
    const found = now === published ? null : meantNow(source)
    return found === null ? null : Number(found.mtimeMs)
  }

  return {
    stamp,
    isLeftLocked: lock.isLeft,
    clearLock: lock.clear,
    refresh,
    locked: (work) =>
      lock.hold(async () => {
        const found = stamp()
        const since = foreignSince(found)
        // Of a program of the owner's that was cut short.
        await orAbsent(unlink(`${file}.lock`))
        await refresh()
        clean = false
        const publish = async (
          staged: readonly RepoPath[],
          before: readonly string[] = [],
        ): Promise<void> => {
          await writeVouched(staged)
          await flush([...before, file])
          await rename(file, source)
          published = stamp()
          clean = true
          linkedTo = null
        }
        return work({ index, stamp: found, file, foreignSince: since, publish })
      }),
  }
}
