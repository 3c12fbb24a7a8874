import type { Observable } from 'rxjs'
import { defer, map, tap } from 'rxjs'
import { thisMachine } from './config/machine.js'
import { resolveSettings } from './config/settings.js'
import type { RepoConfig, SyncConfig } from './config/sync-config.js'
import type { DaemonRequest, SocketAnswer } from './streams/control/ask.js'
import { ask } from './streams/control/ask.js'
import type { LogOptions } from './streams/log/log.js'
import { openLog } from './streams/log/log.js'

/** What came of a request in one repository; an unanswered one is given back as it was stated. */
export type DaemonAnswer =
  | Exclude<SocketAnswer, { type: 'Unanswered' }>
  | { readonly type: 'Unanswered'; readonly repo: string; readonly stated: RepoConfig }

/**
 * Asks the gitsyncs of this user that run to pause, resume or sync these repositories, and waits until it is done.
 *
 * @throws ConfigError with every fault of the config
 */
export const askDaemon = (
  config: SyncConfig,
  request: DaemonRequest,
  options: { readonly log?: LogOptions } = {},
): Observable<DaemonAnswer> => {
  const paths = resolveSettings(config, thisMachine()).map(({ path }) => path)
  return defer(() => {
    const log = options.log === undefined ? null : openLog(options.log)
    return ask(request, paths).pipe(
      map((answer): DaemonAnswer => {
        if (answer.type !== 'Unanswered') return answer
        const { repo } = answer
        const stated = config.repos[paths.indexOf(repo)]
        return { type: 'Unanswered', repo, stated: stated ?? { path: repo } }
      }),
      tap((answer) => {
        if (answer.type === 'DaemonSilent') log?.say('warn', answer.message)
        if (answer.type === 'Answered') for (const one of answer.outcomes) log?.outcome(one)
      }),
    )
  })
}
