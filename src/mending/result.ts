import type { Oid, RepoPath } from '../actors/outcome.js'
import type { Problem } from '../actors/problem.js'
import type { Mended } from '../git/mend.js'
import { problemOf } from '../git/problem/problem.js'

/** What every command that changes a repository for a person tells. */
export interface Done {
  readonly repo: string
  /** The new commit; null where everything was as wanted already. */
  readonly oid: Oid | null
  /** The commit of what was not saved before; null where nothing had to be. */
  readonly saved: Oid | null
  /** Where something is that somebody wrote in the last moment. */
  readonly kept: readonly RepoPath[]
}

/** Nothing was changed, but for what had to be committed first. */
export interface Refused {
  readonly type: 'Refused'
  readonly problem: Problem
}

export const doneBy = (repo: string, { oid, saved, kept }: Mended): Done => ({
  repo,
  oid,
  saved,
  kept: kept.flatMap(({ copy }) => (copy === null ? [] : [copy])),
})

/** A refusal is a value; a bug is one too, and says so. ConfigError passes: it is the caller's. */
export const orRefused = async <T>(work: () => Promise<T>): Promise<T | Refused> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigError') throw error
    return { type: 'Refused', problem: problemOf(error) }
  }
}
