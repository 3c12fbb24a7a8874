import type { RepoPath } from '../../actors/outcome.js'
import { pathOf, shownPath } from '../files/byte-name.js'
import type { GitOid, GitTree } from '../git-objects.js'
import { runGit } from '../program/git-program.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { Conflict, MergedFile, Placed, Version } from './resolve.js'
import { isSame } from '../tree/version.js'
import { withScratchIndex } from '../index/scratch-index.js'
import { entryList, taking } from '../index/update-index.js'

/** The trees that came together; null, the empty tree, where there is no base. */
export interface Trees {
  readonly base: GitTree | null
  readonly ours: GitTree
  readonly theirs: GitTree
}

type Versions = ReadonlyMap<RepoPath, Version>

/** What each tree has at some paths, every path as it is. */
export type ExactVersions = Readonly<Record<keyof Trees, Versions>>

/** `git ls-tree -r -z`: `MODE TYPE OID`, tab, path, NUL. */
const versionsIn = async (
  { workTree }: Repository,
  tree: GitTree | null,
  shown: ReadonlySet<RepoPath>,
): Promise<Versions> => {
  if (tree === null) return new Map()
  const args = ['ls-tree', '-r', '-z', '--full-tree', tree.id().tostrS()]
  const { code, stdout, stderr } = await runGit(args, { cwd: workTree })
  if (code !== 0) throw failure('unexpected', `git ls-tree failed: ${stderr}`)
  return new Map(
    stdout
      .toString('latin1')
      .split('\0')
      .flatMap((line): readonly [RepoPath, Version][] => {
        const [mode = '', , oid = ''] = line.split(/[ \t]/, 3)
        const path = pathOf(Buffer.from(line.slice(line.indexOf('\t') + 1), 'latin1'))
        return shown.has(shownPath(path)) ? [[path, { mode: Number.parseInt(mode, 8), oid }]] : []
      }),
  )
}

/** What the trees have behind paths that nodegit shows, each of which may stand for several. @throws GitFailure */
export const exactVersions = async (
  repository: Repository,
  { base, ours, theirs }: Trees,
  shown: ReadonlySet<RepoPath>,
): Promise<ExactVersions> => ({
  base: await versionsIn(repository, base, shown),
  ours: await versionsIn(repository, ours, shown),
  theirs: await versionsIn(repository, theirs, shown),
})

/**
 * The conflicts behind paths that nodegit can only show. U+FFFD may be a character of the name or stand for a byte, which
 * the index cannot be asked: each path that is shown so is one.
 */
export const shownConflicts = (
  { base, ours, theirs }: ExactVersions,
  shown: ReadonlySet<RepoPath>,
): readonly Conflict[] => {
  const paths = new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])
  return [...paths]
    .filter((path) => shown.has(shownPath(path)))
    .map((path) => ({
      path,
      base: base.get(path) ?? null,
      ours: ours.get(path) ?? null,
      theirs: theirs.get(path) ?? null,
    }))
}

/**
 * Merged files under the paths that they have: what merged has the path that one of the sides gave it. Of names that are
 * shown alike, each goes to the file that is as a side had it there.
 */
export const exactFiles = (
  merged: readonly MergedFile[],
  { ours, theirs }: ExactVersions,
): readonly MergedFile[] => {
  const free = new Map<RepoPath, RepoPath[]>()
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const alike = free.get(shownPath(path))
    if (alike === undefined) free.set(shownPath(path), [path])
    else alike.push(path)
  }
  const isOf = (path: RepoPath, version: Version): boolean =>
    [ours, theirs].some((side) => {
      const there = side.get(path)
      return there !== undefined && isSame(there, version)
    })
  const claimed = (file: MergedFile, fits: (path: RepoPath) => boolean): MergedFile | null => {
    const names = free.get(file.path) ?? []
    const at = names.findIndex(fits)
    const [path] = at === -1 ? [] : names.splice(at, 1)
    return path === undefined ? null : { ...file, path }
  }
  const asHad = merged.map((file) => claimed(file, (path) => isOf(path, file.version)))
  return merged.map((file, n) => asHad[n] ?? claimed(file, () => true) ?? file)
}

/** The tree with these files in it as well. @throws GitFailure */
export const withFiles = async (
  repository: Repository,
  tree: GitOid,
  files: readonly Placed[],
): Promise<GitOid> => {
  if (files.length === 0) return tree
  const written = await withScratchIndex(
    repository,
    tree,
    (asked, words) => failure('unexpected', `${asked} failed: ${words}`),
    async (git) => {
      await git(taking.told, entryList(files))
      return git(['write-tree'], '')
    },
  )
  return libgit2.Oid.fromString(written.toString('latin1').trim())
}
