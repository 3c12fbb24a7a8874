import { bareRemote, cloneOf, git, writeFiles } from './temp-repositories.js'
import { firstValueFrom } from 'rxjs'
import type { Position, Report } from '../../src/actors/reports.js'
import type { RepoSettings } from '../../src/actors/settings.js'
import { openWorkTree } from '../../src/git/work-tree.js'
import { settingsOf } from './settings.js'

/** A moment long ago, and the seconds of a minute. */
const start = 1_700_000_000
const minute = 60

export interface Own {
  readonly dir: string
  /** Commits that count as made by gitsync. */
  readonly oids: Set<string>
}

/** A clone with a first commit that the remote has. */
export const ownClone = (): Own => {
  const dir = cloneOf(bareRemote())
  const own = { dir, oids: new Set<string>() }
  commitAt(own, -1, { 'a.md': 'first\n' }, 'person')
  git(dir, ['push', '-q', '-u', 'origin', 'main'])
  return own
}

/** One commit of so many minutes after the beginning. */
export const commitAt = (
  { dir, oids }: Own,
  minutes: number,
  files: Readonly<Record<string, string>>,
  by: 'gitsync' | 'person' = 'gitsync',
): string => {
  writeFiles(dir, files)
  git(dir, ['add', '-A'])
  const date = `@${String(start + minute * minutes)} +0000`
  git(dir, ['commit', '-q', '-m', `At ${String(minutes)}`], {
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  })
  const oid = git(dir, ['rev-parse', 'HEAD'])
  if (by === 'gitsync') oids.add(oid)
  return oid
}

export const positionIn = (report: Report): Position => {
  if (!('position' in report)) throw new Error(JSON.stringify(report))
  return report.position
}

/** Looks, then squashes; what is written anew counts as made by gitsync from then on. */
export const squash = async (
  { dir, oids }: Own,
  wishes: Partial<RepoSettings> = {},
  before: () => void = () => undefined,
): Promise<Report> => {
  const settings = settingsOf(dir, { squash: 3_600_000, ...wishes })
  const tree = openWorkTree(
    settings,
    (step) => step(),
    () => Promise.resolve(oids),
  )
  try {
    const seen = positionIn(await firstValueFrom(tree.inspect()))
    before()
    const report = await firstValueFrom(tree.squash(seen))
    if (report.type === 'Squashed') for (const oid of report.squashed?.oids ?? []) oids.add(oid)
    return report
  } finally {
    tree.close()
  }
}

export const subjects = (dir: string, range = 'HEAD'): readonly string[] =>
  git(dir, ['log', '--reverse', '--format=%s', range]).split('\n')

/** Commits that the branch or what is kept of it reaches. */
export const reachable = (dir: string): ReadonlySet<string> =>
  new Set(git(dir, ['rev-list', 'main', '--glob=refs/gitsync/former/*']).split('\n'))
