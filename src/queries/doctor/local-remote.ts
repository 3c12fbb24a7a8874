import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import fs from 'fs-extra'
import { workTreeRemedy } from '../../actors/problem.js'
import { localPath } from '../../git/problem/address.js'
import { runGit } from '../../git/program/git-program.js'
import { failure } from '../../git/problem/problem.js'
import { patience } from './told.js'

/** What a rehearsed push does not notice of a remote on this machine. @throws GitFailure */
export const refuseUnwritable = async (url: string, branch: string): Promise<void> => {
  const path = localPath(url)
  if (path === null) return
  const inside = join(path, '.git')
  const gitDir = (await fs.pathExists(inside)) ? inside : path
  const objects = join(gitDir, 'objects')
  if (!(await fs.pathExists(objects))) return
  await access(objects, constants.W_OK | constants.X_OK)
  if (gitDir === path) return
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await runGit([`--git-dir=${gitDir}`, ...args], {
      cwd: path,
      env: { GIT_OPTIONAL_LOCKS: '0' },
      idleTimeout: patience,
    })
    return stdout.toString().trim()
  }
  const [head, policy] = await Promise.all([
    ask('symbolic-ref', '--quiet', 'HEAD'),
    ask('config', 'receive.denyCurrentBranch'),
  ])
  if (
    head !== `refs/heads/${branch}` ||
    /^(?:false|no|off|0|warn|ignore|updateInstead)$/i.test(policy)
  )
    return
  throw failure(
    'declined',
    `${path} has ${branch} checked out, and refuses a push to it.`,
    workTreeRemedy,
  )
}
