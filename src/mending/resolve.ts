import { rm } from 'node:fs/promises'
import { posix } from 'node:path'
import fs from 'fs-extra'
import { changesOf } from '../actors/changes.js'
import type { RepoPath } from '../actors/outcome.js'
import type { RepoSettings } from '../actors/settings.js'
import type { SyncConfig } from '../config/sync-config.js'
import { readConflictBase } from '../git/merge/conflict-base.js'
import type { ConflictCopy } from '../git/merge/conflict-copies.js'
import { readConflictCopy } from '../git/merge/conflict-copies.js'
import { findWorkTree } from '../git/find-work-tree.js'
import type { MendPlan, Mended, Tip } from '../git/mend.js'
import { mend } from '../git/mend.js'
import { markedName } from '../git/merge/conflict-name.js'
import { mergeByTool } from '../git/merge/merge-tool.js'
import { failure } from '../git/problem/problem.js'
import type { TreeEdit } from '../git/tree/tree-edit.js'
import { editTree, entryAt } from '../git/tree/tree-edit.js'
import type { Version } from '../git/tree/version.js'
import type { Done, Refused } from './result.js'
import { doneBy, orRefused } from './result.js'
import { settingsAt } from './settings-at.js'

export type Resolution =
  /** The origin stays, and the copy goes. */
  | { readonly keep: 'this' }
  /** The copy takes the place of the origin. */
  | { readonly keep: 'other' }
  /** The copy gets a name of its own. */
  | { readonly keep: 'both'; readonly as: string | null }
  /** A person makes one of the two; null: in the tool that git is configured for. */
  | { readonly keep: 'merged'; readonly tool: string | null }

export interface Resolved extends Done {
  readonly type: 'Resolved'
  readonly keep: Resolution['keep']
  readonly copy: RepoPath
  readonly origin: RepoPath
  /** Under which name the copy is kept; null where its name is gone. */
  readonly as: RepoPath | null
}

/** What is committed of a copy and its origin. */
interface Pair {
  readonly copy: Version
  readonly origin: Version | null
}

const pairIn = async ({ tree }: Tip, { copy, origin }: ConflictCopy): Promise<Pair> => {
  const found = await entryAt(tree, copy)
  if (found !== null) return { copy: found, origin: await entryAt(tree, origin) }
  throw failure(
    'unexpected',
    `${copy} is in no commit, since git ignores it, and would be lost.`,
    'Rename or remove it by hand.',
  )
}

const refuseAlone = ({ copy, origin }: ConflictCopy): Error =>
  failure(
    'not-found',
    `${origin} is not there any more; ${copy} is all that there is.`,
    'Keep the other, or both.',
  )

const twelve = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .replace(/[-:]|\.\d+Z/g, '')
    .replace('T', '-')

/** Names that are tried. */
const nameBound = 100

/** `NAME-YYYYMMDD-HHMMSS.EXT`: no conflict copy's any more. */
const ownName = async (
  { tree }: Tip,
  workTree: string,
  { origin, seconds }: ConflictCopy,
): Promise<RepoPath> => {
  const { dir, name, ext } = posix.parse(origin)
  for (let n = 1; n <= nameBound; n += 1) {
    const again = n === 1 ? '' : `-${String(n)}`
    const path = posix.join(dir, markedName(name, `-${twelve(seconds)}${again}`, ext))
    const taken = (await entryAt(tree, path)) ?? (await fs.pathExists(posix.join(workTree, path)))
    if (taken === false) return path
  }
  throw failure('conflict', `No free name was found for ${origin}.`, 'Name one with --as.')
}

const givenName = async (tip: Tip, workTree: string, as: string): Promise<RepoPath> => {
  const place = await findWorkTree(as)
  if (place.workTree !== workTree || place.path === '')
    throw failure('not-found', `${as} is no place for a file in ${workTree}.`, 'Name one in it.')
  const taken = await entryAt(tip.tree, place.path)
  if (taken !== null || (await fs.pathExists(posix.join(workTree, place.path))))
    throw failure('conflict', `${place.path} is there already.`, 'Name another place with --as.')
  return place.path
}

/** A plan, with the name that the copy has in it. */
interface Plan extends MendPlan {
  readonly as: RepoPath | null
}

