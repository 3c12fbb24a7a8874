import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { stateOf } from '../checkout/file-state.js'
import { flushRendered } from '../checkout/flush-move.js'
import { newConversions } from '../checkout/new-conversions.js'
import { isReachable } from '../checkout/reach.js'
import { render, renderedIn } from '../checkout/render.js'
import type { Found } from '../checkout/survey.js'
import { writeAll } from '../checkout/swap.js'
import { openOld, settleOld } from '../checkout/settle-old.js'
import { asideIn, asideOf } from '../checkout/take-away.js'
import type { NewItem } from '../checkout/write-new.js'
import { areThere } from '../commit/garbage.js'
import { blobNameOf } from '../files/blob-name.js'
import { fileAt } from '../files/byte-name.js'
import { flushFolders } from '../files/flush-paths.js'
import { hasZeros, isPieceOf } from '../files/piece.js'
import { removeFolder } from '../files/remove-folder.js'
import { seenNow } from '../files/stat-now.js'
import type { GitIndex, GitIndexEntry, GitTree } from '../git-objects.js'
import type { IndexCopy } from '../index/index-copy.js'
import { isAsSeen, versionOf } from '../index/index-entry.js'
import { emptyTree, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import { heldBackBy } from '../stage/held-back.js'
import type { ConversionOf } from '../status/attributes.js'
import { conversionsOf } from '../status/attributes.js'
import { ruleFoldersOf } from '../status/rule-files.js'
import { readChangedFiles } from '../status/changed-files.js'
import { editTree } from '../tree/tree-edit.js'
import { latelyChanged } from './lately-changed.js'

/** A number of the path's own: the same when another cut or a kill comes in between. */
const numberOf = (path: RepoPath): number =>
  createHash('sha1').update(path).digest().readUIntBE(0, 6)

/** Whether the size is the one that the index saw, of which it keeps 32 bits. */
const isAsLong = ({ fileSize }: GitIndexEntry, size: bigint): boolean =>
  BigInt.asUintN(32, size) === BigInt(fileSize)

/** Whether zeros stand in a file where others belong. Many a large one has zeros that are meant, or a filter that keeps it elsewhere. */
const hasHoles = async (
  file: string | Buffer,
  size: bigint,
  { path, id }: GitIndexEntry,
  conversionOf: ConversionOf,
): Promise<boolean> =>
  (await hasZeros(file, size)) &&
  (await conversionOf(path)).kind !== 'foreign' &&
  (await blobNameOf(file, size)) !== id.tostrS()

/**
 * What stands there, if it is longer, shorter or has zeros though nobody wrote to it since the index saw it; or nothing,
 * which an earlier try took away and came no further.
 */
const foundAt = async (
  room: Repository,
  entry: GitIndexEntry,
  conversionOf: ConversionOf,
): Promise<Found | null> => {
  const { path } = entry
  const file = fileAt(room.workTree, path)
  const standing = seenNow(file)
  if (standing === null)
    return seenNow(asideOf(room, numberOf(path))) === null ? null : { kind: 'absent' }
  // The index keeps no size where it does not vouch for the file.
  if (!standing.isFile() || entry.fileSize === 0 || !isAsSeen(entry, standing)) return null
  const { size } = standing
  if (isAsLong(entry, size) && !(await hasHoles(file, size, entry, conversionOf))) return null
  return { kind: 'as-from', state: stateOf(standing) }
}

const suspectAt = async (
  room: Repository,
  index: GitIndex,
  conversionOf: ConversionOf,
  path: RepoPath,
): Promise<NewItem | null> => {
  const entry = index.getByPath(path)
  if (entry === undefined || !isReachable(room, path)) return null
  const [version, found] = [versionOf(entry), await foundAt(room, entry, conversionOf)]
  if (found === null || !(await areThere(room, [version.oid]))) return null
  return { delta: { path, from: version, to: version }, found, n: numberOf(path) }
}

const suspectsAmong = async (
  room: Repository,
  index: GitIndex,
  paths: readonly RepoPath[],
): Promise<readonly NewItem[]> => {
  const suspects: NewItem[] = []
  const conversionOf = await conversionsOf(room, index)
  const look = (path: RepoPath) => suspectAt(room, index, conversionOf, path)
  for await (const [, one] of inSlices(paths, look)) if (one !== null) suspects.push(one)
  return suspects
}

/** A tree of them, and of the attributes that say how they are written out. */
const treeOf = async (
  room: Repository,
  index: GitIndex,
  items: readonly NewItem[],
): Promise<GitTree> => {
  const folders = new Set(items.flatMap(({ delta }) => ruleFoldersOf(delta.path)))
  const rules = [...folders].flatMap((folder) => {
    const entry = index.getByPath(posix.join(folder, '.gitattributes'))
    return entry === undefined ? [] : [{ path: entry.path, version: versionOf(entry) }]
  })
  const files = items.map(({ delta: { path, to } }) => ({ path, version: to }))
  const none = await libgit2.Tree.lookup(room.git, emptyTree)
  return libgit2.Tree.lookup(room.git, await editTree(room, none, [...rules, ...files]))
}

const isTorn = (room: Repository, { delta: { path }, found }: NewItem): Promise<boolean> => {
  if (found.kind === 'absent') return Promise.resolve(true)
  return isPieceOf(fileAt(room.workTree, path), fileAt(renderedIn(room), path))
}

const giveBack = async (
  room: Repository,
  index: GitIndex,
  suspects: readonly NewItem[],
  settings: RepoSettings,
): Promise<void> => {
  await removeFolder(renderedIn(room))
  await mkdir(asideIn(room), { recursive: true })
  const deltas = suspects.map(({ delta }) => delta)
  const conversionOf = await newConversions(room, index, deltas)
  await render(room, await treeOf(room, index, suspects), deltas, conversionOf)
  const torn: NewItem[] = []
  for await (const [one, is] of inSlices(suspects, (item) => isTorn(room, item)))
    if (is) torn.push(one)
  await flushRendered(room, torn)
  const now = Math.floor(Date.now() / 1000)
  const rendered = renderedIn(room)
  const swap = {
    repository: room,
    rendered,
    submodules: none,
    withheld: none,
    taken: new Map<number, bigint>(),
    heldBack: heldBackBy(settings),
    now,
  }
  await writeAll(swap, torn)
  await settleOld(swap, torn, await openOld(room, torn))
  await flushFolders(
    room.workTree,
    torn.map(({ delta }) => delta.path),
  )
}

const none: ReadonlySet<RepoPath> = new Set()

/**
 * Gives files back of which a power cut left a piece, in place of what the index saw: a program that saves a file
 * rarely has it on the disk at once, and a commit of it is there sooner. They would look like a person's edits.
 */
export const giveTornBack = async (
  repository: Repository,
  indexCopy: IndexCopy,
  settings: RepoSettings,
): Promise<void> => {
  const room = { ...repository, ownDir: join(repository.ownDir, 'torn-files') }
  const changed = await readChangedFiles(repository)
  const index = await indexCopy.refresh()
  const now = BigInt(Date.now()) * 1_000_000n
  const paths = new Set([...changed, ...(await latelyChanged(index, now))])
  const suspects = await suspectsAmong(room, index, [...paths])
  if (suspects.length > 0) await giveBack(room, index, suspects, settings)
  await removeFolder(room.ownDir)
}
