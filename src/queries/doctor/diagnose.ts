import pLimit from 'p-limit'
import type { Observable } from 'rxjs'
import { concat, concatMap, defer, from } from 'rxjs'
import { thisMachine } from '../../config/machine.js'
import { resolveSettings } from '../../config/settings.js'
import type { SyncConfig } from '../../config/sync-config.js'
import type { Check } from './check.js'
import { checkOf } from './check.js'
import type { Holder, RepositoryFacts } from './facts.js'
import { gatherMachine } from './gather-machine.js'
import { gatherRepository } from './gather-repository.js'
import { judgeMachine } from './judge-machine.js'
import { judgeRepository } from './judge-repository.js'
import { orElse } from './told.js'

export interface DiagnoseOptions {
  /** The file that the config was read from. Default: none. */
  readonly configFile?: string | null
}

/** Repositories that are asked at the same time. */
const atOnce = 8

const holdersOf = (repositories: readonly RepositoryFacts[]): readonly Holder[] =>
  repositories.flatMap(({ holder }) => {
    const found = orElse(holder, null)
    return found?.isAlive === true ? [found] : []
  })

/**
 * What is in order and what is not: of the machine, then of each repository in the order of the config. All are asked
 * side by side, each question has an end, and nothing is changed anywhere.
 *
 * @throws ConfigError with every fault of the config
 */
export const diagnose = (
  config: SyncConfig,
  { configFile = null }: DiagnoseOptions = {},
): Observable<Check> => {
  const settings = resolveSettings(config, thisMachine())
  return defer(() => {
    const limit = pLimit(atOnce)
    const repositories = settings.map((one) => limit(() => gatherRepository(one)))
    const all = Promise.all(repositories)
    const machine$ = from(all).pipe(
      concatMap(async (facts) =>
        judgeMachine(await gatherMachine(configFile, holdersOf(facts)), facts).map((verdict) =>
          checkOf(null, verdict),
        ),
      ),
      concatMap((checks) => checks),
    )
    const repositories$ = from(all).pipe(
      concatMap((facts) => facts),
      concatMap((facts) =>
        judgeRepository(facts).map((verdict) => checkOf(facts.settings.path, verdict)),
      ),
    )
    return concat(machine$, repositories$)
  })
}
