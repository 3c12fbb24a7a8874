import { basename } from 'node:path'
import type { DaemonRequest, SyncOutcome } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode, worst } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf, printJson, tell } from '../asked/global-options.js'
import { syncConfigOf } from '../asked/sync-config.js'

/** What a request came to where a gitsync runs; the log has told the outcomes already. */
export interface Came {
  readonly code: ExitCode
  /** A line for people, where the outcomes do not say it. */
  readonly line: string | null
}

/** Asks for what only a gitsync that runs can do. */
export const askDaemons = async (
  paths: readonly string[],
  options: GlobalOptions,
  request: DaemonRequest,
  came: (outcomes: readonly SyncOutcome[]) => Came,
): Promise<ExitCode> => {
  // Of a PATH its place is enough, which a config that is being corrected does not change.
  const config = syncConfigOf(paths, { ...options }, () => ({ repos: [] }))
  const { askDaemon } = await import('../../index.js')
  const codes: ExitCode[] = []
  await follow(askDaemon(config, request, { log: logOptionsOf(options) }), (answer) => {
    switch (answer.type) {
      case 'Answered': {
        if (options.json === true) answer.outcomes.forEach(printJson)
        const { code, line } = came(answer.outcomes)
        if (line !== null) tell(options, `${basename(answer.repo)}: ${line}`)
        codes.push(code)
        return
      }
      case 'Unanswered': {
        const { repo } = answer
        process.stderr.write(
          `gitsync: ${repo}: no gitsync runs that keeps it in sync; \`gitsync run\` starts one\n`,
        )
        codes.push(exitCode.person)
        return
      }
      case 'DaemonSilent':
        return
      default:
        return answer satisfies never
    }
  })
  return worst(codes)
}
