import type { RepoPath, SyncOutcome } from '../actors/outcome.js'
import type { Passage, Touches } from '../git/history/tree-entries.js'

/** Where to look for the paths that an outcome is about: in itself, in the commits it names, or nowhere. */
type Trace =
  | { readonly in: 'outcome'; readonly paths: readonly (RepoPath | null)[] }
  | { readonly in: 'commits'; readonly passage: Passage }
  | null

const traceOf = (outcome: SyncOutcome): Trace => {
  switch (outcome.type) {
    case 'CommitCreated': {
      const { oid, paths, added, modified, deleted } = outcome
      // A journal names the first hundred.
      return paths.length === added + modified + deleted
        ? { in: 'outcome', paths }
        : { in: 'commits', passage: { to: oid } }
    }
    case 'PathSkipped':
      return { in: 'outcome', paths: [outcome.path] }
    case 'ConflictKept':
      return { in: 'outcome', paths: [outcome.path, outcome.copy] }
    case 'FastForwarded':
    case 'Pushed':
      return { in: 'commits', passage: { from: outcome.from, to: outcome.to } }
    case 'MergeCommitted':
      return { in: 'commits', passage: { from: outcome.ours, to: outcome.oid } }
    case 'WatchStarted':
    case 'WatchDegraded':
    case 'CycleStarted':
    case 'HookFailed':
    case 'RemoteFetched':
    // The tree stays as it is.
    case 'CommitsSquashed':
    case 'PushRejected':
    case 'OperationFailed':
    case 'Halted':
    case 'Resumed':
    case 'CycleSettled':
    case 'Paused':
    case 'Unpaused':
    case 'Stopped':
      return null
    default:
      return untraced(outcome satisfies never)
  }
}

/** What a later version may have written is about whatever path it names. */
const untraced = (outcome: object): Trace => ({
  in: 'outcome',
  paths: Object.values(outcome).filter((value) => typeof value === 'string'),
})

/** The path that is meant, what is in it, or a folder that was left out with it. */
const isAbout = (path: RepoPath | null, meant: RepoPath): boolean =>
  path !== null &&
  (path === meant || path.startsWith(`${meant}/`) || (path.endsWith('/') && meant.startsWith(path)))

/** Whether an outcome changed, brought, sent or left out a file, or something in a folder. */
export const isTouching = async (
  outcome: SyncOutcome,
  path: RepoPath,
  touches: Touches,
): Promise<boolean> => {
  const trace = traceOf(outcome)
  if (trace === null) return false
  return trace.in === 'outcome'
    ? trace.paths.some((one) => isAbout(one, path))
    : touches(trace.passage, path)
}
