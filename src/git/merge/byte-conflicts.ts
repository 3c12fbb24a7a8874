import type { RepoPath } from '../../actors/outcome.js'
import { isByteName, pathOf, shownPath } from '../files/byte-name.js'
import type { GitOid, GitTree } from '../git-objects.js'
import { runGit } from '../program/git-program.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { Conflict, Placed, Version } from './resolve.js'
import { withScratchIndex } from '../index/scratch-index.js'
import { entryList, taking } from '../index/update-index.js'

/** The trees that came together; null, the empty tree, where there is no base. */
export interface Trees {
  readonly base: GitTree | null
  readonly ours: GitTree
  readonly theirs: GitTree
}

/** `git ls-tree -r -z`: `MODE TYPE OID`, tab, path, NUL. */
const versionsIn = async (
  { workTree }: Repository,
  tree: GitTree | null,
  shown: ReadonlySet<RepoPath>,
): Promise<ReadonlyMap<RepoPath, Version>> => {
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
        if (!isByteName(path) || !shown.has(shownPath(path))) return []
        return [[path, { mode: Number.parseInt(mode, 8), oid }]]
      }),
  )
}

/** The conflicts behind paths that nodegit can only show, read from the trees themselves. @throws GitFailure */
export const byteConflicts = async (
  repository: Repository,
  { base, ours, theirs }: Trees,
  shown: ReadonlySet<RepoPath>,
): Promise<readonly Conflict[]> => {
  const [old, left, right] = await Promise.all([
    versionsIn(repository, base, shown),
    versionsIn(repository, ours, shown),
    versionsIn(repository, theirs, shown),
  ])
  const paths = new Set([...old.keys(), ...left.keys(), ...right.keys()])
  return [...paths].map((path) => ({
    path,
    base: old.get(path) ?? null,
    ours: left.get(path) ?? null,
    theirs: right.get(path) ?? null,
  }))
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
