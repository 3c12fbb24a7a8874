import type { Oid, PathSkipped } from '../actors/outcome.js'
import type { Problem } from '../actors/problem.js'
import type { Place, Position } from '../actors/reports.js'
import type { RepoSettings } from '../actors/settings.js'
import { refuseAnonymous } from './commit/signatures.js'
import { refuseUnlessAtRest } from './inspect.js'
import { libgit2, orNull } from './libgit2.js'
import type { TreeChange } from './message/message.js'
import { readPending } from './stage/pending.js'
import { problemOf } from './problem/problem.js'
import { readPosition, refuseUnknownRemote } from './refs/position.js'
import type { Repository } from './repository.js'
import { openRepository } from './repository.js'
import { refuseUnlessMeant } from './stage/stage.js'
import { openTransport } from './transport/transport.js'

/** What a full pass would do now. */
export type Preview =
  | {
      readonly type: 'Previewed'
      readonly repo: string
      readonly commit: readonly TreeChange[]
      readonly skipped: readonly PathSkipped[]
      /** Commits; null where the remote has some that were never fetched, so that their number is unknown. */
      readonly pull: number | null
      /** Commits, with the one that would be made. */
      readonly push: number
      /** Why the remote could not be asked; pull and push are as of the last time then. */
      readonly remote: Problem | null
    }
  | { readonly type: 'PreviewFailed'; readonly repo: string; readonly problem: Problem }

/** @throws GitFailure */
const askRemote = async (
  { git, gitDir }: Repository,
  { remote, branch }: Place,
  settings: RepoSettings,
): Promise<Oid | null> => {
  await refuseUnknownRemote(git, remote)
  const transport = openTransport({ ...settings, credentials: 'as-found' })
  try {
    return await transport.ask({ gitDir, remote, branch })
  } finally {
    transport.close()
  }
}

/** Ahead and behind if the remote were fetched now; behind is null where its commits are unknown here. */
const distanceOf = async (
  repository: Repository,
  position: Position,
  settings: RepoSettings,
): Promise<{ readonly ahead: number; readonly behind: number | null }> => {
  const { upstream, pushTo, head } = position
  if (upstream === null || !(settings.pull || settings.push)) return position
  const oid = await askRemote(repository, upstream, settings)
  if (oid === null || oid === upstream.oid) return position
  const { git } = repository
  const known = await orNull(libgit2.Commit.lookup(git, oid))
  if (known === null || head === null) return { ahead: position.ahead, behind: null }
  const found = await libgit2.Graph.aheadBehind(git, libgit2.Oid.fromString(head), known.id())
  return pushTo === undefined ? found : { ...found, ahead: position.ahead }
}

/** Looks as a pass would, and changes nothing: no index, no reference, no lock, no file. */
export const preview = async (settings: RepoSettings): Promise<Preview> => {
  const repo = settings.path
  try {
    const repository = await openRepository(repo)
    await refuseUnlessAtRest(repository.git, settings)
    const position = await readPosition(repository.git, settings)
    const { commit, skipped, index, entries } = await readPending(repository, position, settings)
    if (commit.length > 0) await refuseAnonymous(repository, settings)
    refuseUnlessMeant(index, entries)
    const { ahead, behind, remote } = await distanceOf(repository, position, settings).then(
      (distance) => ({ ...distance, remote: null }),
      (error: unknown) => ({ ...position, remote: problemOf(error) }),
    )
    const pushes = settings.push && position.upstream !== null
    return {
      type: 'Previewed',
      repo,
      commit,
      skipped,
      pull: settings.pull ? behind : 0,
      push: pushes ? ahead + (commit.length > 0 ? 1 : 0) : 0,
      remote,
    }
  } catch (error) {
    return { type: 'PreviewFailed', repo, problem: problemOf(error) }
  }
}
