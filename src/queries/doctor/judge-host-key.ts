import { fail, ok, warn } from './check.js'
import type { Verdict } from './check.js'
import type { RemoteFacts } from './facts.js'

/** Nothing where the remote has no host key. */
export const judgeHostKey = ({
  hostKey,
  tip,
}: Pick<RemoteFacts, 'hostKey' | 'tip'>): readonly Verdict[] => {
  if (hostKey === null) return []
  const { host, state, algorithms, strict, remedy, files } = hostKey
  if (tip.kind === 'problem' && tip.problem.kind === 'host-key')
    return [fail('host-key', tip.problem.message, tip.problem.remedy)]
  if (state === 'revoked')
    return [fail('host-key', `the key of ${host} is marked as revoked`, remedy)]
  if (state === 'known') return [ok('host-key', `${host} is known by ${algorithms.join(', ')}`)]
  const where = files.join(', ')
  if (state === 'untold')
    return [
      warn(
        'host-key',
        `without ssh-keygen it cannot be told whether ${host} is in ${where}`,
        'Install ssh-keygen, which comes with OpenSSH’s client.',
      ),
    ]
  if (tip.kind === 'answer')
    return [
      warn(
        'host-key',
        `${host} was let pass (StrictHostKeyChecking ${strict}), though ${where} did not have it`,
        `Compare and keep its key: ${remedy}`,
      ),
    ]
  return [fail('host-key', `${host} is not in ${where}: it would be refused`, remedy)]
}
