import { failedBy, ok, skipped, warn } from './check.js'
import type { Verdict } from './check.js'
import type { RepositoryFacts } from './facts.js'
import { judgeRemote } from './judge-remote.js'
import { judgeSpace } from './judge-space.js'

const judgeOpened = ({ opened, settings }: RepositoryFacts): Verdict =>
  opened.kind === 'problem'
    ? failedBy('repository', opened.problem)
    : ok('repository', `${settings.path} can be served`)

const judgeInstance = ({ holder }: RepositoryFacts): Verdict => {
  if (holder.kind === 'problem') return failedBy('instance', holder.problem)
  if (holder.value === null) return ok('instance', 'no gitsync syncs it now')
  const { name, isAlive } = holder.value
  return ok(
    'instance',
    isAlive ? `${name} syncs it` : `${name} ended without a word; the next one takes over`,
  )
}

const judgeBranch = ({ atRest, position }: RepositoryFacts): Verdict => {
  if (atRest.kind === 'problem') return failedBy('branch', atRest.problem)
  if (position.kind === 'problem') return failedBy('branch', position.problem)
  const { branch, head, upstream, ahead, behind } = position.value
  const born = head === null ? ', without a commit so far' : ''
  if (upstream === null) return ok('branch', `${branch}${born}`)
  const distance = `${String(ahead)} ahead, ${String(behind)} behind when last fetched`
  return ok('branch', `${branch}${born}, with ${upstream.remote}/${upstream.branch}: ${distance}`)
}

const judgeIdentity = ({ identity }: RepositoryFacts): Verdict =>
  identity.kind === 'problem'
    ? failedBy('identity', identity.problem)
    : ok('identity', identity.value)

/** The worst of the file systems that it lies on. */
const judgeDisk = ({ spaces }: RepositoryFacts): Verdict => {
  const verdicts = spaces.map((space) =>
    space.kind === 'problem'
      ? warn('disk', `it cannot be told: ${space.problem.message}`, space.problem.remedy)
      : judgeSpace('disk', space.value),
  )
  const [worst = skipped('disk', 'the repository cannot be opened')] = [
    ...verdicts.filter(({ level }) => level === 'fail'),
    ...verdicts.filter(({ level }) => level === 'warn'),
    ...verdicts,
  ]
  return worst
}

const judgeTalk = ({ remote, settings, opened }: RepositoryFacts): readonly Verdict[] => {
  if (opened.kind === 'problem') return []
  if (remote === null)
    return [
      warn(
        'remote',
        'none: what is committed stays on this machine',
        'git remote add origin URL, if it is to go elsewhere too.',
      ),
    ]
  return remote.kind === 'problem'
    ? [failedBy('remote', remote.problem)]
    : judgeRemote(remote.value, settings)
}

/** What holds for one repository. One that cannot be opened is asked nothing further. */
export const judgeRepository = (facts: RepositoryFacts): readonly Verdict[] =>
  facts.opened.kind === 'problem'
    ? [judgeOpened(facts)]
    : [
        judgeOpened(facts),
        judgeInstance(facts),
        judgeBranch(facts),
        judgeIdentity(facts),
        judgeDisk(facts),
        ...judgeTalk(facts),
      ]
