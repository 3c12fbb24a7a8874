import type { BigIntStats } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import type { RepoPath } from '../../actors/outcome.js'
import type { ConversionOf } from '../status/attributes.js'
import { bytesOf, fileAt, isByteName, shownPath } from '../files/byte-name.js'
import { filtering } from '../program/filtering.js'
import { runGit } from '../program/git-program.js'
import { fileMode, libgit2, orNull, status } from '../libgit2.js'
import type { GitIndex, GitOid, GitRepository } from '../git-objects.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { inSlices } from '../slices.js'
import type { StatusEntry } from '../status/status-entry.js'
import { readStatus } from '../status/status.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { withheldIn } from '../index/withheld.js'
import type { Version } from '../tree/version.js'
import type { FileState } from './file-state.js'
import { stateOf } from './file-state.js'
import type { Stands } from './stands.js'
import { standsIn } from './stands.js'

/** What stands where a delta wants to write. */
export type Found =
  | { readonly kind: 'absent' }
  /** The version that the move comes from, at rest since this stat. */
  | { readonly kind: 'as-from'; readonly state: FileState; readonly withheld?: true }
  /** The version that the move goes to: nothing is left to do. */
  | { readonly kind: 'as-to' }
  /** Content that no commit has; never overwritten. Withheld, here and above: a person told git to keep edits out of commits. */
  | { readonly kind: 'other'; readonly withheld?: true }

const dirty = status.modified | status.deleted | status.typeChange | status.conflicted

/** Status is asked about so many paths at a time. */
const slice = 2000

/** In the quotes of C, which git reads where it takes a path a line. */
const quoted = (path: RepoPath): string =>
  `"${[...bytesOf(path)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"\n`

/** The blob of a file's bytes, where there is one already or room for it. */
const knownBlob = async (git: GitRepository, file: string | Buffer): Promise<GitOid | null> => {
  const bytes = await readFile(file)
  return libgit2.Blob.createFromBuffer(git, bytes, bytes.length).catch(() => null)
}

/** The blob that the file at a path would be recorded as. */
const hashOf = async (
  repository: Repository,
  path: RepoPath,
  stat: BigIntStats,
  conversionOf: ConversionOf,
): Promise<string> => {
  const { git, workTree } = repository
  const filtered = stat.isFile() && (await conversionOf(path)).kind === 'foreign'
  if (!filtered && !isByteName(path)) {
    const blob = await libgit2.Blob.createFromWorkdir(git, path).catch(() => null)
    // It writes what it looks at first, for which a full disk has no room: what is known as it stands needs none.
    const known = blob ?? (stat.isFile() ? await knownBlob(git, fileAt(workTree, path)) : null)
    if (known !== null) return known.tostrS()
  }
  if (stat.isSymbolicLink()) {
    const target = await readlink(fileAt(workTree, path), { encoding: 'buffer' })
    return (await libgit2.Blob.createFromBuffer(git, target, target.length)).tostrS()
  }
  const run = { ...filtering(repository), stdin: quoted(path) }
  return (await runGit(['hash-object', '--stdin-paths'], run)).stdout.toString('latin1').trim()
}

const modeOf = (stat: BigIntStats): number =>
  stat.isSymbolicLink()
    ? fileMode.link
    : (stat.mode & 0o100n) === 0n
      ? fileMode.file
      : fileMode.executable

const files: ReadonlySet<number> = new Set([fileMode.file, fileMode.executable])

const isMode = ({ fileModes }: Repository, recorded: number, found: number): boolean =>
  recorded === found || (fileModes === 'untold' && files.has(recorded) && files.has(found))

const isAsLarge = async (
  git: GitRepository,
  version: Version | null,
  { size }: BigIntStats,
): Promise<boolean> => {
  if (version === null || !files.has(version.mode)) return false
  const blob = await orNull(libgit2.Blob.lookup(git, libgit2.Oid.fromString(version.oid)))
  return blob?.rawsize() === Number(size)
}

/** Told by content, which takes a look into the file. */
const foundByContent = async (
  repository: Repository,
  { path, from, to }: TreeDelta,
  stat: BigIntStats,
  conversionOf: ConversionOf,
): Promise<Found> => {
  if (!stat.isFile() && !stat.isSymbolicLink()) return { kind: 'other' }
  const mode = modeOf(stat)
  const foundAs = (oid: string | null): Found => {
    const is = (version: Version | null): boolean =>
      version !== null && version.oid === oid && isMode(repository, version.mode, mode)
    if (is(to)) return { kind: 'as-to' }
    return is(from) ? { kind: 'as-from', state: stateOf(stat) } : { kind: 'other' }
  }
  const found = foundAs(await hashOf(repository, path, stat, conversionOf))
  if (found.kind !== 'other' || !stat.isFile()) return found
  const { git, workTree } = repository
  if (!(await isAsLarge(git, to, stat)) && !(await isAsLarge(git, from, stat))) return found
  // It may have been recorded before a rule came to convert it, and stand there as it was recorded.
  const raw = await knownBlob(git, fileAt(workTree, path))
  return foundAs(raw?.tostrS() ?? null)
}

