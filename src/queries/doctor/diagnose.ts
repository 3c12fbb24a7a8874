import type { Observable } from 'rxjs'
import { EMPTY, concat, concatMap, defer, from } from 'rxjs'
import { thisMachine } from '../../config/machine.js'
import { resolveSettings } from '../../config/settings.js'
import type { SyncConfig } from '../../config/sync-config.js'
import type { Check, CheckName } from './check.js'
import { checkOf } from './check.js'
import type { RemoteFacts, RepositoryFacts } from './facts.js'
import { gatherMachine } from './gather-machine.js'
import { gatherRepository } from './gather-repository.js'
import { lastQuestions, machineQuestions } from './judge-machine.js'
import { remoteQuestions } from './judge-remote.js'
import { repositoryQuestions } from './judge-repository.js'
import { limits } from './limits.js'
import type { Asked, Question } from './question.js'

/** What is told next, once there is an answer. */
export interface Waiting {
  /** Null where the whole machine is meant. */
  readonly repo: string | null
  readonly check: CheckName
}

export interface DiagnoseOptions {
  /** The file that the config was read from. Default: none. */
  readonly configFile?: string | null
  /** Is told each time what is waited for. */
  readonly onWaiting?: (waiting: Waiting) => void
}

/**
 * What is in order and what is not: of the machine, then of each repository in the order of the config, each as soon as
 * it is known, and last what the remotes tell of the machine. All are asked side by side, each question has an end, and
 * nothing is changed anywhere.
 *
 * @throws ConfigError with every fault of the config
 */
export const diagnose = (
  config: SyncConfig,
  { configFile = null, onWaiting = () => undefined }: DiagnoseOptions = {},
): Observable<Check> => {
  const settings = resolveSettings(config, thisMachine())

  const answers = <Facts>(
    repo: string | null,
    questions: readonly Question<Facts>[],
    asked: Asked<Facts>,
  ): Observable<Check> =>
    from(questions).pipe(
      concatMap(({ check, hear }) => {
        onWaiting({ repo, check })
        return hear(asked)
      }),
      concatMap((verdicts) => verdicts.map((verdict) => checkOf(repo, verdict))),
    )

  const ofRemote = (path: string, { remote }: Asked<RepositoryFacts>): Observable<Check> =>
    from(remote).pipe(
      concatMap((found) =>
        found?.kind === 'answer' ? answers<RemoteFacts>(path, remoteQuestions, found.value) : EMPTY,
      ),
    )

  return defer(() => {
    const bounds = limits()
    const repositories = settings.map((one) => ({
      path: one.path,
      asked: gatherRepository(one, bounds),
    }))
    const machine = gatherMachine(
      configFile,
      settings,
      repositories.map(({ asked }) => asked),
    )
    return concat(
      answers(null, machineQuestions, machine),
      ...repositories.map(({ path, asked }) =>
        concat(answers(path, repositoryQuestions, asked), ofRemote(path, asked)),
      ),
      answers(null, lastQuestions, machine),
    )
  })
}
