import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { statNow } from '../files/stat-now.js'
import { libgit2, synced } from '../libgit2.js'
import { removeFolder } from '../files/remove-folder.js'
import { replaceDurably } from '../files/replace-durably.js'
import { failure } from '../problem/problem.js'
import { movingRef } from '../refs/own-ref.js'
import type { Repository } from '../repository.js'
import { ownDirIn } from '../repository.js'
import type { Move } from './move.js'

const fileOf = ({ ownDir }: Repository): string => join(ownDir, 'move.json')

/** On disk for good before the first file is touched, so that a kill or a power loss leaves a move that can be redone. */
export const writeMove = (repository: Repository, move: Move): Promise<void> =>
  replaceDurably(fileOf(repository), JSON.stringify(move))

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

const isMove = (value: unknown): value is Move =>
  typeof value === 'object' &&
  value !== null &&
  'branch' in value &&
  typeof value.branch === 'string' &&
  'from' in value &&
  (typeof value.from === 'string' || value.from === null) &&
  'to' in value &&
  typeof value.to === 'string' &&
  'log' in value &&
  typeof value.log === 'string' &&
  (!('standing' in value) || isTexts(value.standing)) &&
  (!('withheld' in value) || isTexts(value.withheld))

/** The move that was cut short, if any. One that cannot be read was never begun: it is written whole or not at all. */
export const readMove = async (repository: Repository): Promise<Move | null> => {
  const text = await readFile(fileOf(repository), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return isMove(value) ? value : null
  } catch {
    return null
  }
}

/**
 * Holds the commit that the move goes to: a `git gc` must not take it while no branch has it. The reference stays
 * until the next move, for taking it away would need a lock that a kill could leave.
 */
export const holdTarget = async (repository: Repository, { to }: Move): Promise<void> => {
  const { git, commonDir } = repository
  const ref = movingRef(repository)
  // Nobody else writes it, so a lock of it is what a killed run left.
  await rm(join(commonDir, `${ref}.lock`), { force: true })
  const target = libgit2.Oid.fromString(to)
  await synced(() => libgit2.Reference.create(git, ref, target, 1, 'gitsync: move'))
}

/** Whether there is anything of a move: its journal, or what it had rendered or set aside. */
export const isMoveLeft = ({ ownDir }: Repository): boolean =>
  ['move.json', 'rendered', 'aside'].some((name) => statNow(join(ownDir, name)) !== null)

/** Whether there is the journal itself. */
export const isMoveNoted = (repository: Repository): boolean => statNow(fileOf(repository)) !== null

/** Of a command such as `undo`, beside that of a sync, which may run meanwhile: what both share is git's lock of the index. */
export const besideSync = (repository: Repository): Repository => ({
  ...repository,
  ownDir: join(ownDirIn(repository.gitDir), 'mending'),
})

/**
 * A work tree that is half moved is in no state that anybody meant: to commit it would take back half of what the
 * remote brought. Asked under git's lock of the index, which whoever moves holds all the time. @throws GitFailure
 */
export const refuseMidMove = (repository: Repository): void => {
  const ofSync = { ...repository, ownDir: ownDirIn(repository.gitDir) }
  if (!isMoveNoted(ofSync) && !isMoveNoted(besideSync(repository))) return
  throw failure(
    'work-tree-moved',
    'A sync was cut short half-way here, and nothing was changed.',
    'Let it finish first: gitsync once.',
  )
}

/** What was set aside goes first: while the journal stands, nothing of it is needed any more. */
export const forgetMove = async (repository: Repository): Promise<void> => {
  for (const name of ['rendered', 'aside']) await removeFolder(join(repository.ownDir, name))
  await rm(fileOf(repository), { force: true })
}
