import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from '../../actors/reports.js'
import { forgetConfig, readConfig } from '../config.js'
import type { Repository } from '../repository.js'

/** The first push of a branch makes the remote's branch its upstream, as `git push -u` does. */
export const setUpstream = async (
  { git, commonDir }: Repository,
  branch: string,
  upstream: Place,
): Promise<void> => {
  const config = await git.config()
  if ((await readConfig(await config.snapshot(), `branch.${branch}.remote`)) !== null) return
  const file = join(commonDir, 'config')
  const { mode } = await stat(file)
  await config.setString(`branch.${branch}.remote`, upstream.remote)
  await config.setString(`branch.${branch}.merge`, `refs/heads/${upstream.branch}`)
  forgetConfig(git)
  // libgit2 writes it anew with the rights of any file; there may be a password in it.
  await chmod(file, mode)
}
