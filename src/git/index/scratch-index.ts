import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitOid } from '../git-objects.js'
import { filtering } from '../program/filtering.js'
import { runGit } from '../program/git-program.js'
import type { GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { wholeIndex } from './update-index.js'

/** Runs git on an index of its own. @returns standard output. @throws GitFailure */
export type ScratchGit = (args: readonly string[], stdin: Buffer | string) => Promise<Buffer>

/**
 * Lets the git program work on a tree in an index that nobody else sees and that is gone afterwards.
 *
 * @param refusal what it means that git failed, by what was asked and by its words
 */
export const withScratchIndex = async <T>(
  repository: Repository,
  tree: GitOid,
  refusal: (asked: string, words: string) => GitFailure,
  work: (git: ScratchGit) => Promise<T>,
): Promise<T> => {
  const file = join(repository.ownDir, 'scratch-index')
  const git: ScratchGit = async (args, stdin) => {
    const run = { ...filtering(repository, { GIT_INDEX_FILE: file }), stdin }
    const { code, stdout, stderr } = await runGit(args, run)
    if (code === 0) return stdout
    throw refusal(`git ${args.join(' ')}`, stderr)
  }
  await rm(file, { force: true })
  try {
    await git([...wholeIndex, 'read-tree', tree.tostrS()], '')
    return await work(git)
  } finally {
    await rm(file, { force: true })
  }
}
