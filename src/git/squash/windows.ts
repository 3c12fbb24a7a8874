/** Who made a commit, and when it was begun, in seconds. */
export interface Making {
  readonly author: string
  readonly begun: number
}

export type Window<One> = readonly [One, ...One[]]

/**
 * Parts a run, oldest first, into windows: each begins with a commit and takes in what was begun less than so long
 * after it, by the same author. The beginning stays with what becomes of a window, so that it never grows.
 *
 * @param length milliseconds
 */
export const windowsOf = <One>(
  run: readonly One[],
  length: number,
  makingOf: (one: One) => Making,
): readonly Window<One>[] => {
  const windows: { readonly first: Making; readonly commits: [One, ...One[]] }[] = []
  for (const one of run) {
    const making = makingOf(one)
    const last = windows.at(-1)
    const isIn =
      last?.first.author === making.author && (making.begun - last.first.begun) * 1_000 < length
    if (isIn) last.commits.push(one)
    else windows.push({ first: making, commits: [one] })
  }
  return windows.map(({ commits }) => commits)
}
