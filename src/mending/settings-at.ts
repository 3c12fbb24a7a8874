import type { RepoSettings } from '../actors/settings.js'
import { reposOf } from '../config/layer.js'
import { thisMachine } from '../config/machine.js'
import { placeOf } from '../config/place-of.js'
import { resolveSettings } from '../config/settings.js'
import type { SyncConfig } from '../config/sync-config.js'

/**
 * What the config has in force for one work tree; the defaults, where it does not name it. Other repositories of the
 * config are not looked at: their disks may be away.
 *
 * @throws ConfigError with every fault
 */
export const settingsAt = (workTree: string, config: SyncConfig): RepoSettings => {
  const machine = thisMachine()
  const own = reposOf(config).find((stated) => placeOf(stated, machine) === workTree)
  const [settings] = resolveSettings({ ...config, repos: [own ?? { path: workTree }] }, machine)
  if (settings === undefined) throw new Error('A repository has settings.')
  return settings
}
