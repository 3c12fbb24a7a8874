import { readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { flushHistory, rememberFlushed } from '../commit/flush-history.js'
import { flush } from '../files/flush.js'
import { statNow } from '../files/stat-now.js'
import { orAbsent } from '../problem/error-code.js'
import { errorCode, hasErrorCode, libgit2, synced } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { symbolicTargetNow } from './loose-ref.js'
import { markStep } from '../step-mark.js'

/** A ref on its way from one commit to another. */
export interface RefMove {
  /** In full, such as `refs/heads/main`. */
  readonly ref: string
  /** Null: it does not exist yet. */
  readonly from: Oid | null
  readonly to: Oid
  /** For the reflog. */
  readonly log: string
}

type Note = Pick<RefMove, 'ref' | 'to'>

const noteOf = ({ ownDir }: Repository): string => join(ownDir, 'ref.json')

const draftOf = (repository: Repository): string => `${noteOf(repository)}.new`

/** References that git follows one after the other at the most. */
const deepest = 5

/** A branch may be another name of another one (`git symbolic-ref`): then it is that which moves, as with git. */
const meantBy = ({ commonDir }: Pick<Repository, 'commonDir'>, ref: string, depth = 0): string => {
  const target = depth < deepest ? symbolicTargetNow(join(commonDir, ref)) : null
  return target === null ? ref : meantBy({ commonDir }, target, depth + 1)
}

/** Drafts the note of a move. @returns its file, to be flushed before the move */
export const draftNote = async (repository: Repository, { ref, to }: Note): Promise<string> => {
  const draft = draftOf(repository)
  await writeFile(draft, JSON.stringify({ ref: meantBy(repository, ref), to }))
  return draft
}

const isNote = (value: unknown): value is Note =>
  typeof value === 'object' &&
  value !== null &&
  'ref' in value &&
  typeof value.ref === 'string' &&
  /^refs\/(?!.*\.\.)/.test(value.ref) &&
  'to' in value &&
  typeof value.to === 'string'

const parseNote = (text: string): Note | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isNote(value) ? value : null
  } catch {
    return null
  }
}

const swap = async (
  repository: Repository,
  { from, to, log, ...named }: RefMove,
): Promise<void> => {
  const { git } = repository
  const ref = meantBy(repository, named.ref)
  const target = libgit2.Oid.fromString(to)
  if (from === null) await libgit2.Reference.create(git, ref, target, 0, log)
  else
    await libgit2.Reference.createMatching(git, ref, target, 1, libgit2.Oid.fromString(from), log)
}

/** libgit2 has said no, and holds no lock. */
const isRefused = (error: unknown): boolean =>
  [errorCode.exists, errorCode.locked, errorCode.modified].some((code) => hasErrorCode(error, code))

const isBranch = (ref: string): boolean => ref.startsWith('refs/heads/')

/**
 * Moves a ref by compare and swap, under git's lock of the index. A kill meanwhile, or a `.git` that was shut, leaves
 * libgit2's lock of the ref, which nothing tells from a person's but the note that stands as long: it is drafted and
 * flushed before.
 */
export const compareAndSwapNoted = async (repository: Repository, move: RefMove): Promise<void> => {
  const { ref, from, to } = move
  // A commit of ours is not surer to stay than what it is built on.
  if (from !== null && isBranch(ref)) await flushHistory(repository, from)
  const note = noteOf(repository)
  await rename(draftOf(repository), note)
  markStep('ref-noted')
  try {
    await synced(() => swap(repository, move))
  } catch (error) {
    if (isRefused(error)) await unlink(note)
    throw error
  }
  await unlink(note)
  if (isBranch(ref)) rememberFlushed(repository, to)
}

/** The same with its note, where nothing else is flushed along with it. */
export const compareAndSwapRef = async (repository: Repository, move: RefMove): Promise<void> => {
  await flush([await draftNote(repository, move)])
  await compareAndSwapNoted(repository, move)
}

/** What libgit2 writes into the lock, or the beginning of it, not before the note was there. */
const isOfNote = async (lock: string, note: string, { to }: Note): Promise<boolean> => {
  const [ours, theirs] = await Promise.all([stat(note), stat(lock)])
  return theirs.mtimeMs >= ours.mtimeMs && `${to}\n`.startsWith(await readFile(lock, 'latin1'))
}

/**
 * Clears the lock that was left on the ref that we were moving, by a kill or a shut `.git`; any other is a person's. The
 * name of the note may be less sure to stay than the lock: btrfs keeps what is flushed, and not what came before.
 */
export const clearRefLock = async (repository: Repository): Promise<void> => {
  for (const file of [noteOf(repository), draftOf(repository)]) {
    const text = statNow(file) === null ? null : await orAbsent(readFile(file, 'utf8'))
    if (text === null) continue
    const note = parseNote(text)
    if (note !== null) {
      const lock = join(repository.commonDir, `${note.ref}.lock`)
      if (await isOfNote(lock, file, note).catch(() => false)) await rm(lock, { force: true })
    }
    await rm(file, { force: true })
  }
}
