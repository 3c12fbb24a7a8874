import type { Place } from '../../actors/reports.js'
import { readConfig } from '../repository.js'
import type { Repository } from '../repository.js'

/** The first push of a branch makes the remote's branch its upstream, as `git push -u` does. */
export const setUpstream = async (
  { git }: Repository,
  branch: string,
  upstream: Place,
): Promise<void> => {
  const config = await git.config()
  if ((await readConfig(await config.snapshot(), `branch.${branch}.remote`)) !== null) return
  await config.setString(`branch.${branch}.remote`, upstream.remote)
  await config.setString(`branch.${branch}.merge`, `refs/heads/${upstream.branch}`)
}
