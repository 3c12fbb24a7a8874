import { recordOf, reposOf } from './layer.js'
import type { Machine } from './machine.js'
import { placeOf } from './place-of.js'
import type { RepoDefaults, SyncConfig } from './sync-config.js'

/** What a config of any shape says of the work tree at a path, its defaults included; undefined where it has none there. */
export const configuredAt = (
  path: string,
  config: unknown,
  machine: Machine,
): Readonly<Record<string, unknown>> | undefined => {
  const place = placeOf({ path }, machine)
  const found = reposOf(config).find((repo) => place !== null && placeOf(repo, machine) === place)
  return found === undefined
    ? undefined
    : { ...recordOf(recordOf(config).defaults), ...recordOf(found) }
}

/** The PATHs, each as the config has it where it does: who says there what is not to be pushed means it here too. Flags override it. */
export const asConfigured = (
  paths: readonly string[],
  config: unknown,
  flags: RepoDefaults,
  machine: Machine,
): SyncConfig => ({
  repos: paths.map((path) => ({ ...configuredAt(path, config, machine), ...flags, path })),
})