const planned = async (
  { repository, tree }: Tip,
  edits: readonly TreeEdit[],
  words: Pick<MendPlan, 'verb' | 'object' | 'body'>,
  as: RepoPath | null = null,
): Promise<Plan> => ({ ...words, tree: await editTree(repository, tree, edits), as })

const planKept = async (
  tip: Tip,
  workTree: string,
  found: ConflictCopy,
  how: Exclude<Resolution, { keep: 'merged' }>,
): Promise<Plan> => {
  const { copy, origin } = found
  const pair = await pairIn(tip, found)
  const gone: TreeEdit = { path: copy, version: null }
  switch (how.keep) {
    case 'this': {
      if (pair.origin === null) throw refuseAlone(found)
      const body = `The version that is kept is that of ${origin}, not that of ${copy}.`
      return planned(tip, [gone], { verb: 'Settle', object: origin, body })
    }
    case 'other': {
      const body = `The version that is kept is that of ${copy}.`
      const edits = [gone, { path: origin, version: pair.copy }]
      return planned(tip, edits, { verb: 'Settle', object: origin, body })
    }
    case 'both': {
      const as =
        how.as === null
          ? await ownName(tip, workTree, found)
          : await givenName(tip, workTree, how.as)
      const body = `Both versions are kept: ${copy} is ${as} from now on.`
      const edits = [gone, { path: as, version: pair.copy }]
      return planned(tip, edits, { verb: 'Settle', object: origin, body }, as)
    }
    default:
      return how satisfies never
  }
}

/** Both are committed before the tool opens, and must be as they were when it is closed. */
const mergeTogether = async (
  settings: RepoSettings,
  found: ConflictCopy,
  tool: string | null,
): Promise<Mended> => {
  const { copy, origin } = found
  const changes = changesOf([copy, origin])
  const seen: Pair[] = []
  const first = await mend(settings, changes, async (tip) => {
    seen.push(await pairIn(tip, found))
    return { tree: tip.tree.id().tostrS(), verb: 'Save', object: origin }
  })
  const before = seen.at(-1)
  if (before === undefined || before.origin === null) throw refuseAlone(found)
  const { origin: local, copy: remote } = before
  const base = await readConflictBase(settings.path, found)
  const versions = { path: origin, local: local.oid, remote: remote.oid, base }
  const made = await mergeByTool(settings.path, versions, tool)
  const last = await mend(settings, changes, async (tip) => {
    const now = await pairIn(tip, found)
    if (now.origin?.oid !== local.oid || now.copy.oid !== remote.oid)
      throw failure(
        'work-tree-moved',
        `${origin} or its copy changed while the tool was open; what you merged is in ${made.folder}.`,
        'Ask again.',
      )
    const edits = [
      { path: copy, version: null },
      { path: origin, version: { oid: made.oid, mode: local.mode } },
    ]
    const body = `It was merged with ${copy} by hand.`
    return planned(tip, edits, { verb: 'Settle', object: origin, body })
  })
  await rm(made.folder, { recursive: true, force: true })
  return { ...last, saved: first.saved ?? last.saved }
}

/**
 * Settles one conflict copy, in a new commit. Both versions are committed before, so that the one that goes is in
 * the history.
 *
 * @throws ConfigError
 */
export const resolveConflict = (
  config: SyncConfig,
  named: string,
  how: Resolution,
): Promise<Resolved | Refused> =>
  orRefused(async () => {
    const { workTree, path } = await findWorkTree(named)
    const found = await readConflictCopy(workTree, path)
    if (found === null)
      throw failure('not-found', `${named} is no conflict copy.`, 'gitsync conflicts lists them.')
    const settings = settingsAt(workTree, config)
    const { copy, origin } = found
    const told = { type: 'Resolved', keep: how.keep, copy, origin } as const
    if (how.keep === 'merged') {
      const mended = await mergeTogether(settings, found, how.tool)
      return { ...told, ...doneBy(workTree, mended), as: null }
    }
    const plans: Plan[] = []
    const mended = await mend(settings, changesOf([copy, origin]), async (tip) => {
      const plan = await planKept(tip, workTree, found, how)
      plans.push(plan)
      return plan
    })
    return { ...told, ...doneBy(workTree, mended), as: plans.at(-1)?.as ?? null }
  })
