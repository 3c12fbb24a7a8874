import type { CheckName, Verdict } from './check.js'
import { failedBy, ok, skipped, warn } from './check.js'
import type { RepositoryFacts } from './facts.js'
import { judgeHooks } from './judge-hooks.js'
import { judgeSigning } from './judge-signing.js'
import { judgeSpace } from './judge-space.js'
import type { Question } from './question.js'
import { about } from './question.js'

type Facts<Name extends keyof RepositoryFacts> = Pick<RepositoryFacts, Name>

const judgeOpened = ({ opened, settings }: Facts<'opened' | 'settings'>): Verdict =>
  opened.kind === 'problem'
    ? failedBy('repository', opened.problem)
    : ok('repository', `${settings.path} can be served`)

const judgeInstance = ({ holder }: Facts<'holder'>): Verdict => {
  if (holder.kind === 'problem') return failedBy('instance', holder.problem)
  if (holder.value === null) return ok('instance', 'no gitsync syncs it now')
  const { name, isAlive } = holder.value
  return ok(
    'instance',
    isAlive ? `${name} syncs it` : `${name} ended without a word; the next one takes over`,
  )
}

const judgeBranch = ({ atRest, position }: Facts<'atRest' | 'position'>): Verdict => {
  if (atRest.kind === 'problem') return failedBy('branch', atRest.problem)
  if (position.kind === 'problem') return failedBy('branch', position.problem)
  const { branch, head, upstream, pushTo, ahead, behind } = position.value
  const born = head === null ? ', without a commit so far' : ''
  if (upstream === null) return ok('branch', `${branch}${born}`)
  const distance = `${String(ahead)} ahead, ${String(behind)} behind when last fetched`
  const pushed = pushTo === undefined ? '' : `, pushed to ${pushTo.remote}/${pushTo.branch}`
  const place = `${upstream.remote}/${upstream.branch}${pushed}`
  return ok('branch', `${branch}${born}, with ${place}: ${distance}`)
}

const judgeIdentity = ({ identity }: Facts<'identity'>): Verdict =>
  identity.kind === 'problem'
    ? failedBy('identity', identity.problem)
    : ok('identity', identity.value)

/** The worst of the file systems that it lies on. */
const judgeDisk = ({ spaces }: Facts<'spaces'>): Verdict => {
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

/** One that is configured is told with its address. */
const judgeRemote = ({ remote }: Facts<'remote'>): readonly Verdict[] => {
  if (remote === null)
    return [
      warn(
        'remote',
        'none: what is committed stays on this machine',
        'git remote add origin URL, if it is to go elsewhere too.',
      ),
    ]
  return remote.kind === 'problem' ? [failedBy('remote', remote.problem)] : []
}

const of = about<RepositoryFacts>()

/** One that cannot be opened is asked nothing further. */
const ofOpened = <Name extends keyof RepositoryFacts>(
  check: CheckName,
  needs: readonly Name[],
  judge: (facts: Facts<Name>) => readonly Verdict[],
): Question<RepositoryFacts> =>
  of(check, ['opened', ...needs], (facts) => (facts.opened.kind === 'problem' ? [] : judge(facts)))

/** What holds for one repository, whatever its remote says. */
export const repositoryQuestions = [
  of('repository', ['opened', 'settings'], (facts) => [judgeOpened(facts)]),
  ofOpened('instance', ['holder'], (facts) => [judgeInstance(facts)]),
  ofOpened('branch', ['atRest', 'position'], (facts) => [judgeBranch(facts)]),
  ofOpened('identity', ['identity'], (facts) => [judgeIdentity(facts)]),
  ofOpened('signing', ['signing'], ({ signing }) => [judgeSigning(signing)]),
  ofOpened('hooks', ['hooks', 'settings'], ({ hooks, settings }) => [judgeHooks(hooks, settings)]),
  ofOpened('disk', ['spaces'], (facts) => [judgeDisk(facts)]),
  ofOpened('remote', ['remote'], judgeRemote),
] as const
