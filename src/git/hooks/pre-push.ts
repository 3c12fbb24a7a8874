import type { Oid } from '../../actors/outcome.js'
import type { Place } from '../../actors/reports.js'
import { redact } from '../../redact.js'
import { gitOutput } from '../program/git-output.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { refusedRemedy, runHook } from './run-hook.js'

const nobody = '0'.repeat(40)

/** Asks pre-push as `git push` would, which itself is told not to, whatever the transport. @throws GitFailure `declined` */
export const askPrePush = async (
  repository: Repository,
  branch: string,
  head: Oid,
  upstream: Place,
): Promise<void> => {
  const { remote, branch: theirs, oid } = upstream
  const told = await gitOutput(repository.workTree, ['remote', 'get-url', '--push', remote])
  const words = await runHook(repository, 'pre-push', {
    // An argument is seen by everybody on this machine, a password in it too.
    args: [remote, redact(told.toString().trimEnd())],
    stdin: `refs/heads/${branch} ${head} refs/heads/${theirs} ${oid ?? nobody}\n`,
  })
  if (words === null) return
  throw failure('declined', `The pre-push hook refuses: ${words}`, refusedRemedy)
}
