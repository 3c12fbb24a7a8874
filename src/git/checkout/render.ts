import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilterOf } from '../attributes.js'
import { runGit } from '../git-program.js'
import type { GitTree } from '../git-objects.js'
import { checkoutOption, fileMode, libgit2 } from '../libgit2.js'
import { failure } from '../problem.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree-changes.js'

/** Paths whose smudge filter libgit2 does not know, through the git program and an index of its own. */
const renderFiltered = async (
  { ownDir, workTree }: Repository,
  tree: GitTree,
  folder: string,
  paths: readonly string[],
): Promise<void> => {
  const file = join(ownDir, 'render-index')
  const run = async (args: readonly string[], stdin: string): Promise<void> => {
    const { code, stderr } = await runGit(args, {
      cwd: workTree,
      env: { GIT_INDEX_FILE: file },
      stdin,
    })
    if (code !== 0)
      throw failure(
        'unexpected',
        `git ${args[0] ?? ''} could not write out filtered files: ${stderr}`,
        'Install what the filter of .gitattributes needs (for LFS: git-lfs).',
      )
  }
  await rm(file, { force: true })
  try {
    await run(['read-tree', tree.id().tostrS()], '')
    const list = paths.map((path) => `${path}\0`).join('')
    await run(['checkout-index', '-z', '--stdin', '--force', `--prefix=${folder}/`], list)
  } finally {
    await rm(file, { force: true })
  }
}

/** Where the new versions lie until they are put in place. */
export const renderedIn = ({ ownDir }: Repository): string => join(ownDir, 'rendered')

/** Writes the new versions, with filters and modes, into a folder where nobody looks. */
export const render = async (
  repository: Repository,
  tree: GitTree,
  deltas: readonly TreeDelta[],
  filterOf: FilterOf,
): Promise<void> => {
  const folder = renderedIn(repository)
  await mkdir(folder, { recursive: true })
  const plain: string[] = []
  const filtered: string[] = []
  for (const { path, to } of deltas) {
    if (to === null || to.mode === fileMode.commit) continue
    const foreign = to.mode !== fileMode.link && (await filterOf(path)) !== null
    ;(foreign ? filtered : plain).push(path)
  }
  if (plain.length > 0)
    await libgit2.Checkout.tree(repository.git, tree, {
      checkoutStrategy:
        checkoutOption.force |
        checkoutOption.recreateMissing |
        checkoutOption.dontUpdateIndex |
        checkoutOption.exactPaths,
      // Compared with HEAD, a file that became a link would be left out.
      baseline: tree,
      targetDirectory: folder,
      paths: plain,
    })
  if (filtered.length > 0) await renderFiltered(repository, tree, folder, filtered)
}
