import type { Oid, RepoPath } from '../../actors/outcome.js'
import { pathOf } from '../files/byte-name.js'
import { formerRevisions } from './former-revisions.js'
import type { ChangeKind } from '../message/message.js'
import { trailerFormat } from '../message/message.js'
import { gitOutput } from '../program/git-output.js'
import { runGit } from '../program/git-program.js'

/** A commit that changed a file, and what it made of it. */
export interface FileVersion {
  /** Of the commit. */
  readonly oid: Oid
  /** Committer time, ISO 8601, UTC. */
  readonly at: string
  /** As the trailer of the commit names it; null where it has none. */
  readonly machine: string | null
  readonly author: string
  readonly subject: string
  readonly change: ChangeKind | 'renamed'
  /** What the file was called then. */
  readonly path: RepoPath
  /** What it was called before, where it was renamed. */
  readonly from: RepoPath | null
  /** Of the content; null where it was deleted. */
  readonly blob: Oid | null
  /** Bytes; null where it was deleted, or is no file. */
  readonly size: number | null
}

type Unsized = Omit<FileVersion, 'size'>

type Header = Pick<FileVersion, 'oid' | 'at' | 'machine' | 'author' | 'subject'>

/** The subject comes last: whatever is in it, it ends with the record. */
const format = `%x01%H%x02%ct%x02${trailerFormat}%x02%an%x02%s`

const headerOf = (record: string): Header => {
  const [oid = '', seconds = '', machine = '', author = '', ...subject] = record
    .slice(1)
    .split('\u0002')
  return {
    oid,
    at: new Date(Number(seconds) * 1000).toISOString(),
    machine: machine === '' ? null : machine,
    author,
    subject: subject.join(' '),
  }
}

const changeOf = (letters: string): FileVersion['change'] => {
  if (letters.includes('R')) return 'renamed'
  if (letters.includes('D')) return 'deleted'
  return /^A+$/.test(letters) ? 'added' : 'modified'
}

const noBlob = /^0+$/

/** `:MODE MODE OID OID STATUS`, with a colon, a mode and an oid more for each further parent; then one path or two. */
const versionsIn = (output: Buffer): readonly Unsized[] => {
  const fields = output.toString('latin1').split('\0')
  const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString()
  const versions: Unsized[] = []
  let header: Header | null = null
  for (let n = 0; n < fields.length; n += 1) {
    const field = (fields[n] ?? '').replace(/^\n/, '')
    if (field.startsWith('\u0001')) header = headerOf(utf8(field))
    if (header === null || !field.startsWith(':')) continue
    const parts = field.replace(/^:+/, '').split(' ')
    const letters = parts.at(-1) ?? ''
    const blob = parts.at(-2) ?? ''
    const pathAt = (at: number): RepoPath => pathOf(Buffer.from(fields[at] ?? '', 'latin1'))
    // Of a merge git names the new path alone.
    const paired = /^[RC]\d/.test(letters)
    const from = paired ? pathAt(n + 1) : null
    n += paired ? 2 : 1
    const change = changeOf(letters)
    versions.push({
      ...header,
      change,
      path: pathAt(n),
      from: change === 'renamed' ? from : null,
      blob: noBlob.test(blob) ? null : blob,
    })
  }
  return versions
}

/** Whether the branch has no commit yet, which git log takes for an error. */
export const isUnborn = async (workTree: string): Promise<boolean> =>
  (await runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: workTree })).code !== 0

const sizesOf = async (
  workTree: string,
  blobs: readonly Oid[],
): Promise<ReadonlyMap<Oid, number>> => {
  if (blobs.length === 0) return new Map()
  const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)']
  const told = (await gitOutput(workTree, args, `${blobs.join('\n')}\n`)).toString()
  return new Map(
    [...told.matchAll(/^([0-9a-f]{40}) (\d+)$/gm)].map(([, oid = '', size]) => [oid, Number(size)]),
  )
}

/** Merges too, where their version is that of no parent; neither drivers nor signatures are looked after. */
const logArgs = ['log', '--follow', '-c', '--raw', '--no-abbrev', '-z', '-M', '--no-show-signature']

const newestFirst = (a: Unsized, b: Unsized): number => b.at.localeCompare(a.at)

/** Those versions of the branch's former tips that no commit of the branch has. */
const onlyIn = (former: readonly Unsized[], known: readonly Unsized[]): readonly Unsized[] => {
  const nameOf = ({ path, blob }: Unsized): string => `${blob ?? ''} ${path}`
  const names = new Set(known.map(nameOf))
  return former.filter((version) => version.blob !== null && !names.has(nameOf(version)))
}

/**
 * What became of a file on the branch that is checked out, newest first: through renames, from all machines, versions
 * that lost a conflict too, and those that were squashed. Also of a file that is no more. Empty where no commit ever had it. @throws GitFailure
 */
export const readFileHistory = async (
  workTree: string,
  path: RepoPath,
  bound: number | null = null,
): Promise<readonly FileVersion[]> => {
  if (await isUnborn(workTree)) return []
  const count = bound === null ? [] : [`--max-count=${String(bound)}`]
  const log = async (revisions: readonly string[]): Promise<readonly Unsized[]> => {
    const args = [...logArgs, ...count, `--format=${format}`, ...revisions, '--', path]
    return versionsIn(await gitOutput(workTree, ['--literal-pathspecs', ...args]))
  }
  const there = await log(['HEAD'])
  const revisions = await formerRevisions(workTree)
  const squashed = revisions === null ? [] : onlyIn(await log(revisions), there)
  const versions =
    squashed.length === 0
      ? there
      : [...there, ...squashed].toSorted(newestFirst).slice(0, bound ?? undefined)
  const sizes = await sizesOf(
    workTree,
    versions.flatMap(({ blob }) => (blob === null ? [] : [blob])),
  )
  return versions.map((version) => ({ ...version, size: sizes.get(version.blob ?? '') ?? null }))
}
