import type { RepoPath } from '../../actors/outcome.js'

/** The folders that a path needs, outermost first. */
export const foldersOf = (path: RepoPath): readonly RepoPath[] => {
  const parts = path.split('/')
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('/'))
}

/** The folders that these need between them. */
export const allFoldersOf = (paths: readonly RepoPath[]): ReadonlySet<RepoPath> =>
  new Set(paths.flatMap(foldersOf))

/** Whether one of these stands where this path needs a folder. */
export const isBelowAny = (path: RepoPath, files: Pick<ReadonlySet<RepoPath>, 'has'>): boolean =>
  foldersOf(path).some((folder) => files.has(folder))
