import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid, RepoPath } from '../actors/outcome.js'
import { fileMode, libgit2 } from './libgit2.js'
import type { Repository } from './repository.js'
import type { TreeDelta } from './tree-changes.js'

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
  const text = await readFile(fileOf(repository), 'utf8').catch(() => '{}')
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

/** Keeps in mind which submodules a move leaves behind, so that the next commit does not take the move back. */
export const rememberLagging = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
): Promise<void> => {
  const moved = deltas.filter(({ to }) => to?.mode === fileMode.commit)
  if (moved.length === 0) return
  const lagging: [RepoPath, Lagging][] = []
  for (const { path, to } of moved) {
    const at = await checkedOutIn(repository, path)
    const index = to?.oid.tostrS()
    if (at !== null && index !== undefined && at !== index) lagging.push([path, { at, index }])
  }
  const record = { ...(await read(repository)), ...Object.fromEntries(lagging) }
  const file = fileOf(repository)
  await writeFile(`${file}.new`, JSON.stringify(record))
  await rename(`${file}.new`, file)
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
