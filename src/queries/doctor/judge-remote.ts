import { fail, failedBy, ok, skipped } from './check.js'
import type { Verdict } from './check.js'
import type { RemoteFacts } from './facts.js'
import { judgeCredential } from './judge-credential.js'
import { judgeHostKey } from './judge-host-key.js'
import { about } from './question.js'

const judgeConfigured = ({
  name,
  branch,
  fetchUrl,
  pushUrl,
}: Pick<RemoteFacts, 'name' | 'branch' | 'fetchUrl' | 'pushUrl'>): Verdict => {
  const push = pushUrl === fetchUrl ? '' : `, pushed to ${pushUrl}`
  return ok('remote', `${name}/${branch} at ${fetchUrl}${push}`)
}

const judgeReachable = ({
  tip,
  name,
  branch,
}: Pick<RemoteFacts, 'tip' | 'name' | 'branch'>): Verdict => {
  if (tip.kind === 'problem') return failedBy('reachable', tip.problem)
  return tip.value === null
    ? ok('reachable', `it answers, and has no branch ${branch} yet`)
    : ok('reachable', `${name}/${branch} is at ${tip.value.slice(0, 7)}`)
}

/** A server runs its hooks and its rules only when something is really pushed. */
const unknown = 'hooks, branch rules and quotas of the server show only at a real push'

const judgePush = ({
  settings,
  push,
  tip,
}: Pick<RemoteFacts, 'settings' | 'push' | 'tip'>): Verdict => {
  if (!settings.push) return skipped('push', 'push is off')
  if (push === null) return skipped('push', 'there is no commit to push')
  if (push.kind === 'problem') {
    const same = tip.kind === 'problem' && tip.problem.kind === push.problem.kind
    return same
      ? fail('push', `${push.problem.kind}, as above`, push.problem.remedy)
      : failedBy('push', push.problem)
  }
  const result = push.value
  if (result.kind === 'accepted')
    return ok('push', `${result.moved ? 'let in' : 'let in, and level'}; ${unknown}`)
  return result.reason === 'declined'
    ? fail('push', result.message, 'Change what the server’s rules object to, or the rules.')
    : ok('push', `let in; the remote has commits that are integrated first; ${unknown}`)
}

/** What the place that is pushed to answered: that is who asks for a credential, and shows its host key. */
const heardFrom = (push: RemoteFacts['push'], tip: RemoteFacts['tip']): RemoteFacts['tip'] => {
  if (push === null) return tip
  return push.kind === 'problem' ? push : { kind: 'answer', value: null }
}

const atPush = <Facts extends Pick<RemoteFacts, 'fetchUrl' | 'pushUrl' | 'tip' | 'push'>>(
  facts: Facts,
): Facts =>
  facts.fetchUrl === facts.pushUrl ? facts : { ...facts, tip: heardFrom(facts.push, facts.tip) }

/** What each further address that is pushed to says. */
const judgeOthers = ({
  settings,
  tip,
  others,
}: Pick<RemoteFacts, 'settings' | 'tip' | 'others'>): readonly Verdict[] =>
  others.flatMap((other) => {
    const facts = { ...other, settings, tip: heardFrom(other.push, tip) }
    const reached = { ...facts, tip: { kind: 'answer', value: null } } as const
    const verdicts = [judgeCredential(facts), ...judgeHostKey(facts), judgePush(reached)]
    return verdicts.map((verdict) => ({ ...verdict, message: `${other.url}: ${verdict.message}` }))
  })

const of = about<RemoteFacts>()

/** Whether this repository and its remote come together. */
export const remoteQuestions = [
  of('remote', ['name', 'branch', 'fetchUrl', 'pushUrl'], (facts) => [judgeConfigured(facts)]),
  of('credential', ['credential', 'tip', 'push', 'fetchUrl', 'pushUrl'], (facts) => [
    judgeCredential(atPush(facts)),
  ]),
  of('host-key', ['hostKey', 'tip', 'push', 'fetchUrl', 'pushUrl'], (facts) =>
    judgeHostKey(atPush(facts)),
  ),
  of('reachable', ['tip', 'name', 'branch'], (facts) => [judgeReachable(facts)]),
  of('push', ['settings', 'push', 'tip'], (facts) => [judgePush(facts)]),
  of('push', ['settings', 'tip', 'others'], judgeOthers),
] as const
