import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../problem/problem.js'
import { findGit } from '../program/git-program.js'
import type { GitTalk } from './git-talk.js'
import { commonDirOf } from './remote/read-ref.js'
import type { PushRequest } from './port.js'

/** Whether large files are kept aside here, so that a push has to bring them to the server first. */
const keepsLargeFiles = async (gitDir: string): Promise<boolean> => {
  const kept = await readdir(join(await commonDirOf(gitDir), 'lfs', 'objects')).catch(() => [])
  return kept.length > 0
}

const nobody = '0'.repeat(40)

/** What git would tell git-lfs's own pre-push hook, which is off like every hook. */
const prePushLine = ({ branch, oid }: PushRequest): string =>
  `refs/heads/${branch} ${oid} refs/heads/${branch} ${nobody}\n`

const missing = (program: string) =>
  failure(
    'declined',
    `The repository keeps large files with git-lfs, and ${program} is not installed: they cannot be pushed`,
    `Install ${program}.`,
  )

/**
 * Brings the server what git-lfs keeps aside of these commits, before the commits that name it: whoever fetched them
 * first could not check them out. libgit2 has nothing of the kind, so that the git program does it for either transport.
 *
 * @throws GitFailure
 */
export const pushLargeFiles = async (
  { talk, failed }: Pick<GitTalk, 'talk' | 'failed'>,
  request: PushRequest,
): Promise<void> => {
  if (!(await keepsLargeFiles(request.gitDir))) return
  if ((await findGit()) === null) throw missing('git with git-lfs')
  const given = prePushLine(request)
  const output = await talk(request, 'push', ['lfs', 'pre-push', request.remote], given)
  if (output.code === 0) return
  if (output.stderr.includes("'lfs' is not a git command")) throw missing('git-lfs')
  throw await failed(request, 'push', output)
}
