import { basename } from 'node:path'
import type { Repository } from '../repository.js'

/** A ref of ours that belongs to a branch. Flat, lest what is kept of `a` stand in the way of `a/b`. */
export const ownRef = (kind: 'former' | 'sent', branch: string): string =>
  `refs/gitsync/${kind}/${branch.replaceAll('/', '%2F')}`

/** What a move of this work tree goes to. */
export const movingRef = ({
  gitDir,
  commonDir,
}: Pick<Repository, 'gitDir' | 'commonDir'>): string =>
  `refs/gitsync/moving/${gitDir === commonDir ? 'main' : basename(gitDir)}`
