import { runGit, withoutHooks } from './git-program.js'
import type { HeldIndex } from './index-copy.js'
import type { Repository } from './repository.js'

const nul = Buffer.from([0])

/** What `git update-index` is to do with the paths: take what stands there, or forget them. */
export type Taking = 'present' | 'gone'

const wishes: Readonly<Record<Taking, readonly string[]>> = {
  present: ['--add', '--remove', '--replace'],
  gone: ['--force-remove'],
}

/**
 * `git update-index` runs the filters that libgit2 does not know, and takes names that are no UTF-8. It writes
 * the index file, all of the paths or none: libgit2's view of it must be read anew.
 */
export const updateIndex = async (
  { workTree }: Repository,
  { file }: HeldIndex,
  taking: Taking,
  paths: readonly (string | Buffer)[],
): Promise<boolean> => {
  if (paths.length === 0) return true
  const { code } = await runGit(
    [...withoutHooks, 'update-index', ...wishes[taking], '-z', '--stdin'],
    {
      cwd: workTree,
      env: { GIT_INDEX_FILE: file },
      stdin: Buffer.concat(paths.flatMap((path) => [Buffer.from(path), nul])),
    },
  )
  return code === 0
}
