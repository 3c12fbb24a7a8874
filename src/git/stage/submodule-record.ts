import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { seenNow } from '../files/stat-now.js'
import { replaceDurably } from '../files/replace-durably.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { TreeDelta } from '../tree/tree-changes.js'

/** A submodule that stands at another commit than the index was brought to: a person updates it, nobody records it. */
interface Lagging {
  /** What is checked out in it. */
  readonly at: Oid
  /** What the index says since then. */
  readonly index: Oid
}

type Known = Readonly<Record<RepoPath, Lagging>>

const fileOf = ({ ownDir }: Repository): string => join(ownDir, 'submodules.json')

const isLagging = (value: unknown): value is Lagging =>
  typeof value === 'object' && value !== null && 'at' in value && 'index' in value

const read = async (repository: Repository): Promise<Known> => {
  const file = fileOf(repository)
  const text = seenNow(file) === null ? '{}' : await readFile(file, 'utf8').catch(() => '{}')
  try {
    const value = JSON.parse(text) as unknown
    const entries = Object.entries(typeof value === 'object' && value !== null ? value : {})
    return Object.fromEntries(
      entries.filter((entry): entry is [string, Lagging] => isLagging(entry[1])),
    )
  } catch {
    return {}
  }
}

/** The commit that is checked out in a submodule; null where there is none. */
export const checkedOutIn = async ({ git }: Repository, path: RepoPath): Promise<Oid | null> => {
  const submodule = await libgit2.Submodule.lookup(git, path).catch(() => null)
  return submodule?.wdId()?.tostrS() ?? null
}

/** On the disk before the index that would make an edit of what lags behind. */
const write = (repository: Repository, known: Known): Promise<void> =>
  replaceDurably(fileOf(repository), JSON.stringify(known))

const without = (known: Known, paths: ReadonlySet<RepoPath>): Known =>
  Object.fromEntries(Object.entries(known).filter(([path]) => !paths.has(path)))

/** Keeps in mind which submodules a move leaves behind, so that the next commit does not take the move back. */
export const rememberLagging = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
): Promise<void> => {
  const moved = deltas.filter(({ from, to }) =>
    [from, to].some((version) => version?.mode === fileMode.commit),
  )
  if (moved.length === 0) return
  const lagging: [RepoPath, Lagging][] = []
  for (const { path, to } of moved) {
    const at = await checkedOutIn(repository, path)
    const index = to?.oid
    if (at !== null && index !== undefined && at !== index) lagging.push([path, { at, index }])
  }
  const others = without(await read(repository), new Set(moved.map(({ path }) => path)))
  await write(repository, { ...others, ...Object.fromEntries(lagging) })
}

/** A submodule that is seen elsewhere than a move left it has been updated: putting it back then is an edit. */
export const forgetUpdated = async (repository: Repository): Promise<void> => {
  const known = await read(repository)
  const updated = new Set<RepoPath>()
  for (const [path, { at }] of Object.entries(known)) {
    const now = await checkedOutIn(repository, path)
    if (now !== null && now !== at) updated.add(path)
  }
  if (updated.size > 0) await write(repository, without(known, updated))
}

/** Whether a submodule stands where a move left it. */
export const isLaggingAt = async (
  repository: Repository,
  path: RepoPath,
  state: Lagging,
): Promise<boolean> => {
  const known = (await read(repository))[path]
  return known?.at === state.at && known.index === state.index
}
