import type { Oid } from '../../actors/outcome.js'
import { isUnborn } from './file-history.js'
import { gitOutput } from '../program/git-output.js'
import { trailerFormat } from '../message/message.js'

export interface LoggedCommit {
  readonly oid: Oid
  readonly parents: readonly Oid[]
  /** As its trailer names it; null where it has none. */
  readonly machine: string | null
  readonly subject: string
  /** What it takes back, as `git revert` says it; null for any other commit. */
  readonly reverts: Oid | null
}

const format = `%x01%H%x02%P%x02${trailerFormat}%x02%s%x02%B`

const parse = (record: string): LoggedCommit => {
  const [oid = '', parents = '', machine = '', subject = '', ...body] = record
    .slice(1)
    .split('\u0002')
  return {
    oid,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    machine: machine === '' ? null : machine,
    subject,
    reverts: /^This reverts commit ([0-9a-f]{40})/m.exec(body.join(' '))?.[1] ?? null,
  }
}

/** The commits that the branch reaches, newest first, up to a bound. @throws GitFailure */
export const recentCommits = async (
  workTree: string,
  bound: number,
  from = 'HEAD',
): Promise<readonly LoggedCommit[]> => {
  if (await isUnborn(workTree)) return []
  const args = ['log', '-z', '--no-show-signature', `--max-count=${String(bound)}`]
  const text = (await gitOutput(workTree, [...args, `--format=${format}`, from, '--'])).toString()
  return text
    .split('\0')
    .filter((record) => record.startsWith('\u0001'))
    .map(parse)
}
