import type { Inotify, MachineFacts } from './facts.js'
import { fail, ok, skipped, warn } from './check.js'
import type { Verdict } from './check.js'
import { judgeSpace } from './judge-space.js'
import { about } from './question.js'

type Facts<Name extends keyof MachineFacts> = Pick<MachineFacts, Name>

/** Less, and a password in an address cannot be handed over unseen (GIT_CONFIG_COUNT). */
const oldestGit = [2, 31] as const

const isOlder = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [first = 0, second = 0] = version.split('.').map(Number)
  return first < major || (first === major && second < minor)
}

const judgeConfig = ({ configFile, settings }: Facts<'configFile' | 'settings'>): Verdict => {
  const count = settings.length === 1 ? '1 repository' : `${String(settings.length)} repositories`
  return ok(
    'config',
    configFile === null ? `none is read: ${count} named` : `${configFile}: ${count}`,
  )
}

const judgeNode = ({ node }: Facts<'node'>): Verdict =>
  isOlder(node, [20, 0]) ? fail('node', node, 'Install Node 20 or later.') : ok('node', node)

const judgeLibgit2 = ({ libgit2 }: Facts<'libgit2'>): Verdict =>
  ok('libgit2', libgit2 ?? 'loaded; its version is not told')

const judgeGit = ({ git, settings }: Facts<'git' | 'settings'>): Verdict => {
  const meant = settings.some(({ transport }) => transport === 'git')
  if (git === null)
    return meant
      ? fail('git', 'not installed, and a repository has transport git', 'Install git.')
      : warn(
          'git',
          'not installed: libgit2 talks to the remotes, without ~/.ssh/config and git-lfs',
          'Install git.',
        )
  if (isOlder(git, oldestGit))
    return warn(
      'git',
      `${git} is old: a password inside an address would be seen in the process list`,
      `Install git ${oldestGit.join('.')} or later, or keep passwords in a credential helper.`,
    )
  return ok('git', git)
}

const judgeLfs = ({ gitLfs, lfsUsers }: Facts<'gitLfs' | 'lfsUsers'>): Verdict => {
  if (gitLfs !== null) return ok('git-lfs', gitLfs)
  return lfsUsers.length === 0
    ? ok('git-lfs', 'not installed, and not needed')
    : fail('git-lfs', `not installed, and needed by ${lfsUsers.join(', ')}`, 'Install git-lfs.')
}

const judgeJournal = ({ journal }: Facts<'journal'>): Verdict => {
  const { folder, trouble, space } = journal
  if (trouble !== null)
    return fail(
      'journal',
      `${folder} cannot be written to: ${trouble}`,
      'Make it yours, or point XDG_STATE_HOME elsewhere.',
    )
  const short = space.kind === 'answer' ? judgeSpace('journal', space.value) : null
  return short === null || short.level === 'ok' ? ok('journal', folder) : short
}

/** Also of people's editors and of what else runs, so that some are to be left. */
const tight = 0.75

const judgeLimit = (
  check: 'watches' | 'watch-instances',
  { limit, others }: Inotify['watches'],
  own: number,
  what: string,
  setting: string,
  least: number,
): Verdict => {
  const needed = own + others
  const message = `${what}; ${String(others)} of ${String(limit)} are taken by other programs`
  const raised = `${setting}=${String(Math.max(least, 2 ** Math.ceil(Math.log2(2 * needed + 1))))}`
  const remedy = `sudo sysctl ${raised}; to keep it: echo ${raised} | sudo tee /etc/sysctl.d/60-gitsync.conf`
  if (needed > limit) return fail(check, message, remedy)
  return needed > tight * limit ? warn(check, message, remedy) : ok(check, message)
}

const judgeWatches = ({
  inotify,
  folders,
  settings,
}: Facts<'inotify' | 'folders' | 'settings'>): readonly Verdict[] => {
  if (inotify === null)
    return (['watches', 'watch-instances'] as const).map((check) =>
      ok(check, 'not limited by this system'),
    )
  const watched = settings.map(({ watch }) => watch !== 'poll')
  const uncounted = folders.some((count, n) => count === null && watched[n] === true)
  const own = folders.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  const count = `${own === 1 ? '1 folder' : `${String(own)} folders`}${uncounted ? ' that could be counted' : ''} to watch`
  const needed = watched.includes(true)
  return [
    judgeLimit('watches', inotify.watches, own, count, 'fs.inotify.max_user_watches', 524_288),
    judgeLimit(
      'watch-instances',
      inotify.instances,
      needed ? 1 : 0,
      needed ? '1 needed' : 'none needed',
      'fs.inotify.max_user_instances',
      512,
    ),
  ]
}

const minute = 60_000

/** Milliseconds: half of a server's rounding and a slow answer are no fault of the clock; certificates bear a day at most. */
const skew = { warn: 2 * minute, fail: 24 * 60 * minute } as const

const setClock = 'Set the clock: timedatectl set-ntp true.'

const inWords = (ms: number): string =>
  ms < 120 * minute
    ? `${String(Math.round(ms / minute))} minutes`
    : `${String(Math.round(ms / minute / 60))} hours`

const judgeClock = ({
  now,
  clocks,
  newestCommits,
}: Facts<'now' | 'clocks' | 'newestCommits'>): Verdict => {
  const offsets = clocks.map(({ theirs, ours }) => ours - theirs)
  const [least] = offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))
  if (least !== undefined) {
    const far = Math.abs(least)
    if (far < skew.warn) return ok('clock', 'agrees with a remote’s')
    const message = `${inWords(far)} ${least > 0 ? 'ahead of' : 'behind'} a remote’s clock`
    return far < skew.fail ? warn('clock', message, setClock) : fail('clock', message, setClock)
  }
  if (newestCommits.length === 0)
    return skipped('clock', 'no remote tells the time, and there is no commit')
  const ahead = Math.max(...newestCommits) - now
  return ahead > skew.warn
    ? warn('clock', `the newest commit is ${inWords(ahead)} in the future`, setClock)
    : ok('clock', 'no commit is from the future; no remote tells the time')
}

const of = about<MachineFacts>()

/** What holds for the whole machine. */
export const machineQuestions = [
  of('config', ['configFile', 'settings'], (facts) => [judgeConfig(facts)]),
  of('node', ['node'], (facts) => [judgeNode(facts)]),
  of('libgit2', ['libgit2'], (facts) => [judgeLibgit2(facts)]),
  of('git', ['git', 'settings'], (facts) => [judgeGit(facts)]),
  of('journal', ['journal'], (facts) => [judgeJournal(facts)]),
  of('git-lfs', ['gitLfs', 'lfsUsers'], (facts) => [judgeLfs(facts)]),
  of('watches', ['inotify', 'folders', 'settings'], judgeWatches),
] as const

/** What remotes have a say in: it waits for no repository's lines, and none for it. */
export const lastQuestions = [
  of('clock', ['now', 'clocks', 'newestCommits'], (facts) => [judgeClock(facts)]),
] as const