/** Where git was told not to look, its word on what changed tells nothing. */
const asWithheld = (found: Found): Found =>
  found.kind === 'other' || found.kind === 'as-from' ? { ...found, withheld: true } : found

/** What stands at the path of one delta, told by content. */
export const findByContent = async (
  repository: Repository,
  delta: TreeDelta,
  conversionOf: ConversionOf,
  stands: Stands,
): Promise<Found> => {
  const stat = await stands(delta.path)
  return stat === null ? { kind: 'absent' } : foundByContent(repository, delta, stat, conversionOf)
}

/** libgit2 takes a filtered file for edited when its stat tells nothing; the filter itself tells better. */
const isUnchanged = async (
  repository: Repository,
  delta: TreeDelta | undefined,
  conversionOf: ConversionOf,
  stands: Stands,
): Promise<boolean> => {
  if (delta === undefined || (await conversionOf(delta.path)).kind !== 'foreign') return false
  const { kind } = await findByContent(repository, delta, conversionOf, stands)
  return kind === 'as-from' || kind === 'as-to'
}

/** What stands at the path of one delta, as far as its stat tells; of what is new in the tree, the content. */
const findByStat = async (
  repository: Repository,
  delta: TreeDelta,
  conversionOf: ConversionOf,
  stands: Stands,
  isWithheld: boolean,
): Promise<Found> => {
  if (delta.from === null) return findByContent(repository, delta, conversionOf, stands)
  if (isWithheld) return asWithheld(await findByContent(repository, delta, conversionOf, stands))
  const stat = await stands(delta.path)
  if (stat === null) return { kind: 'absent' }
  return stat.isDirectory() ? { kind: 'other' } : { kind: 'as-from', state: stateOf(stat) }
}

/** Of the paths of a move those whose content here a person keeps out of commits, as the index tells. */
export const withheldAmong = async (
  index: GitIndex,
  deltas: readonly TreeDelta[],
): Promise<ReadonlySet<RepoPath>> => {
  const paths = deltas.map(({ path }) => path)
  return new Set((await withheldIn(index, paths)).keys())
}

/**
 * Before a move begins: every path must be as the index has it. The stats are taken before git is asked, so
 * that what git found clean is what they describe. @throws GitFailure `work-tree-moved`
 *
 * @param isHeldBack whether a change of the work tree is one that staging leaves out
 */
export const surveyClean = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  conversionOf: ConversionOf,
  index: GitIndex,
  isHeldBack: (entry: StatusEntry) => Promise<boolean>,
): Promise<readonly Found[]> => {
  const found: Found[] = []
  const stands = standsIn(repository, deltas)
  const withheld = await withheldAmong(index, deltas)
  const looks = inSlices(deltas, (delta) =>
    findByStat(repository, delta, conversionOf, stands, withheld.has(delta.path)),
  )
  for await (const [, one] of looks) found.push(one)
  const byPath = new Map(deltas.map((delta) => [shownPath(delta.path), delta]))
  const held = new Set<string>()
  const shown = deltas.map(({ path }) => shownPath(path))
  for (let start = 0; start < shown.length; start += slice) {
    const paths = new Set(shown.slice(start, start + slice))
    const entries = await readStatus(repository, { kind: 'paths', paths })
    const dirtyOnes = entries.filter(({ flags, path }) => (flags & dirty) !== 0 && paths.has(path))
    for (const entry of dirtyOnes) {
      const { path } = entry
      if (await isUnchanged(repository, byPath.get(path), conversionOf, stands)) continue
      // What no commit will take up stands in the way like any other content that is in none.
      if (await isHeldBack(entry)) held.add(path)
      else
        throw failure(
          'work-tree-moved',
          `${path} changed here and on the remote.`,
          'It is committed first.',
        )
    }
  }
  return found.map((one, n) => (held.has(shown[n] ?? '') ? { kind: 'other' } : one))
}

/** After a kill: the files tell by their content how far the move had come. */
export const surveyByContent = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  conversionOf: ConversionOf,
  withheld: ReadonlySet<RepoPath>,
): Promise<readonly Found[]> => {
  const found: Found[] = []
  const stands = standsIn(repository, deltas)
  for (const delta of deltas) {
    const one = await findByContent(repository, delta, conversionOf, stands)
    found.push(withheld.has(delta.path) ? asWithheld(one) : one)
  }
  return found
}
