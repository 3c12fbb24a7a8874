import { setImmediate } from 'node:timers/promises'
import type { Oid, PathSkipped, RepoPath } from '../../actors/outcome.js'
import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import { shownPath } from '../files/byte-name.js'
import { patternOf } from '../stage/held-back.js'
import { fileMode } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { treeOf } from '../tree/tree-changes.js'
import { unnameable } from '../status/status.js'
import type { Allows } from './allow-list.js'
import { allowFile, readAllowed } from './allow-list.js'
import type { Staged } from './read-blobs.js'
import { readBlobs } from './read-blobs.js'
import { readFileAt } from './read-file.js'
import { scan } from './scanner.js'
import type { Content, Secret } from './secret.js'
import type { Version } from '../tree/version.js'

/** A file whose change is not committed, and why. */
export interface Held {
  readonly delta: TreeDelta
  readonly skipped: PathSkipped
}

/** Holds back the changes that would put a secret into the history. */
export interface Guard {
  /** Those of these files that hold one, as they stand in the work tree now. */
  inFiles(paths: readonly RepoPath[]): Promise<ReadonlyMap<RepoPath, PathSkipped>>
  /** Those of the changes of a commit to come that bring one, by the very bytes that would be committed. */
  inDeltas(
    deltas: readonly TreeDelta[],
    sizeOf: (path: RepoPath) => number,
  ): Promise<readonly Held[]>
}

const skipOf = (path: RepoPath, { rule, line }: Secret): PathSkipped => ({
  type: 'PathSkipped',
  path,
  reason: 'secret',
  rule,
  line,
  remedy: `Take it out, or allow it: add the line ${patternOf(path)} ${rule} to ${allowFile}, or set guard to off.`,
})

const isFile = (entry: Version | null): entry is Version =>
  entry !== null && (entry.mode === fileMode.file || entry.mode === fileMode.executable)

/** Files that are read at the same time, each no longer than the longest text. */
const together = 8

const nothing: ReadonlySet<string> = new Set()

/** Changes between two turns of the event loop: about a millisecond. */
const slice = 256

/** One after the other, with others served in between. */
async function* unhurried(deltas: readonly TreeDelta[]): AsyncGenerator<TreeDelta> {
  for (let start = 0; start < deltas.length; start += slice) {
    yield* deltas.slice(start, start + slice)
    await setImmediate()
  }
}

/** What the branch has already is no news: whoever edits such a file beside the secret gives nothing away. */
const guarding = (repository: Repository, head: Oid | null): Guard => {
  const marksIn = async (path: RepoPath, entry: Version | null): Promise<ReadonlySet<string>> => {
    if (!isFile(entry)) return nothing
    const before: Content[] = []
    const committed = { path, oid: entry.oid, size: 0 }
    for await (const contents of readBlobs(repository, [committed])) before.push(...contents)
    return new Set((await scan(before)).flat().map(({ mark }) => mark))
  }

  const committedAt = async (path: RepoPath): Promise<Version | null> => {
    const tree = await treeOf(repository.git, head)
    const found = await tree?.entryByPath(path).catch(() => undefined)
    return found === undefined ? null : { oid: found.id().tostrS(), mode: found.filemode() }
  }

  let allowed: Promise<Allows> | null = null

  const judge = async (
    path: RepoPath,
    found: readonly Secret[],
    before: () => Promise<Version | null>,
  ): Promise<PathSkipped | null> => {
    const isAllowed = await (allowed ??= readAllowed(repository.workTree))
    // As people can write it down.
    const name = shownPath(path)
    const barred = found.filter(({ rule }) => !isAllowed(name, rule))
    if (barred.length === 0) return null
    const known = await marksIn(path, await before())
    const fresh = barred.find(({ mark }) => !known.has(mark))
    return fresh === undefined ? null : skipOf(name, fresh)
  }

  /** Those of these that hold secrets at all. */
  const suspects = async (
    contents: readonly Content[],
  ): Promise<readonly (readonly [RepoPath, readonly Secret[]])[]> => {
    if (contents.length === 0) return []
    const found = await scan(contents)
    return contents
      .map(({ path }, n) => [path, found[n] ?? []] as const)
      .filter(([, secrets]) => secrets.length > 0)
  }

  return {
    inFiles: async (paths) => {
      const held = new Map<RepoPath, PathSkipped>()
      for (let start = 0; start < paths.length; start += together) {
        const slice = paths.slice(start, start + together)
        const read = slice.map((path) => readFileAt(repository.workTree, path))
        const contents = (await Promise.all(read)).filter((content) => content !== null)
        for (const [path, secrets] of await suspects(contents)) {
          const skipped = await judge(path, secrets, () => committedAt(path))
          if (skipped !== null) held.set(path, skipped)
        }
      }
      return held
    },

    inDeltas: async (deltas, sizeOf) => {
      const known = new Set<Oid>()
      for await (const { from } of unhurried(deltas)) if (from !== null) known.add(from.oid)
      const fresh = new Map<RepoPath, TreeDelta>()
      const staged: Staged[] = []
      for await (const delta of unhurried(deltas)) {
        const { path, to } = delta
        // What is only moved is in the history already; names that are no UTF-8 were looked at when they were staged.
        if (!isFile(to) || known.has(to.oid) || path.includes(unnameable)) continue
        fresh.set(path, delta)
        staged.push({ path, oid: to.oid, size: sizeOf(path) })
      }
      const held: Held[] = []
      for await (const contents of readBlobs(repository, staged))
        for (const [path, secrets] of await suspects(contents)) {
          const delta = fresh.get(path)
          if (delta === undefined) continue
          const skipped = await judge(path, secrets, () => Promise.resolve(delta.from))
          if (skipped !== null) held.push({ delta, skipped })
        }
      return held
    },
  }
}

/** Null where nothing is held back. By itself it guards what is pushed. */
export const guardOf = (
  repository: Repository,
  { head, upstream }: Pick<Position, 'head' | 'upstream'>,
  { guard, push }: Pick<RepoSettings, 'guard' | 'push'>,
): Guard | null => {
  switch (guard) {
    case 'on':
      return guarding(repository, head)
    case 'auto':
      return push && upstream !== null ? guarding(repository, head) : null
    case 'off':
      return null
    default:
      return guard satisfies never
  }
}
