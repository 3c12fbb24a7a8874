/** A ref of ours that belongs to a branch. Flat, lest what is kept of `a` stand in the way of `a/b`. */
export const ownRef = (kind: 'former' | 'sent', branch: string): string =>
  `refs/gitsync/${kind}/${branch.replaceAll('/', '%2F')}`
