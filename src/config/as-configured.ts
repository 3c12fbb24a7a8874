import { recordOf, reposOf } from './layer.js'
import type { Machine } from './machine.js'
import { placeOf } from './place-of.js'
import type { RepoDefaults, SyncConfig } from './sync-config.js'

/** What a config of any shape says of the work tree at a path, its defaults included; undefined where it has none there. */
export type ConfiguredAt = (path: string) => Readonly<Record<string, unknown>> | undefined

/** Finds where every work tree of the config really is, once for all that is asked. */
export const configuredIn = (config: unknown, machine: Machine): ConfiguredAt => {
  const defaults = recordOf(recordOf(config).defaults)
  const repos = reposOf(config).map((repo) => ({ place: placeOf(repo, machine), repo }))
  return (path) => {
    const place = placeOf({ path }, machine)
    const found = repos.find((one) => place !== null && one.place === place)
    return found === undefined ? undefined : { ...defaults, ...recordOf(found.repo) }
  }
}

/** The PATHs, each as the config has it where it does: who says there what is not to be pushed means it here too. Flags override it. */
export const asConfigured = (
  paths: readonly string[],
  configuredAt: ConfiguredAt,
  flags: RepoDefaults,
): SyncConfig => ({
  repos: paths.map((path) => ({ ...configuredAt(path), ...flags, path })),
})
