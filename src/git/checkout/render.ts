import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import type { Conversion, ConversionOf } from '../status/attributes.js'
import { isByteName } from '../files/byte-name.js'
import type { GitTree } from '../git-objects.js'
import { inPieces } from '../program/git-program.js'
import { filterRefusal } from './filter-refusal.js'
import { largeAmong } from './large-blobs.js'
import { checkoutOption, fileMode, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { seldom } from '../seldom.js'
import { withScratchIndex } from '../index/scratch-index.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { pathList } from '../index/update-index.js'

/** What libgit2 cannot write out, or holds in memory as a whole, through the git program; attributes are those of the tree, not of the work tree. */
const renderForeign = (
  repository: Repository,
  tree: GitTree,
  folder: string,
  paths: readonly RepoPath[],
): Promise<unknown> =>
  seldom(repository, 'filters of a checkout', tree.id().tostrS(), () =>
    withScratchIndex(repository, tree.id(), filterRefusal, (git) =>
      git(
        [`--git-dir=${repository.gitDir}`, `--work-tree=${folder}`, ...checkoutIndex],
        pathList(paths),
      ),
    ),
  )

const checkoutIndex = [...inPieces, 'checkout-index', '-z', '--stdin', '--force'] as const

const asStored: Conversion = { kind: 'none' }

/** Where the new versions lie until they are put in place. */
export const renderedIn = ({ ownDir }: Repository): string => join(ownDir, 'rendered')

/** The oids of what is written out as files. */
const blobsOf = (deltas: readonly TreeDelta[]): readonly Oid[] =>
  deltas.flatMap(({ to }) =>
    to === null || to.mode === fileMode.link || to.mode === fileMode.commit ? [] : [to.oid],
  )

/** Through libgit2; where nothing converts a file, it need not look for who might, which takes longer than the writing. */
const renderPlain = async (
  repository: Repository,
  tree: GitTree,
  folder: string,
  paths: readonly RepoPath[],
  conversion: Exclude<Conversion['kind'], 'foreign'>,
): Promise<void> => {
  if (paths.length === 0) return
  await libgit2.Checkout.tree(repository.git, tree, {
    checkoutStrategy:
      checkoutOption.force |
      checkoutOption.recreateMissing |
      checkoutOption.dontUpdateIndex |
      checkoutOption.exactPaths,
    // Compared with HEAD, a file that became a link would be left out.
    baseline: tree,
    disableFilters: conversion === 'none' ? 1 : 0,
    targetDirectory: folder,
    // A second path that matches nothing: libgit2 takes the backslashes of a common beginning for escapes.
    paths: [...paths, ''],
  })
}

/** Files that libgit2 writes out at a time: nodegit copies their paths while nothing else can run. */
const slice = 5000

/** Writes the new versions, with filters and modes, into a folder where nobody looks. */
export const render = async (
  repository: Repository,
  tree: GitTree,
  deltas: readonly TreeDelta[],
  conversionOf: ConversionOf,
): Promise<void> => {
  const folder = renderedIn(repository)
  await mkdir(folder, { recursive: true })
  const foreign: string[] = []
  const large = await largeAmong(repository, blobsOf(deltas))
  for (let start = 0; start < deltas.length; start += slice) {
    const paths = { none: [] as string[], 'built-in': [] as string[], foreign }
    for (const { path, to } of deltas.slice(start, start + slice)) {
      if (to === null || to.mode === fileMode.commit) continue
      const { kind } = to.mode === fileMode.link ? asStored : await conversionOf(path)
      paths[isByteName(path) || large.has(to.oid) ? 'foreign' : kind].push(path)
    }
    await renderPlain(repository, tree, folder, paths.none, 'none')
    await renderPlain(repository, tree, folder, paths['built-in'], 'built-in')
  }
  if (foreign.length > 0) await renderForeign(repository, tree, folder, foreign)
}
