import { setImmediate } from 'node:timers/promises'
import type { ConflictKept, Oid, RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { Trees } from './byte-conflicts.js'
import { shownConflicts, exactFiles, exactVersions, withFiles } from './byte-conflicts.js'
import { isByteName, shownPath } from '../files/byte-name.js'
import type { GitCommit, GitIndex, GitIndexEntry, GitOid, GitTree } from '../git-objects.js'
import { entryOf, versionOf } from '../index/index-entry.js'
import { libgit2, orNull } from '../libgit2.js'
import { withSubmodules } from './kept-submodules.js'
import { mergeOptions, neutralRepository } from './neutral-repository.js'
import { failure } from '../problem/problem.js'
import { withOverlooked } from './overlooked.js'
import { pairRenames } from './renames.js'
import type { Repository } from '../repository.js'
import type { Conflict, MergedFile, Resolution, Side, Sides, Version } from './resolve.js'
import { isBesideFolder, resolve } from './resolve.js'
import { unnameable } from '../status/status.js'
import { diffTreesExactly, treeOf } from '../tree/tree-changes.js'

export interface Merged {
  readonly tree: GitOid
  readonly kept: readonly ConflictKept[]
}

const versionIn = (entry: GitIndexEntry | undefined): Version | null =>
  entry === undefined ? null : versionOf(entry)

interface Split {
  readonly conflicts: readonly Conflict[]
  readonly merged: readonly MergedFile[]
}

/** The stage of the index that holds our version; theirs has the other of 2 and 3. */
type OurStage = 2 | 3

/** Entries read between two turns of the event loop: about a millisecond. */
const slice = 128

/** Stage 1 of a path is its base. One entry at a time: little is kept of each. */
const split = async (index: GitIndex, ourStage: OurStage): Promise<Split> => {
  const merged: MergedFile[] = []
  const stages = new Map<string, Partial<Record<1 | 2 | 3, GitIndexEntry>>>()
  const total = index.entryCount()
  for (let n = 0; n < total; n += 1) {
    if (n % slice === slice - 1) await setImmediate()
    const entry = index.getByIndex(n)
    const stage = libgit2.Index.entryStage(entry)
    if (stage === 0) merged.push({ path: entry.path, version: versionOf(entry) })
    else stages.set(entry.path, { ...stages.get(entry.path), [stage]: entry })
  }
  const conflicts = [...stages].map(([path, found]) => ({
    path,
    base: versionIn(found[1]),
    ours: versionIn(found[ourStage]),
    theirs: versionIn(found[ourStage === 2 ? 3 : 2]),
  }))
  return { conflicts, merged }
}

/** What nodegit cannot name in the index goes into the tree that is written from it. */
const place = async (
  repository: Repository,
  index: GitIndex,
  { freed, placed }: Resolution,
): Promise<GitOid> => {
  await index.conflictCleanup()
  // Of a name that nodegit cannot give, the folder is what gets into the tree by itself.
  for (const path of freed) if (!isByteName(path)) await index.removeByPath(path)
  for (const { path, version } of placed)
    if (!isByteName(path)) await index.add(entryOf(path, version))
  const tree = await index.writeTreeTo(repository.git)
  return withFiles(
    repository,
    tree,
    placed.filter(({ path }) => isByteName(path)),
  )
}

const isShown = ({ path }: Pick<MergedFile, 'path'>): boolean => path.includes(unnameable)

/** What the index tells, with every path as it is. U+FFFD may be a character of a name, or stand for a byte of one. */
const exactly = async (
  repository: Repository,
  { conflicts, merged }: Split,
  trees: Trees,
): Promise<Split> => {
  const [unsure, files] = [conflicts.filter(isShown), merged.filter(isShown)]
  if (unsure.length + files.length === 0) return { conflicts, merged }
  const shown = new Set([...unsure, ...files].map(({ path }) => path))
  const versions = await exactVersions(repository, trees, shown)
  return {
    conflicts: [
      ...conflicts.filter((one) => !isShown(one)),
      ...shownConflicts(versions, new Set(unsure.map(({ path }) => path))),
    ],
    merged: [...merged.filter((one) => !isShown(one)), ...exactFiles(files, versions)],
  }
}

/** Committer time, seconds since the epoch. */
const timeOf = (commit: GitCommit): number => commit.committer().when().time()

/** The two commits that came together, and what they have in common. */
export interface Sided extends Readonly<Record<Side, GitCommit>> {
  readonly base: () => Promise<GitTree | null>
}

const treesOf = async ({ base, ours, theirs }: Sided): Promise<Trees> => ({
  base: await base(),
  ours: await ours.getTree(),
  theirs: await theirs.getTree(),
})

const sidesOf = async ({ git }: Repository, { ours, theirs }: Sided): Promise<Sides> => {
  const { deltas } = await diffTreesExactly(
    git,
    (await ours.getTree()).id(),
    (await theirs.getTree()).id(),
  )
  return new Map(
    deltas.flatMap(({ path, from, to }): readonly [RepoPath, Side][] =>
      from === null ? [[path, 'theirs']] : to === null ? [[path, 'ours']] : [],
    ),
  )
}

/** Writes the tree of an index in which two sides came together; what did not merge is decided by policy. @throws GitFailure `conflict` */
export const settleIndex = async (
  repository: Repository,
  index: GitIndex,
  ourStage: OurStage,
  policy: RepoSettings['conflict'],
  commits: Sided,
): Promise<Merged> => {
  const { git } = repository
  const sides = await sidesOf(repository, commits)
  if (!index.hasConflicts() && !isBesideFolder(sides))
    return { tree: await index.writeTreeTo(git), kept: [] }
  const trees = await treesOf(commits)
  const shown = await split(index, ourStage)
  const exact = await exactly(repository, shown, trees)
  const complete = await withOverlooked(exact.conflicts, trees)
  const conflicts = await pairRenames(git, complete, trees)
  const times = { ours: timeOf(commits.ours), theirs: timeOf(commits.theirs) }
  const resolution = resolve(
    conflicts,
    exact.merged,
    sides,
    policy === 'halt' ? 'keep-both' : policy,
    times,
  )
  if (policy === 'halt' && resolution.kept.length > 0) {
    const paths = resolution.kept.map(({ path }) => shownPath(path)).join(', ')
    throw failure('conflict', `Both sides changed ${paths}.`)
  }
  const tree = await place(repository, index, resolution)
  const whole = await withSubmodules(repository, tree, resolution.placed, trees)
  return { tree: whole, kept: resolution.kept }
}

/** Merges two commits without touching work tree or index. @throws GitFailure `conflict` under the policy `halt` */
export const mergeInMemory = async (
  repository: Repository,
  ours: Oid,
  theirs: Oid,
  policy: RepoSettings['conflict'],
): Promise<Merged> => {
  const { git } = repository
  const [left, right] = await Promise.all([
    libgit2.Commit.lookup(git, ours),
    libgit2.Commit.lookup(git, theirs),
  ])
  const neutral = await neutralRepository(repository, await left.getTree())
  const index = await libgit2.Merge.commits(
    neutral,
    await libgit2.Commit.lookup(neutral, ours),
    await libgit2.Commit.lookup(neutral, theirs),
    mergeOptions,
  )
  const base = async (): Promise<GitTree | null> => {
    const found = await orNull(libgit2.Merge.base(git, left.id(), right.id()))
    return treeOf(git, found?.tostrS() ?? null)
  }
  return settleIndex(repository, index, 2, policy, { ours: left, theirs: right, base })
}
