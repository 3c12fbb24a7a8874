import type { RepoPath } from '../../actors/outcome.js'
import { libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'

/** Whether libgit2 refused a file for its line ends, which `core.safecrlf` says are to come back as they are. */
export const isOfLineEnds = (error: unknown): boolean =>
  error instanceof Error && /CRLF would be replaced|LF would be replaced/.test(error.message)

/** Whether staging would be refused so; nothing tells without the whole file. */
export const hasUnsafeLineEnds = ({ git }: Repository, path: RepoPath): Promise<boolean> =>
  libgit2.Blob.createFromWorkdir(git, path).then(() => false, isOfLineEnds)
