import type { Oid } from '../actors/outcome.js'
import type { PushResult } from '../actors/ports.js'
import type { Position } from '../actors/reports.js'
import { redact } from '../redact.js'
import { gitOutput } from './git-output.js'
import type { Repository } from './repository.js'
import { runHook } from './run-hook.js'

const nobody = '0'.repeat(40)

/** Asks pre-push as `git push` would, which itself is told not to, whatever the transport. Null: it lets the commit go. */
export const askPrePush = async (
  repository: Repository,
  branch: string,
  head: Oid,
  upstream: NonNullable<Position['upstream']>,
): Promise<PushResult | null> => {
  const { remote, branch: theirs, oid } = upstream
  const told = await gitOutput(repository.workTree, ['remote', 'get-url', '--push', remote])
  const words = await runHook(repository, 'pre-push', {
    // An argument is seen by everybody on this machine, a password in it too.
    args: [remote, redact(told.toString().trimEnd())],
    stdin: `refs/heads/${branch} ${head} refs/heads/${theirs} ${oid ?? nobody}\n`,
  })
  if (words === null) return null
  const message = redact(`The pre-push hook refuses: ${words}`)
  return { kind: 'rejected', reason: 'declined', message }
}
